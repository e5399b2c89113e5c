import type { LineId, ModemId } from '../domain/message.ts';
import type { Database } from './database.ts';

/** Which SIM is which, and whose number is whose: see `modem/sim-memory.ts`. What is written is on the disk when it returns. */
export interface Sims {
  cardOf(imsi: string): LineId | null;
  keepCard(imsi: string, line: LineId): void;
  simOf(modem: ModemId): { readonly line: LineId; readonly number: string | null } | null;
  keepSim(modem: ModemId, sim: { readonly line: LineId; readonly number: string | null }): void;
  numberOf(line: LineId): string | null;
  keepNumber(line: LineId, number: string | null): void;
  doubt(line: LineId, number: string): boolean;
}

export function createSims(db: Database): Sims {
  const card = db.prepare<[string], { line: string }>('SELECT line FROM subscribers WHERE imsi = ?');
  const keepCard = db.prepare<[string, string]>('INSERT OR REPLACE INTO subscribers (imsi, line) VALUES (?, ?)');
  const sim = db.prepare<[string], { line: string; number: string | null }>(
    'SELECT line, number FROM modem_sims WHERE modem = ?',
  );
  const keepSim = db.prepare<[string, string, string | null]>(
    'INSERT OR REPLACE INTO modem_sims (modem, line, number) VALUES (?, ?, ?)',
  );
  const number = db.prepare<[string], { number: string }>('SELECT number FROM sim_numbers WHERE line = ?');
  const keepNumber = db.prepare<[string, string]>('INSERT OR REPLACE INTO sim_numbers (line, number) VALUES (?, ?)');
  const dropNumber = db.prepare<[string]>('DELETE FROM sim_numbers WHERE line = ?');
  const doubt = db.prepare<[string, string]>('INSERT OR IGNORE INTO number_doubts (line, number) VALUES (?, ?)');
  return {
    cardOf: (imsi) => card.get(imsi)?.line ?? null,
    keepCard: (imsi, line) => void db.commit(() => keepCard.run(imsi, line)),
    simOf: (modem) => sim.get(modem) ?? null,
    keepSim: (modem, { line, number: configured }) => void db.commit(() => keepSim.run(modem, line, configured)),
    numberOf: (line) => number.get(line)?.number ?? null,
    keepNumber: (line, value) =>
      void db.commit(() => (value === null ? dropNumber.run(line) : keepNumber.run(line, value))),
    doubt: (line, value) => db.commit(() => doubt.run(line, value)).changes > 0,
  };
}
