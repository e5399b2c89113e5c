import type { AtSession } from '../at/session.ts';
import type { Clock, EpochMs, Ms } from '../clock.ts';
import type { LineId, ModemId } from '../domain/message.ts';
import type { StorageState } from '../domain/modem-state.ts';
import type { ReceivedPdu, Slot } from '../domain/received.ts';
import { asGatewayError } from '../errors.ts';
import type { Logger } from '../log.ts';
import { accepts, isRefusal } from './asking.ts';
import { Bell } from './bell.ts';
import { deleteInBulk } from './bulk-deletion.ts';
import { pduMode } from './commands/basic.ts';
import { isWhole, type StoredPdu } from './commands/storage.ts';
import type { Delivery } from './delivery.ts';
import type { Intervals } from './intervals.ts';
import { Mailbox } from './mailbox.ts';
import type { StorageSetup } from './storage-setup.ts';
import { readWhole } from './whole-listing.ts';

export interface InboxDeps {
  readonly modem: ModemId;
  readonly line: LineId;
  readonly number: string | null;
  readonly session: AtSession;
  readonly storage: StorageSetup;
  readonly delivery: Delivery;
  readonly intervals: Intervals;
  readonly clock: Clock;
  readonly log: Logger;
  /** Whether messages are being sent: a sweep then waits for up to one interval. */
  sending(): boolean;
  /** Told after a sweep and the deletions that follow from it. */
  used(storages: readonly StorageState[]): void;
}

/** After so many announced messages in a row one that is committed is deleted, so that a small storage does not fill. */
const readsBeforeDeletion = 4;

/** A storage whose listing is damaged so often in a row holds what no reading makes sense of. */
const mostDamaged = 3;

/** Between two sweeps for messages that were announced and are not where they should be. */
const missPause: Ms = 5_000;

/**
 * Brings messages out of the storages of one session: announced ones at once, all others by sweeps. One loop does it, step by step,
 * the most urgent step first, but the stored ones before any that is announced later; a slot is deleted only after the batch it was in is committed.
 */
export class Inbox {
  readonly #deps: InboxDeps;
  readonly #mailbox: Mailbox;
  readonly #bell = new Bell();
  #announced: Slot[] = [];
  /** Committed and not yet deleted, by name. */
  readonly #owed = new Map<string, Slot>();
  #readsInARow = 0;
  #arrivals = 0;
  /** Since the last sweep began something told of a message; that of this sweep. */
  #expecting = true;
  #isQuiet = false;
  #toSweep: string[] = [];
  /** What was stored before has been read: it is older than anything announced. */
  #caughtUp = false;
  #sweptBy: EpochMs;
  #nextSweep: EpochMs;
  #sweptAt: EpochMs;
  #soonUntil: EpochMs;
  /** A sweep has ended since the last report. */
  #untold = false;
  /** Listings in a row that were damaged, by storage. */
  readonly #damaged = new Map<string, number>();
  #waiting: PromiseWithResolvers<void>[] = [];

  constructor(deps: InboxDeps) {
    this.#deps = deps;
    this.#mailbox = new Mailbox(deps.session, deps.storage);
    this.#nextSweep = deps.clock.now();
    this.#sweptBy = this.#nextSweep;
    this.#sweptAt = this.#nextSweep - missPause;
    this.#soonUntil = this.#nextSweep + deps.intervals.soonFor;
  }

  /** A stored message was announced; without index, or under a name that is not swept, only a sweep finds it. */
  announce(storage: string | null, index: number | null): void {
    this.#arrivals += 1;
    this.#expecting = true;
    if (storage === null || index === null || !this.#mailbox.canRead(storage)) this.sweepSoon();
    else if (!this.#announced.some((slot) => slot.storage === storage && slot.index === index)) {
      this.#announced.push({ storage, index });
    }
    this.#bell.ring();
  }

  /** Sweeps as soon as nothing more urgent is to do. */
  sweepSoon(): void {
    this.#nextSweep = Math.min(this.#nextSweep, this.#deps.clock.now());
    this.#bell.ring();
  }

  /** A storage is full: swept at once, and what waits at the service centre for room comes in the next minutes, perhaps unannounced. */
  makeRoom(): void {
    this.hurry();
    this.sweepSoon();
  }

  /** Something may be amiss: sweeps more often for a while. */
  hurry(): void {
    const { clock, intervals } = this.#deps;
    this.#soonUntil = clock.now() + intervals.soonFor;
    this.#nextSweep = Math.min(this.#nextSweep, clock.now() + intervals.sweepSoon);
    this.#bell.ring();
  }

  /** Resolves after a sweep of every storage that begins now; never where the session ends before. */
  async sweep(): Promise<void> {
    const done = Promise.withResolvers<void>();
    this.#waiting.push(done);
    this.#toSweep = [...this.#mailbox.names];
    this.#isQuiet = false;
    this.sweepSoon();
    await done.promise;
  }

  /** Sending has ended: what waited for that may go on. */
  wake(): void {
    this.#bell.ring();
  }

  /** Until aborted. Throws what ends the session. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      if (!(await this.#step())) await this.#bell.wait(this.#idleFor(), this.#deps.clock, signal);
    }
  }

  /** The most urgent thing to do; false where there is none. */
  async #step(): Promise<boolean> {
    if (this.#announced.length > 0 && this.#mayRead()) {
      this.#readsInARow += 1;
      await this.#attempt(
        () => this.#readAnnounced(),
        () => this.sweepSoon(),
      );
    } else if (this.#owed.size > 0) {
      this.#readsInARow = 0;
      await this.#deleteOwed();
    } else if (this.#maySweep()) {
      await this.#attempt(() => this.#sweepNext());
      this.#caughtUp ||= this.#toSweep.length === 0;
    } else if (this.#mailbox.isAway && this.#toSweep.length === 0) {
      await this.#attempt(() => this.#mailbox.choose(this.#mailbox.receiving));
    } else {
      this.#tell();
      return false;
    }
    return true;
  }

  async #readAnnounced(): Promise<void> {
    const slot = this.#announced.shift();
    // One that is owed was read by a sweep: a second deletion could hit its successor.
    if (slot === undefined || this.#owed.has(nameOf(slot))) return;
    const found = await this.#mailbox.read(slot, { urgent: true });
    if (found === null || found.stat > 1) {
      this.#missed();
      return;
    }
    const whole = isWhole(found) ? found : ((await this.#mailbox.read(slot, { urgent: true })) ?? found);
    if (await this.#commit([this.#received(slot, whole)])) this.#owe([slot]);
  }

  /** Announced, and not there: some announce one storage and use another. */
  #missed(): void {
    this.#expecting = true;
    this.#nextSweep = Math.min(this.#nextSweep, Math.max(this.#deps.clock.now(), this.#sweptAt + missPause));
  }

  async #deleteOwed(): Promise<void> {
    const { delivery, line } = this.#deps;
    for (const [name, slot] of this.#owed) {
      // Tried once: what became of it is seen by the next sweep, never by a second deletion.
      this.#owed.delete(name);
      await this.#attempt(async () => {
        await this.#mailbox.delete(slot);
        delivery.deleted(line, [slot]);
      });
      return;
    }
  }

  /** Announced messages go first, but not for ever: before a deletion, and before a sweep that is overdue. */
  #mayRead(): boolean {
    const { clock, intervals } = this.#deps;
    if (!this.#caughtUp || (this.#owed.size > 0 && this.#readsInARow >= readsBeforeDeletion)) return false;
    return clock.now() < this.#nextSweep + intervals.sweep || !this.#maySweep();
  }

  #maySweep(): boolean {
    const { clock, intervals, sending } = this.#deps;
    const now = clock.now();
    if (this.#toSweep.length === 0) {
      if (now < this.#nextSweep) return false;
      this.#toSweep = [...this.#mailbox.names];
      this.#isQuiet = !this.#expecting && now >= this.#soonUntil;
      this.#expecting = false;
      this.#sweptAt = now;
      this.#sweptBy = now + intervals.sweep;
      this.#nextSweep = now + (now < this.#soonUntil ? intervals.sweepSoon : intervals.sweep);
    }
    return !this.#caughtUp || !sending() || now >= this.#sweptBy;
  }

  #idleFor(): Ms {
    const now = this.#deps.clock.now();
    return Math.max(1, (this.#toSweep.length > 0 ? this.#sweptBy : this.#nextSweep) - now);
  }

  async #sweepNext(): Promise<void> {
    const storage = this.#toSweep.shift();
    this.#untold = true;
    if (storage !== undefined) await this.#sweepStorage(storage);
  }

  /** Everything is swept and what it found is deleted. */
  #tell(): void {
    if (!this.#untold || this.#toSweep.length > 0) return;
    this.#untold = false;
    this.#deps.used(this.#mailbox.uses);
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const done of waiting) done.resolve();
  }

  async #sweepStorage(storage: string): Promise<void> {
    const arrivals = this.#arrivals;
    const listing = await this.#mailbox.list(storage, this.#isQuiet);
    const { messages, isAsListed, unclear } = await readWhole(this.#mailbox, storage, listing);
    this.#judge(storage, listing.malformed + unclear);
    // What waits at the service centre for room comes once there is some, and perhaps unannounced.
    if (this.#mailbox.isFull(storage)) this.hurry();
    if (messages.length === 0) return;
    const batch = messages.map((message) => this.#received({ storage, index: message.index }, message));
    if (!(await this.#commit(batch))) return;
    const slots = batch.map(({ slot }) => slot).filter((slot) => slot !== null);
    const disturbed = () => this.#arrivals !== arrivals;
    const gone = isAsListed ? await deleteInBulk(this.#mailbox, { storage, listing, slots, disturbed }) : null;
    if (gone === null) this.#owe(slots);
    else if (gone.length > 0) this.#deps.delivery.deleted(this.#deps.line, gone);
    // What a bulk deletion left is looked at anew, for only a listing tells it from what has come since. It is then deleted singly.
    if (gone !== null && gone.length < slots.length) this.sweepSoon();
  }

  /** Damage on the way is gone the next time; what stays needs a person. */
  #judge(storage: string, damage: number): void {
    const { delivery, log, modem } = this.#deps;
    const times = damage === 0 ? 0 : (this.#damaged.get(storage) ?? 0) + 1;
    this.#damaged.set(storage, times);
    if (times === 0) return;
    if (times <= mostDamaged) log.warn({ modem, storage, lines: damage }, 'a listing was damaged');
    if (times < mostDamaged) this.hurry();
    if (times === mostDamaged) delivery.unreadable(storage);
  }

  async #commit(batch: readonly ReceivedPdu[]): Promise<boolean> {
    const { delivery, clock } = this.#deps;
    if (await delivery.commit(batch)) return true;
    this.#nextSweep = Math.max(clock.now(), Math.min(this.#nextSweep, clock.now() + delivery.retryAfter));
    return false;
  }

  #owe(slots: readonly Slot[]): void {
    for (const slot of slots) this.#owed.set(nameOf(slot), slot);
  }

  /** A refused step costs time only: a sweep comes back to it. */
  async #attempt(step: () => Promise<void>, refused = () => this.hurry()): Promise<void> {
    try {
      await step();
    } catch (thrown) {
      const error = asGatewayError(thrown);
      if (!isRefusal(error)) throw error;
      const { log, modem, session } = this.#deps;
      log.warn({ modem, code: error.code, ...error.details }, 'the modem refused access to its messages');
      refused();
      // A modem that restarted unnoticed is back in text mode.
      await accepts(session, pduMode);
    }
  }

  #received(slot: Slot, { pdu, tpduLength }: StoredPdu): ReceivedPdu {
    const { modem, line, number, clock } = this.#deps;
    return { modem, line, number, slot, pdu, tpduLength, receivedAt: clock.now() };
  }
}

function nameOf({ storage, index }: Slot): string {
  return `${storage}/${index}`;
}
