import type { EpochMs, Ms } from '../clock.ts';
import type { ModemId } from '../domain/message.ts';
import type { SendOutcome } from '../modem/modem.ts';

/** Refusals that speak of the line, not of the message: barred, no credit, rejected, not in the plan (TS 24.011 annex E-2). */
const speakOfLine: readonly string[] = ['cms.8', 'cms.10', 'cms.21', 'cms.28', 'cms.29', 'cms.30', 'cms.50'];
/** One may be about the recipient. */
const enough = 3;
const pause: Ms = 900_000;

/** Lines that the operator lets send nothing: left alone for a while, for going on makes it worse. */
export class BarredLines {
  readonly #refused = new Map<ModemId, number>();
  readonly #until = new Map<ModemId, EpochMs>();

  /** Returns whether the line is paused because of this one. */
  note(modem: ModemId, outcome: SendOutcome, now: EpochMs): boolean {
    const isRefused = outcome.is === 'failed' && speakOfLine.includes(outcome.error.code);
    // What was not tried, or got no answer, says nothing.
    if (!isRefused && outcome.is !== 'sent' && outcome.is !== 'failed') return false;
    const refused = isRefused ? (this.#refused.get(modem) ?? 0) + 1 : 0;
    this.#refused.set(modem, refused);
    if (refused < enough) return false;
    this.#until.set(modem, now + pause);
    return true;
  }

  /** Until when nothing goes; null where it may. */
  until(modem: ModemId, now: EpochMs): EpochMs | null {
    const until = this.#until.get(modem) ?? 0;
    return until > now ? until : null;
  }
}
