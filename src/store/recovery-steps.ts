import type { EpochMs } from '../clock.ts';
import type { ModemId } from '../domain/message.ts';
import type { Database } from './database.ts';

/** What was done to bring modems back: what keeps a restart from doing it again too soon. */
export interface RecoverySteps {
  /** The instants of one rung since then, newest first. */
  taken(modem: ModemId, rung: string, since: EpochMs): readonly EpochMs[];
  /** On the disk when it returns. */
  take(modem: ModemId, rung: string, at: EpochMs, reason: string): void;
}

/** Longer than any limit looks back. */
const kept = 7 * 86_400_000;

export function createRecoverySteps(db: Database): RecoverySteps {
  const taken = db.prepare<[string, string, number], { at: number }>(
    'SELECT at FROM recovery_steps WHERE modem = ? AND rung = ? AND at > ? ORDER BY at DESC',
  );
  const add = db.prepare<[string, string, number, string]>(
    'INSERT OR REPLACE INTO recovery_steps (modem, rung, at, reason) VALUES (?, ?, ?, ?)',
  );
  const prune = db.prepare<[string, string, number]>(
    'DELETE FROM recovery_steps WHERE modem = ? AND rung = ? AND at < ?',
  );
  return {
    taken: (modem, rung, since) => taken.all(modem, rung, since).map(({ at }) => at),
    take: (modem, rung, at, reason) =>
      db.commit(() => {
        prune.run(modem, rung, at - kept);
        add.run(modem, rung, at, reason);
      }),
  };
}
