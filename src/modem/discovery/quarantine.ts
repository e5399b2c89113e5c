import type { Clock, EpochMs, Ms } from '../../clock.ts';
import type { UnitKey } from './unit.ts';

/** How long after each hang; the last one repeats. */
const waits: readonly Ms[] = [30_000, 120_000, 600_000, 3_600_000];
/** A device that was plugged in again gets a new chance, but not one that hangs again and again. */
const mostChances = 3;

interface Entry {
  readonly strikes: number;
  readonly until: EpochMs;
  readonly appearance: string;
}

/** Ports whose driver did not come back from an open: each such open holds a thread of this process until it does. */
export class Quarantine {
  readonly #clock: Clock;
  readonly #entries = new Map<UnitKey, Entry>();
  readonly #stuck = new Map<string, Promise<void>>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The driver was abandoned; until `back` nobody opens this path again. */
  strike(unit: UnitKey, appearance: string, path: string, back: Promise<void>): void {
    const strikes = (this.#entries.get(unit)?.strikes ?? 0) + 1;
    const until = this.#clock.now() + (waits[Math.min(strikes, waits.length) - 1] ?? 0);
    this.#entries.set(unit, { strikes, until, appearance });
    this.#stuck.set(path, back);
    void back.finally(() => {
      if (this.#stuck.get(path) === back) this.#stuck.delete(path);
    });
  }

  /** It opened: whatever was wrong has passed. */
  clear(unit: UnitKey): void {
    this.#entries.delete(unit);
  }

  /** When it may be opened again; null where it may be now. */
  until(unit: UnitKey, appearance: string, path: string): EpochMs | null {
    const entry = this.#entries.get(unit);
    const now = this.#clock.now();
    if (this.#stuck.has(path)) return Math.max(entry?.until ?? 0, now + (waits[0] ?? 0));
    if (entry === undefined || entry.until <= now) return null;
    return entry.appearance !== appearance && entry.strikes < mostChances ? null : entry.until;
  }
}
