import type { Ms } from '../clock.ts';

const mostWaiting = 1000;
const retryAfter: Ms = 1000;

/** Facts that nobody else keeps for us, while the store takes nothing: tried again in order; of too many the oldest are lost. */
export class Backlog {
  readonly #committed: () => void;
  #waiting: (() => void)[] = [];
  #timer: NodeJS.Timeout | undefined;

  /** `committed` is called once what waited is in the store. */
  constructor(committed: () => void) {
    this.#committed = committed;
  }

  /** Commits the fact, now or later. Never throws. */
  add(commit: () => void): void {
    this.#waiting.push(commit);
    if (this.#waiting.length > mostWaiting) this.#waiting.shift();
    try {
      this.flush();
    } catch {
      this.#timer ??= setTimeout(() => this.#retry(), retryAfter).unref();
    }
  }

  /** Commits what waits. Throws what the store throws; the rest then waits on. */
  flush(): void {
    if (this.#waiting.length === 0) return;
    for (let next = this.#waiting[0]; next !== undefined; next = this.#waiting[0]) {
      next();
      this.#waiting.shift();
    }
    this.#committed();
  }

  #retry(): void {
    this.#timer = undefined;
    try {
      this.flush();
    } catch {
      this.#timer = setTimeout(() => this.#retry(), retryAfter).unref();
    }
  }
}
