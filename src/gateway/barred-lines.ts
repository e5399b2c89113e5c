import type { EpochMs, Ms } from '../clock.ts';
import type { ModemId } from '../domain/message.ts';
import type { SendOutcome } from '../modem/modem.ts';
import type { LinePauses } from '../store/line-pauses.ts';

/** Refusals that speak of the line, not of the message: barred, no credit, rejected, not in the plan (TS 24.011 annex E-2). */
const lineCodes: readonly string[] = ['cms.8', 'cms.10', 'cms.21', 'cms.28', 'cms.29', 'cms.30', 'cms.50'];
/** One may be about the recipient. */
const enough = 3;
const pause: Ms = 900_000;

export function speaksOfLine(code: string): boolean {
  return lineCodes.includes(code);
}

/** Lines that the operator lets send nothing: left alone for a while, for going on makes it worse. */
export class BarredLines {
  readonly #pauses: LinePauses;
  readonly #refused = new Map<ModemId, number>();

  constructor(pauses: LinePauses) {
    this.#pauses = pauses;
  }

  /** Returns whether the line is to be paused because of this one. Called once for each outcome. */
  note(modem: ModemId, outcome: SendOutcome): boolean {
    const isRefused = outcome.is === 'failed' && speaksOfLine(outcome.error.code);
    // What was not tried, or got no answer, says nothing.
    if (!isRefused && outcome.is !== 'sent' && outcome.is !== 'failed') return false;
    const refused = isRefused ? (this.#refused.get(modem) ?? 0) + 1 : 0;
    this.#refused.set(modem, refused);
    return refused >= enough;
  }

  /** Runs inside the caller's transaction. */
  pause(modem: ModemId, now: EpochMs): void {
    this.#pauses.pause(modem, now + pause);
  }

  /** Until when nothing goes; null where it may. */
  until(modem: ModemId, now: EpochMs): EpochMs | null {
    const until = this.#pauses.until(modem);
    // A clock that was set back must not keep a line silent for longer.
    return until > now && until <= now + pause ? until : null;
  }
}
