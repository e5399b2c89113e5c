import { type EpochMs, isoTime, type Ms } from '../clock.ts';
import type { Account, Tier } from '../domain/account.ts';
import type { DailySends } from '../store/daily-sends.ts';
import { limitExceeded } from './limits.ts';

/** Sends left of a window. `limit.exceeded` carries `limit`, `reset` (EpochMs) and `retry_after` (s) in its details. */
export interface Allowance {
  readonly limit: number;
  readonly remaining: number;
  readonly reset: EpochMs;
}

const day: Ms = 86_400_000;
const caps: Readonly<Record<Tier, number>> = { free: 50, paid: 1000 };

/** Counts one message of the account's day, within the caller's transaction. Throws `limit.exceeded`. */
export function spendSend(sends: DailySends, account: Account, at: EpochMs): Allowance {
  const limit = caps[account.tier];
  const sent = sends.spend(account.id, dayOf(at), limit);
  if (sent === undefined) throw limitExceeded(limit, nextDay(at), at);
  return { limit, remaining: limit - sent, reset: nextDay(at) };
}

export function sendAllowance(sends: DailySends, account: Account, at: EpochMs): Allowance {
  const limit = caps[account.tier];
  return { limit, remaining: Math.max(0, limit - sends.sent(account.id, dayOf(at))), reset: nextDay(at) };
}

/** `YYYY-MM-DD`, UTC. */
export function dayOf(at: EpochMs): string {
  return isoTime(at).slice(0, 10);
}

function nextDay(at: EpochMs): EpochMs {
  return (Math.floor(at / day) + 1) * day;
}
