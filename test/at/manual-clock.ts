import type { Clock, EpochMs, Ms } from '../../src/clock.ts';
import { settled } from './scripted-port.ts';

/** A clock that stands still until the test moves it. */
export class ManualClock implements Clock {
  #now: EpochMs = 1_000_000;
  readonly #sleepers = new Set<{ readonly until: EpochMs; readonly wake: () => void }>();

  now(): EpochMs {
    return this.#now;
  }

  /** Timers that still run. */
  get live(): number {
    return this.#sleepers.size;
  }

  sleep(duration: Ms, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted === true) {
        reject(signal.reason);
        return;
      }
      const sleeper = { until: this.#now + duration, wake: resolve };
      this.#sleepers.add(sleeper);
      signal?.addEventListener('abort', () => {
        this.#sleepers.delete(sleeper);
        reject(signal.reason);
      });
    });
  }

  /** Moves on by `duration`, waking whoever is due, in order. */
  async advance(duration: Ms): Promise<void> {
    const end = this.#now + duration;
    await settled();
    for (;;) {
      const [next] = [...this.#sleepers].filter(({ until }) => until <= end).sort((a, b) => a.until - b.until);
      if (next === undefined) break;
      this.#now = Math.max(this.#now, next.until);
      this.#sleepers.delete(next);
      next.wake();
      await settled();
    }
    this.#now = end;
    await settled();
  }
}
