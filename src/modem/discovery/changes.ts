import type { Clock, Ms } from '../../clock.ts';

/** How often something changed so far; any number may wait for the next time. */
export class Changes {
  #version = 0;
  #next = Promise.withResolvers<void>();

  get version(): number {
    return this.#version;
  }

  tell(): void {
    this.#version += 1;
    this.#next.resolve();
    this.#next = Promise.withResolvers();
  }

  /** Resolves once there is a later version, after `limit`, or at the abort. */
  async after(
    version: number,
    { clock, limit, signal }: { clock: Clock; limit: Ms; signal: AbortSignal },
  ): Promise<void> {
    if (this.#version !== version || signal.aborted) return;
    const over = new AbortController();
    const end = () => over.abort();
    signal.addEventListener('abort', end, { once: true });
    try {
      await Promise.race([this.#next.promise, clock.sleep(limit, over.signal).catch(() => undefined)]);
    } finally {
      signal.removeEventListener('abort', end);
      over.abort();
    }
  }
}
