import type { RunOptions } from '../at/command.ts';
import type { AtSession } from '../at/session.ts';
import type { Ms } from '../clock.ts';
import type { StorageState } from '../domain/modem-state.ts';
import type { Slot } from '../domain/received.ts';
import { asGatewayError, type GatewayError } from '../errors.ts';
import { accepts, isSimBusy } from './asking.ts';
import {
  deleteMessage,
  deleteRead,
  type Listing,
  listAll,
  readMessage,
  type StoredPdu,
  selectStorage,
  storageUse,
} from './commands/storage.ts';
import { listSlots } from './slot-listing.ts';
import type { StorageSetup } from './storage-setup.ts';

/** A modem that refused to list so often in a row cannot. */
const mostRefusals = 2;

/** A storage that is to be read slot by slot and says that it is empty is not believed so often. */
const doubtEvery = 10;

/**
 * The storages of one session, and which of them is chosen for reading (mem1). One user at a time: between choosing and reading
 * nobody else may choose. All methods throw what the command threw.
 */
export class Mailbox {
  readonly #session: AtSession;
  readonly #setup: StorageSetup;
  readonly #uses = new Map<string, StorageState>();
  #canDeleteRead: boolean;
  #refusedListings = 0;
  /** How often in a row it was believed to be empty, by storage. */
  readonly #believed = new Map<string, number>();
  /** Null after a fault: then nobody knows. */
  #chosen: string | null;

  constructor(session: AtSession, setup: StorageSetup) {
    this.#session = session;
    this.#setup = setup;
    this.#canDeleteRead = setup.canDeleteRead;
    this.#chosen = setup.swept[0]?.name ?? null;
    for (const use of setup.swept) this.#uses.set(use.name, use);
  }

  /** Those to sweep, the receiving one first. */
  get names(): readonly string[] {
    return this.#setup.swept.map(({ name }) => name);
  }

  /** Whether this very name can be read: what is swept, or what TS 27.005 3.2.2 keeps apart. Any other may be one of those under a second name. */
  canRead(storage: string): boolean {
    return this.#uses.has(storage) || keptApart.includes(storage);
  }

  get receiving(): string {
    return this.#setup.receiving;
  }

  get canDeleteRead(): boolean {
    return this.#canDeleteRead;
  }

  /** The modem does not keep to <delflag>: each slot is deleted by itself from now on. */
  deletesSingly(): void {
    this.#canDeleteRead = false;
  }

  /** As last told; nothing is asked. */
  get uses(): readonly StorageState[] {
    return [...this.#uses.values()];
  }

  /** Whether it was when last told. */
  isFull(storage: string): boolean {
    const use = this.#uses.get(storage);
    return use !== undefined && use.total > 0 && use.used >= use.total;
  }

  /** Whether another storage than the receiving one is chosen: the next announced message would cost a command more. */
  get isAway(): boolean {
    return this.#chosen !== this.receiving;
  }

  async choose(storage: string, options: RunOptions = {}): Promise<void> {
    if (this.#chosen === storage) return;
    this.#chosen = null;
    const use = await this.#session.run(selectStorage([storage, ...this.#setup.others]), options);
    this.#chosen = storage;
    if (use !== null) this.#note({ name: storage, ...use });
  }

  /** Null where the slot is empty. */
  async read({ storage, index }: Slot, options: RunOptions = {}): Promise<StoredPdu | null> {
    await this.choose(storage, options);
    try {
      return await this.#session.run(readMessage(index), options);
    } catch (thrown) {
      if (isEmptySlot(asGatewayError(thrown))) return null;
      this.#chosen = null;
      throw thrown;
    }
  }

  /** The same where the reply may make no sense: one such message must not keep the others waiting. */
  async readIfClear(slot: Slot): Promise<StoredPdu | null | 'unclear'> {
    try {
      return await this.read(slot);
    } catch (thrown) {
      if (asGatewayError(thrown).code === 'at.unparsable') return 'unclear';
      throw thrown;
    }
  }

  /** Slot by slot, once the modem has refused to list twice in a row. `isQuiet`: nothing tells of a message, so a count of 0 may be believed. */
  async list(storage: string, isQuiet = false): Promise<Listing> {
    await this.choose(storage);
    if (this.#refusedListings >= mostRefusals) return this.#listSlots(storage, isQuiet);
    try {
      const { used = 0, total = 0 } = this.#uses.get(storage) ?? {};
      const listing = await this.#session.run({ ...listAll, timeout: listingTime(used) });
      this.#refusedListings = 0;
      this.#note({ name: storage, used: listing.entries.length + (listing.doubtful ?? []).length, total });
      return listing;
    } catch (thrown) {
      const error = asGatewayError(thrown);
      if (isEmptySlot(error)) return { entries: [], malformed: 0 };
      this.#chosen = null;
      if (!isSimBusy(error)) this.#refusedListings += 1;
      throw thrown;
    }
  }

  async #listSlots(storage: string, isQuiet: boolean): Promise<Listing> {
    const count = await this.count(storage);
    const believed = this.#believed.get(storage) ?? 0;
    const isBelieved = count === 0 && isQuiet && believed < doubtEvery - 1;
    this.#believed.set(storage, isBelieved ? believed + 1 : 0);
    if (isBelieved) return { entries: [], malformed: 0 };
    // Counters lag behind: where they say 0 there may be one all the same.
    const used = count || Number.POSITIVE_INFINITY;
    const total = this.#uses.get(storage)?.total ?? 0;
    return listSlots((index) => this.readIfClear({ storage, index }), { used, total });
  }

  /** Resolves also where the slot was empty already. */
  async delete({ storage, index }: Slot): Promise<void> {
    await this.choose(storage);
    try {
      await this.#session.run(deleteMessage(index));
    } catch (thrown) {
      if (!isEmptySlot(asGatewayError(thrown))) throw thrown;
    }
    this.#shrink(storage, 1);
  }

  /** Every message of the chosen storage that was read (TS 27.005 3.5.4). `index` is one of them, for modems that look at no more. A refusal is seen by the next count. */
  async deleteRead({ storage, index }: Slot): Promise<void> {
    await this.choose(storage);
    if (!(await accepts(this.#session, deleteRead(index)))) this.deletesSingly();
  }

  /** How many messages the chosen storage holds, asked now; null where the modem does not say. */
  async count(storage: string): Promise<number | null> {
    await this.choose(storage);
    const use = (await this.#session.run(storageUse)).find(({ name }) => name === storage);
    if (use === undefined) return null;
    this.#note(use);
    return use.used;
  }

  #shrink(storage: string, by: number): void {
    const use = this.#uses.get(storage);
    if (use !== undefined) this.#note({ ...use, used: Math.max(0, use.used - by) });
  }

  #note(use: StorageState): void {
    if (this.#uses.has(use.name)) this.#uses.set(use.name, use);
  }
}

/** Status reports and broadcasts. */
const keptApart: readonly string[] = ['SR', 'BM'];

/** A hung modem keeps everything waiting for so long, so what holds little gets less; one that is slower is read slot by slot. */
function listingTime(used: number): Ms {
  return Math.min(listAll.timeout, 30_000 + used * 1_000);
}

/** TS 27.005 3.2.5 (321) and TS 27.007 9.2.2 (21, 22). */
function isEmptySlot({ details }: GatewayError): boolean {
  return details.cms === 321 || details.cme === 21 || details.cme === 22;
}
