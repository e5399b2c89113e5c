import type { EpochMs, Ms } from '../clock.ts';
import { GatewayError } from '../errors.ts';

/** At most `limit` in any stretch of time this long; `recent` gives when there were some, newest first. */
export interface SlidingWindow {
  readonly limit: number;
  readonly length: Ms;
  recent(query: { readonly since: EpochMs; readonly until: EpochMs; readonly limit: number }): readonly EpochMs[];
}

/** Throws `limit.exceeded` where one of the windows is full, with the one that is so for longest. */
export function checkWindows(windows: readonly SlidingWindow[], now: EpochMs): void {
  const [longest] = windows
    .map(({ limit, length, recent }) => {
      // Not after now: a clock that was ahead once must not lock anybody out until it is there again.
      const oldest = recent({ since: now - length, until: now, limit })[limit - 1];
      return { limit, reset: oldest === undefined ? now : oldest + length };
    })
    .sort((one, other) => other.reset - one.reset);
  if (longest !== undefined && longest.reset > now) throw limitExceeded(longest.limit, longest.reset, now);
}

/** `retry_after` is in whole seconds, never less than one. */
export function limitExceeded(limit: number, reset: EpochMs, now: EpochMs): GatewayError {
  const retryAfter = Math.max(1, Math.ceil((reset - now) / 1000));
  return new GatewayError('limit.exceeded', `no more than ${limit} of these are allowed now`, {
    transient: true,
    details: { limit, reset, retry_after: retryAfter },
  });
}
