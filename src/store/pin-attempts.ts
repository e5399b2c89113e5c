import { createHmac, randomBytes } from 'node:crypto';
import type { LineId } from '../domain/message.ts';
import type { Database } from './database.ts';

/** Which PIN was tried on which SIM: what keeps a restart from spending the second of three tries. */
export interface PinAttempts {
  wasTried(sim: LineId, pin: string): boolean;
  /** On the disk when it returns. */
  remember(sim: LineId, pin: string): void;
}

export function createPinAttempts(db: Database): PinAttempts {
  const key = readKey(db);
  const find = db.prepare<[string, Buffer], { sim: string }>(
    'SELECT sim FROM pin_attempts WHERE sim = ? AND pin_hash = ?',
  );
  const add = db.prepare<[string, Buffer, number]>(
    'INSERT OR IGNORE INTO pin_attempts (sim, pin_hash, tried_at) VALUES (?, ?, ?)',
  );
  const hash = (sim: LineId, pin: string) => createHmac('sha256', key).update(`${sim}\0${pin}`).digest();
  return {
    wasTried: (sim, pin) => find.get(sim, hash(sim, pin)) !== undefined,
    remember: (sim, pin) => void db.commit(() => add.run(sim, hash(sim, pin), Date.now())),
  };
}

function readKey(db: Database): string {
  db.commit(() => {
    const fresh = randomBytes(32).toString('hex');
    db.prepare<[string]>("INSERT OR IGNORE INTO meta (key, value) VALUES ('pin_key', ?)").run(fresh);
  });
  const row = db.prepare<[], { value: string }>("SELECT value FROM meta WHERE key = 'pin_key'").get();
  return row?.value ?? '';
}
