import type { ModemId } from '../domain/message.ts';
import type { Database } from './database.ts';

interface Resident {
  readonly address: string;
  readonly imei: string;
  readonly ids: string | null;
}

/** Which module each modem of the configuration was: see `modem/discovery/residents.ts`. */
export interface ResidentTable {
  residentOf(modem: ModemId): Resident | null;
  keepResident(modem: ModemId, resident: Resident): void;
}

export function createResidents(db: Database): ResidentTable {
  const known = db.prepare<[string], Resident>('SELECT address, imei, usb_ids AS ids FROM residents WHERE modem = ?');
  const keep = db.prepare<[string, string, string, string | null]>(
    'INSERT OR REPLACE INTO residents (modem, address, imei, usb_ids) VALUES (?, ?, ?, ?)',
  );
  return {
    residentOf: (modem) => known.get(modem) ?? null,
    keepResident: (modem, { address, imei, ids }) => void db.commitLazily(() => keep.run(modem, address, imei, ids)),
  };
}
