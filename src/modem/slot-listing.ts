import type { StorageState } from '../domain/modem-state.ts';
import type { Listing, StoredPdu } from './commands/storage.ts';

/** Where the modem does not say how many messages a storage has room for. */
const usualRoom = 50;

/** What `AT+CMGL=4` would tell, slot by slot, for modems that cannot: until as many are found as the storage holds. Throws what reading throws. */
export async function listSlots(
  read: (index: number) => Promise<StoredPdu | null | 'unclear'>,
  { used, total }: Pick<StorageState, 'used' | 'total'>,
): Promise<Listing> {
  const entries: (StoredPdu & { index: number })[] = [];
  let malformed = 0;
  // Some count from 0, others from 1.
  for (let index = 0; index <= (total || usualRoom) && entries.length + malformed < used; index += 1) {
    const found = await read(index);
    if (found === 'unclear') malformed += 1;
    else if (found !== null) entries.push({ ...found, index });
  }
  return { entries, malformed };
}
