import { createHash } from 'node:crypto';
import type { EpochMs } from '../clock.ts';
import type { LineId } from '../domain/message.ts';
import type { Slot } from '../domain/received.ts';
import type { Database } from './database.ts';

export function hashOf(data: string | Uint8Array): Buffer {
  return createHash('sha256').update(data).digest();
}

/** The ledger that tells a slot read again after a crash from the same text sent twice. */
export interface SlotLedger {
  /** Notes what the slot holds. False: it is the very PDU that was committed from there before. */
  claim(line: LineId, slot: Slot, pdu: string, at: EpochMs): boolean;
  /** The modem no longer holds these. */
  release(line: LineId, slots: readonly Slot[]): void;
}

export function createSlotLedger(db: Database): SlotLedger {
  const read = db.prepare<[string, string, number], { hash: Buffer }>(
    'SELECT hash FROM slots WHERE line = ? AND storage = ? AND slot = ?',
  );
  const write = db.prepare<[string, string, number, Buffer, number]>(
    'INSERT OR REPLACE INTO slots (line, storage, slot, hash, read_at) VALUES (?, ?, ?, ?, ?)',
  );
  const remove = db.prepare<[string, string, number]>('DELETE FROM slots WHERE line = ? AND storage = ? AND slot = ?');
  return {
    claim(line, slot, pdu, at) {
      const hash = hashOf(pdu);
      if (read.get(line, slot.storage, slot.index)?.hash.equals(hash) === true) return false;
      write.run(line, slot.storage, slot.index, hash, at);
      return true;
    },
    release(line, slots) {
      db.commitLazily(() => {
        for (const slot of slots) remove.run(line, slot.storage, slot.index);
      });
    },
  };
}
