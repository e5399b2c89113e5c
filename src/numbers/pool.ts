import { v7 as uuidv7 } from 'uuid';
import type { EpochMs } from '../clock.ts';
import type { ModemId } from '../domain/message.ts';
import type { Mailbox, Offer, PoolNumber } from '../domain/number.ts';
import { isE164 } from '../domain/phone.ts';
import type { Store } from '../store/store.ts';
import { closeMailbox, isOpen } from './closing.ts';
import { countriesOf } from './region.ts';

/** A line of the configuration; `number` null while nobody knows it. */
export interface OfferedLine {
  readonly modem: ModemId;
  readonly number: string | null;
  readonly offer: Offer;
}

/** How the pool differs from the lines of the configuration. */
interface Difference {
  readonly added: readonly OfferedNumber[];
  readonly changed: readonly { readonly number: PoolNumber; readonly modem: string | null; readonly offer: Offer }[];
}

type OfferedNumber = Pick<PoolNumber, 'e164' | 'offer'> & { readonly modem: string };

/** Brings the pool up to date. Returns the mailboxes that this closed; writes nothing where nothing differs. */
export function syncPool(store: Store, lines: readonly OfferedLine[], now: EpochMs): readonly Mailbox[] {
  const { added, changed } = difference(store.numbers.all(), lines);
  if (added.length === 0 && changed.length === 0) return [];
  return store.db.commit(() => {
    for (const number of added) {
      store.numbers.add({ ...number, id: uuidv7(), region: countriesOf(number.e164)[0] ?? null });
    }
    return changed.flatMap(({ number, modem, offer }) => {
      store.numbers.change(number.id, { modem, offer });
      const misfits = store.mailboxes.openOf(number.id).filter(({ kind }) => offerFor(kind) !== offer);
      return misfits.map((mailbox) =>
        closeMailbox(store, mailbox, { at: now, actor: { account: mailbox.account, via: 'config' } }),
      );
    });
  });
}

function offerFor(kind: Mailbox['kind']): Offer {
  return kind === 'shared' ? 'shared' : 'lease';
}

function difference(known: readonly PoolNumber[], lines: readonly OfferedLine[]): Difference {
  const wanted = offeredNumbers(known, lines);
  const changed = known.flatMap((number) => {
    const { modem, offer } = wanted.get(number.e164) ?? { modem: null, offer: number.offer };
    wanted.delete(number.e164);
    return modem === number.modem && offer === number.offer ? [] : [{ number, modem, offer }];
  });
  return { added: [...wanted.values()], changed };
}

/** By number. A line whose number nobody knows just now, as while its modem starts, has the one it had before. */
function offeredNumbers(known: readonly PoolNumber[], lines: readonly OfferedLine[]): Map<string, OfferedNumber> {
  const wanted = new Map<string, OfferedNumber>();
  const add = (e164: string | undefined, { modem, offer }: OfferedLine) => {
    if (e164 !== undefined && isE164(e164) && !wanted.has(e164)) wanted.set(e164, { e164, modem, offer });
  };
  for (const line of lines) add(line.number ?? undefined, line);
  for (const line of lines) {
    if (line.number === null) add(known.find(({ modem }) => modem === line.modem)?.e164, line);
  }
  return wanted;
}

/** What may be taken: shared numbers first, then those for lease that nobody holds. */
export function availableNumbers(store: Store, now: EpochMs): readonly PoolNumber[] {
  const offered = store.numbers.all().filter(({ modem }) => modem !== null);
  const shared = offered.filter(({ offer }) => offer === 'shared');
  return [...shared, ...offered.filter((number) => number.offer === 'lease' && isFree(store, number, now))];
}

/** Whether nobody holds a number. */
export function isFree(store: Store, number: PoolNumber, now: EpochMs): boolean {
  const holder = store.mailboxes.holder(number.id);
  return holder === undefined || !isOpen(holder, now);
}
