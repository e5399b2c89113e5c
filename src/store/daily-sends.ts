import type { AccountId } from '../domain/account.ts';
import type { Database } from './database.ts';

/** How many messages each account sent on one day (UTC, `YYYY-MM-DD`). */
export interface DailySends {
  /** Counts one more and returns how many there are; undefined where there are `limit` (at least 1) already. */
  spend(account: AccountId, day: string, limit: number): number | undefined;
  sent(account: AccountId, day: string): number;
  /** Removes at most `limit` counters of days before `day`. Returns how many. */
  prune(day: string, limit: number): number;
}

const spendSql = `INSERT INTO daily_sends (account, day, sent) VALUES (@account, @day, 1)
  ON CONFLICT (account, day) DO UPDATE SET sent = sent + 1 WHERE sent < @limit RETURNING sent`;

export function createDailySends(db: Database): DailySends {
  const spend = db.prepare<[object], { sent: number }>(spendSql);
  const sent = db.prepare<[string, string], { sent: number }>(
    'SELECT sent FROM daily_sends WHERE account = ? AND day = ?',
  );
  const prune = db.prepare<[string, number]>(
    'DELETE FROM daily_sends WHERE (account, day) IN (SELECT account, day FROM daily_sends WHERE day < ? LIMIT ?)',
  );
  return {
    spend: (account, day, limit) => spend.get({ account, day, limit })?.sent,
    sent: (account, day) => sent.get(account, day)?.sent ?? 0,
    prune: (day, limit) => db.commitLazily(() => prune.run(day, limit).changes),
  };
}
