import type { Limit } from '../../limiter.ts';

export const consoleLimit: Limit = { per: 'session', windows: [{ points: 60, seconds: 60 }] };
export const readLimit: Limit = { per: 'key', windows: [{ points: 120, seconds: 60 }] };
/** Beside the day's cap of the account, which is in the database. */
export const sendLimit: Limit = {
  per: 'key',
  windows: [
    { points: 1, seconds: 1, burst: true },
    { points: 60, seconds: 60 },
  ],
};
