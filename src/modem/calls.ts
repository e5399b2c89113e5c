import type { Clock, Ms } from '../clock.ts';

/** `+CLIP` follows its `RING` at once; where it does not the caller is withheld. */
const callerWithin: Ms = 2_000;
/** Rings come every few seconds: after so long without one nobody calls any more. */
const ringsWithin: Ms = 15_000;

export interface CallReport {
  readonly ended: boolean;
  /** As the network told it; null where it is withheld. */
  readonly from: string | null;
}

/** Makes one report of a call and one of its end out of rings. */
export class Calls {
  readonly #clock: Clock;
  readonly #report: (call: CallReport) => void;
  #call: { from: string | null; told: boolean } | undefined;
  #timer = new AbortController();

  constructor(clock: Clock, report: (call: CallReport) => void) {
    this.#clock = clock;
    this.#report = report;
  }

  /** `RING`, `+CRING` or `+CLIP`. */
  ring(from: string | null): void {
    this.#call ??= { from, told: false };
    this.#call.from ??= from;
    if (from === null && !this.#call.told) this.#after(callerWithin, () => this.#tell());
    else this.#tell();
  }

  end(): void {
    this.#timer.abort();
    const call = this.#call;
    this.#call = undefined;
    if (call === undefined) return;
    if (!call.told) this.#report({ ended: false, from: call.from });
    this.#report({ ended: true, from: call.from });
  }

  #tell(): void {
    const call = this.#call;
    if (call === undefined) return;
    if (!call.told) this.#report({ ended: false, from: call.from });
    call.told = true;
    this.#after(ringsWithin, () => this.end());
  }

  #after(delay: Ms, run: () => void): void {
    this.#timer.abort();
    this.#timer = new AbortController();
    this.#clock.sleep(delay, this.#timer.signal).then(run, () => undefined);
  }
}
