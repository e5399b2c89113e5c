import RateLimiterMemory from 'rate-limiter-flexible/lib/RateLimiterMemory.js';
import type { EpochMs } from '../clock.ts';
import { GatewayError } from '../errors.ts';

export interface Window {
  readonly points: number;
  readonly seconds: number;
  /** Against bursts: shown only where it refuses, and given back when the request was at fault. */
  readonly burst?: true;
}

/** How often one holder (an address, a session, a key) may do something: every window counts. */
export interface Limit {
  readonly per: 'address' | 'session' | 'key';
  readonly windows: readonly Window[];
}

/** What is left of one window. */
export interface Standing {
  readonly limit: number;
  readonly remaining: number;
  readonly reset: EpochMs;
}

/** Points a request has taken. */
export interface Spent {
  readonly standings: readonly Standing[];
  /** Gives back those of the bursts, or all of them. */
  giveBack(which: 'bursts' | 'all'): Promise<void>;
}

/** Holders remembered for each window: about 4 MB at most, should as many addresses come within a minute. */
const maxHolders = 10_000;

/** Counts requests in memory, in windows that begin with their first request. */
export class Limiter {
  readonly #counters = new Map<Window, Counter>();

  /** Takes a point of every window, or none: throws `limit.exceeded` with `limit`, `reset` and `retry_after`. */
  async spend(limit: Limit, holder: string): Promise<Spent> {
    const taken: Window[] = [];
    const standings: Standing[] = [];
    const giveBack = async (windows: readonly Window[]) => {
      await Promise.all(windows.map((window) => this.#counter(window).giveBack(holder)));
    };
    for (const window of limit.windows) {
      const standing = await this.#counter(window).take(holder);
      taken.push(window);
      if (standing.exceeded) {
        await giveBack(taken);
        throw exceeded(standing);
      }
      if (window.burst !== true) standings.push(standing);
    }
    return {
      standings,
      giveBack: (which) => giveBack(which === 'all' ? taken : taken.filter(({ burst }) => burst === true)),
    };
  }

  /** As it stands, with nothing taken. */
  async look(limit: Limit, holder: string): Promise<readonly Standing[]> {
    const shown = limit.windows.filter(({ burst }) => burst !== true);
    return await Promise.all(shown.map((window) => this.#counter(window).look(holder)));
  }

  #counter(window: Window): Counter {
    const known = this.#counters.get(window);
    if (known !== undefined) return known;
    const made = new Counter(window);
    this.#counters.set(window, made);
    return made;
  }
}

/** One window's counts, of the holders seen last. */
class Counter {
  readonly #window: Window;
  readonly #counts: RateLimiterMemory;
  /** In the order they were last seen. */
  readonly #holders = new Set<string>();

  constructor(window: Window) {
    this.#window = window;
    this.#counts = new RateLimiterMemory({ points: window.points, duration: window.seconds });
  }

  async take(holder: string): Promise<Standing & { readonly exceeded: boolean }> {
    this.#remember(holder);
    const { consumedPoints, msBeforeNext } = await this.#counts.penalty(holder, 1);
    return { ...this.#standing(consumedPoints, msBeforeNext), exceeded: consumedPoints > this.#window.points };
  }

  async giveBack(holder: string): Promise<void> {
    if ((await this.#live(holder)) !== null) await this.#counts.reward(holder, 1);
  }

  async look(holder: string): Promise<Standing> {
    const count = await this.#live(holder);
    return count === null
      ? this.#standing(0, this.#window.seconds * 1000)
      : this.#standing(count.consumedPoints, count.msBeforeNext);
  }

  /** Null where nothing was taken in the window of now. */
  async #live(holder: string) {
    const count = await this.#counts.get(holder);
    return count === null || count.msBeforeNext <= 0 ? null : count;
  }

  #standing(consumed: number, msBeforeNext: number): Standing {
    const { points } = this.#window;
    return { limit: points, remaining: Math.max(0, points - consumed), reset: Date.now() + msBeforeNext };
  }

  #remember(holder: string): void {
    this.#holders.delete(holder);
    this.#holders.add(holder);
    if (this.#holders.size <= maxHolders) return;
    const [oldest] = this.#holders;
    if (oldest === undefined) return;
    this.#holders.delete(oldest);
    void this.#counts.delete(oldest);
  }
}

function exceeded({ limit, reset }: Standing): GatewayError {
  const wait = Math.max(1, Math.ceil((reset - Date.now()) / 1000));
  return new GatewayError('limit.exceeded', 'too many requests', {
    transient: true,
    details: { limit, reset, retry_after: wait },
  });
}
