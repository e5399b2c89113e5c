import type { Clock, Ms } from '../clock.ts';

/** Lets one loop sleep until it is wanted. A ring while nobody sleeps is not lost. */
export class Bell {
  #rung = false;
  #sleeper: AbortController | undefined;

  ring(): void {
    this.#rung = true;
    this.#sleeper?.abort();
  }

  /** Resolves at the ring, after `duration`, or when the signal aborts; never rejects for these. */
  async wait(duration: Ms, clock: Clock, signal: AbortSignal): Promise<void> {
    if (!this.#rung && !signal.aborted && duration > 0) {
      const sleeper = new AbortController();
      const wake = () => sleeper.abort();
      this.#sleeper = sleeper;
      signal.addEventListener('abort', wake, { once: true });
      try {
        await clock.sleep(duration, sleeper.signal);
      } catch (error) {
        if (!sleeper.signal.aborted) throw error;
      } finally {
        signal.removeEventListener('abort', wake);
        this.#sleeper = undefined;
      }
    }
    this.#rung = false;
  }
}
