import type { EpochMs } from '../clock.ts';
import type { ModemId } from '../domain/message.ts';
import type { Database } from './database.ts';

/** Until when each line is left alone: a restart must not go on where the operator said no. */
export interface LinePauses {
  /** 0 where it never was. */
  until(modem: ModemId): EpochMs;
  /** Runs inside the caller's transaction. */
  pause(modem: ModemId, until: EpochMs): void;
}

export function createLinePauses(db: Database): LinePauses {
  const read = db.prepare<[string], { value: string }>('SELECT value FROM meta WHERE key = ?');
  const write = db.prepare<[string, string]>('INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)');
  const keyOf = (modem: ModemId) => `paused_until:${modem}`;
  return {
    until: (modem) => Number(read.get(keyOf(modem))?.value ?? 0),
    pause: (modem, until) => void write.run(keyOf(modem), String(until)),
  };
}
