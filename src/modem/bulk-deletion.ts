import type { Slot } from '../domain/received.ts';
import type { Listing } from './commands/storage.ts';
import type { Mailbox } from './mailbox.ts';

/** Below this many, single deletions cost no more than the two counts around a bulk one. */
const worthIt = 4;

/** One storage as it was listed; `slots` are those of it that are committed. */
export interface Drained {
  readonly storage: string;
  readonly listing: Listing;
  readonly slots: readonly Slot[];
  /** Whether a message was announced or read since the listing began. */
  disturbed(): boolean;
}

/**
 * Deletes all read messages with one command where that can hit none that is not committed: the listing was whole and held every
 * message the modem counts, all received ones are committed, and nothing has come since. Returns the slots that are empty now; null
 * where it was not done and each slot is to be deleted by itself.
 */
export async function deleteInBulk(mailbox: Mailbox, drained: Drained): Promise<readonly Slot[] | null> {
  const { storage, listing, slots } = drained;
  const [first] = slots;
  if (first === undefined || slots.length < worthIt || !mailbox.canDeleteRead) return null;
  const received = listing.entries.filter(({ stat }) => stat < 2);
  if (!isSound(listing) || received.length !== slots.length) return null;
  const before = await mailbox.count(storage);
  if (before !== listing.entries.length || drained.disturbed()) return null;
  await mailbox.deleteRead(first);
  const after = await mailbox.count(storage);
  if (after === before - slots.length) return slots;
  const gone = await missingNow(mailbox, drained);
  if (gone.length < slots.length) mailbox.deletesSingly();
  return gone;
}

/** The count does not tell: something came, or the modem kept some. Those that another listing does not show are gone. */
async function missingNow(mailbox: Mailbox, { storage, listing, slots }: Drained): Promise<readonly Slot[]> {
  const now = await mailbox.list(storage);
  if (!isSound(now)) return [];
  const old = new Map(listing.entries.map(({ index, pdu }) => [index, pdu]));
  const kept = new Set(now.entries.filter(({ index, pdu }) => old.get(index) === pdu).map(({ index }) => index));
  return slots.filter(({ index }) => !kept.has(index));
}

/** Every message it told of is known. */
function isSound({ malformed, doubtful = [] }: Listing): boolean {
  return malformed === 0 && doubtful.length === 0;
}
