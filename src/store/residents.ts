import type { Resident, ResidentMemory } from '../domain/resident.ts';
import type { Database } from './database.ts';

/** A power cut may undo what was written last. */
export function createResidents(db: Database): ResidentMemory {
  const known = db.prepare<[string], Resident>('SELECT address, imei, usb_ids AS ids FROM residents WHERE modem = ?');
  const keep = db.prepare<[string, string, string, string | null]>(
    'INSERT OR REPLACE INTO residents (modem, address, imei, usb_ids) VALUES (?, ?, ?, ?)',
  );
  return {
    residentOf: (modem) => known.get(modem) ?? null,
    keepResident: (modem, { address, imei, ids }) => void db.commitLazily(() => keep.run(modem, address, imei, ids)),
  };
}
