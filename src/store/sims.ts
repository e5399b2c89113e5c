import type { SimMemory } from '../domain/sim-memory.ts';
import type { Database } from './database.ts';

/** What is written is on the disk when it returns. */
export function createSims(db: Database): SimMemory {
  const known = db.prepare<[string], { line: string }>('SELECT line FROM sim_lines WHERE sim = ?');
  const keepLine = db.prepare<[string, string]>('INSERT OR REPLACE INTO sim_lines (sim, line) VALUES (?, ?)');
  const sim = db.prepare<[string], { line: string; number: string | null }>(
    'SELECT line, number FROM modem_sims WHERE modem = ?',
  );
  const keepSim = db.prepare<[string, string, string | null]>(
    'INSERT OR REPLACE INTO modem_sims (modem, line, number) VALUES (?, ?, ?)',
  );
  const number = db.prepare<[string], { number: string }>('SELECT number FROM sim_numbers WHERE line = ?');
  const keepNumber = db.prepare<[string, string]>('INSERT OR REPLACE INTO sim_numbers (line, number) VALUES (?, ?)');
  const freeNumber = db.prepare<[string]>('DELETE FROM sim_numbers WHERE number = ?');
  const dropNumber = db.prepare<[string]>('DELETE FROM sim_numbers WHERE line = ?');
  const doubt = db.prepare<[string, string]>('INSERT OR IGNORE INTO number_doubts (line, number) VALUES (?, ?)');
  return {
    lineOf: (one) => known.get(one)?.line ?? null,
    keepLine: (one, line) => void db.commit(() => keepLine.run(one, line)),
    simOf: (modem) => sim.get(modem) ?? null,
    keepSim: (modem, { line, number: configured }) => void db.commit(() => keepSim.run(modem, line, configured)),
    numberOf: (line) => number.get(line)?.number ?? null,
    keepNumber: (line, value) =>
      void db.commit(() => {
        if (value === null) return dropNumber.run(line);
        freeNumber.run(value);
        return keepNumber.run(line, value);
      }),
    doubt: (line, value) => db.commit(() => doubt.run(line, value)).changes > 0,
  };
}
