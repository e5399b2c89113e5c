import type { Logger } from '../log.ts';

/** Prefixes remembered. A device that invents more of them is not worth the memory. */
const MOST_PREFIXES = 64;

/** Lines that nobody owns: each prefix logged once and counted, never what stands behind it. */
export class UnknownLines {
  readonly #log: Logger;
  readonly #counts = new Map<string, number>();

  constructor(log: Logger) {
    this.#log = log;
  }

  drop(line: string): void {
    const prefix = /^[+^*#$_%!&] ?[A-Za-z][A-Za-z0-9_]{0,20}/.exec(line)?.[0] ?? 'none';
    const count = this.#counts.get(prefix);
    if (count === undefined && this.#counts.size >= MOST_PREFIXES) return;
    this.#counts.set(prefix, (count ?? 0) + 1);
    if (count === undefined) this.#log.debug({ prefix }, 'dropped a line that nobody owns');
  }

  /** Says how often each came, for the end of a session. */
  report(): void {
    if (this.#counts.size === 0) return;
    this.#log.debug({ lines: Object.fromEntries(this.#counts) }, 'lines that nobody owned');
  }
}
