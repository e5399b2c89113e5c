import type { AtSession } from '../at/session.ts';
import type { Clock, Ms } from '../clock.ts';
import { accepts } from './asking.ts';
import { hangUp, hangUpCalls } from './commands/basic.ts';

/** `+CLIP` follows its `RING` at once; where it does not the caller is withheld. */
const callerWithin: Ms = 2_000;
/** Rings come every few seconds: after so long without one nobody calls any more. */
const ringsWithin: Ms = 15_000;

/** What happens to a call once it was told: one that nobody takes keeps some modems from receiving messages. */
export type CallPolicy = 'hangup' | 'ignore';

/** Ends or rejects every call. Throws `at.*`. */
export async function endCalls(session: AtSession): Promise<void> {
  if (!(await accepts(session, hangUpCalls))) await session.run(hangUp);
}

export interface CallReport {
  readonly ended: boolean;
  /** As the network told it; null where it is withheld. */
  readonly from: string | null;
}

/** Makes one report of a call and one of its end out of rings. */
export class Calls {
  readonly #clock: Clock;
  readonly #report: (call: CallReport) => void;
  readonly #ringing: () => void;
  #call: { from: string | null; told: boolean } | undefined;
  #timer = new AbortController();

  /** `ringing`: a call was reported, with its caller where that is told. */
  constructor(clock: Clock, report: (call: CallReport) => void, ringing: () => void = () => undefined) {
    this.#clock = clock;
    this.#report = report;
    this.#ringing = ringing;
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
    this.#after(ringsWithin, () => this.end());
    if (call.told) return;
    call.told = true;
    this.#report({ ended: false, from: call.from });
    this.#ringing();
  }

  #after(delay: Ms, run: () => void): void {
    this.#timer.abort();
    this.#timer = new AbortController();
    this.#clock.sleep(delay, this.#timer.signal).then(run, () => undefined);
  }
}
