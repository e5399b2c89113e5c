import { isWhole, type Listing, type StoredPdu } from './commands/storage.ts';
import type { Mailbox } from './mailbox.ts';

/** The received messages of one storage. */
export interface WholeListing {
  readonly messages: readonly (StoredPdu & { readonly index: number })[];
  /** Nothing was read again: the listing tells what is stored. */
  readonly isAsListed: boolean;
  /** Slots whose reply nobody understands. */
  readonly unclear: number;
}

/** What was listed, by index: what is short or doubtful is read once more by itself. Throws what reading throws. */
export async function readWhole(
  mailbox: Mailbox,
  storage: string,
  { entries, doubtful = [], doubtfulOwn = [] }: Listing,
): Promise<WholeListing> {
  const messages: (StoredPdu & { index: number })[] = [];
  let isAsListed = doubtful.length === 0;
  let unclear = 0;
  const received = doubtful.filter((index) => !doubtfulOwn.includes(index));
  const listed = [...entries, ...received.map((index) => ({ index, stat: 0 }))];
  for (const entry of listed.sort((one, other) => one.index - other.index)) {
    if (entry.stat > 1) continue;
    const known = 'pdu' in entry ? entry : null;
    const again = known !== null && isWhole(known) ? known : await mailbox.readIfClear({ storage, index: entry.index });
    if (again === 'unclear' && known === null) unclear += 1;
    const read = again === 'unclear' ? known : (again ?? known);
    isAsListed &&= read === known;
    if (read !== null && read.stat < 2) messages.push({ ...read, index: entry.index });
  }
  return { messages, isAsListed, unclear };
}
