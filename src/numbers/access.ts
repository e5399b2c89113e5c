import type { EpochMs, Ms } from '../clock.ts';
import type { Mailbox, PoolNumber } from '../domain/number.ts';
import type { Store } from '../store/store.ts';
import { answersAs, partyKey } from './party.ts';

/** An inbound message at the moment it is stored. */
export interface Arrival {
  /** `messages.n` */
  readonly n: number;
  /** The line's own number; nobody is shown a message whose line has none. */
  readonly number: string | null;
  readonly from: string;
  readonly receivedAt: EpochMs;
  /** When the service centre took it; null where that is not known. */
  readonly sentAt: EpochMs | null;
}

/** Stamps of a service centre (TP-SCTS) have whole seconds, and its clock is not ours: nearer than this they tell nothing. */
const stampTolerance: Ms = 5000;
/** A stamp from further ahead, or from longer ago, is a clock that is wrong rather than a text that is late. */
const stampLead: Ms = 60_000;
const stampAge: Ms = 48 * 3600_000;

/** See `Numbers.admit`. */
export function admit(store: Store, arrival: Arrival): readonly number[] {
  const number = arrival.number === null ? undefined : store.numbers.byE164(arrival.number);
  if (number === undefined) return [];
  const readers = readersOf(store, number, arrival).filter((mailbox) => !isForAnother(store, mailbox, arrival));
  for (const { n } of readers) store.mailboxMessages.add(n, arrival.n, 'in');
  return readers.map(({ n }) => n);
}

/** Every share that has texted the sender; of a number for lease, who holds it alone. */
function readersOf(store: Store, number: PoolNumber, { from, receivedAt }: Arrival): readonly Mailbox[] {
  if (number.offer !== 'shared') {
    const holder = store.mailboxes.lastHolder(number.id, receivedAt);
    return holder !== undefined && endOf(holder) > receivedAt ? [holder] : [];
  }
  const shares = store.mailboxes
    .sharesWith(number.id, partyKey(from))
    .filter(({ mailbox, peer }) => mailbox.openedAt <= receivedAt && answersAs(from, peer));
  return [...new Map(shares.map(({ mailbox }) => [mailbox.n, mailbox])).values()];
}

function endOf({ closedAt, endsAt }: Mailbox): EpochMs {
  return closedAt ?? endsAt ?? Number.POSITIVE_INFINITY;
}

/**
 * Whether a text was meant for whoever had the number before: it came in the millisecond of the hand-over, or it was
 * sent, by its stamp, when another account held the number.
 */
function isForAnother(store: Store, mailbox: Mailbox, { receivedAt, sentAt }: Arrival): boolean {
  const heldByAnother = (from: EpochMs, to: EpochMs) =>
    store.mailboxes.heldByAnother(mailbox.number.id, mailbox.account, { from, to });
  if (receivedAt === mailbox.openedAt && heldByAnother(receivedAt, receivedAt)) return true;
  if (sentAt === null || sentAt > receivedAt + stampLead || sentAt < receivedAt - stampAge) return false;
  if (sentAt >= mailbox.openedAt - stampTolerance) return false;
  return heldByAnother(sentAt - stampTolerance, sentAt + stampTolerance);
}

/** See `Numbers.sent`. Only who shares a number is known by whom it has texted. */
export function sent(store: Store, mailbox: Mailbox, { n, to }: { readonly n: number; readonly to: string }): void {
  store.mailboxMessages.add(mailbox.n, n, 'out');
  if (mailbox.kind === 'shared') store.mailboxes.addCorrespondent(mailbox.n, to, partyKey(to));
}
