import { setTimeout as delay } from 'node:timers/promises';

/** A duration in milliseconds. */
export type Ms = number;
/** An instant, in milliseconds since 1970-01-01T00:00:00Z. */
export type EpochMs = number;

export interface Clock {
  now(): EpochMs;
  /** Resolves after `duration`; rejects with the signal's reason when aborted first. */
  sleep(duration: Ms, signal?: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  async sleep(duration, signal) {
    try {
      await delay(duration, undefined, signal === undefined ? {} : { signal });
    } catch (error) {
      throw signal?.reason ?? error;
    }
  },
};

/** ISO 8601 in UTC with milliseconds: the form of every `time` we publish. */
export function isoTime(instant: EpochMs): string {
  return new Date(instant).toISOString();
}
