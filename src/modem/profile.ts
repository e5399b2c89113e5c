import type { UnsolicitedShape } from '../at/unsolicited.ts';
import type { Ms } from '../clock.ts';
import type { ModemIdentity } from '../domain/modem-state.ts';
import type { Indications } from './commands/indications.ts';

/** What a modem family does, as data. A family names only what it does differently: see `profiles/families.ts`. */
export interface Profile {
  readonly id: string;
  /** Whether a modem that calls itself so is of this family. */
  matches(identity: ModemIdentity): boolean;
  /** Commands of its own after the identification, as quietening chatter; refusals are ignored. */
  readonly setUp: readonly string[];
  /** Commands that may tell the ICCID, tried in order. */
  readonly iccid: readonly string[];
  /** Indication settings to try before the negotiated ones (TS 27.005 3.4.1). */
  readonly indications: readonly Indications[];
  /** Storages that can hold received messages; those the modem has are swept. */
  readonly storages: readonly string[];
  /** Pause before each command. */
  readonly gap: Ms;
  /** Lines that come by themselves and mean nothing to us. */
  readonly ignored: readonly RegExp[];
  /** The modem has just started: every setting is lost. */
  readonly booted: readonly RegExp[];
  /** A later step of a start: settings may be lost if we did not see it begin. */
  readonly woke: readonly RegExp[];
  readonly storageFull: readonly RegExp[];
  readonly callEnded: readonly RegExp[];
}

/** Every line that may come unasked, as `at/` wants them. */
export function unsolicitedShapes(profile: Profile): readonly UnsolicitedShape[] {
  const lines = [profile.booted, profile.woke, profile.storageFull, profile.callEnded, profile.ignored].flat();
  return [...standardShapes, ...lines.map((match) => ({ match, follows: 0 as const }))];
}

/** TS 27.005 3.4.1, TS 27.007 6.6, 6.11, 7.2, 7.6, 7.15, 8.3, 10.1.20, 10.1.22. */
const standardShapes: readonly UnsolicitedShape[] = [
  { match: /^\+(?:CMT|CDS|CBM)\s*:/i, follows: 1 },
  { match: /^\+(?:CMTI|CDSI|CBMI)\s*:/i, follows: 0 },
  { match: /^\+(?:CREG|CGREG|CEREG|C5GREG|CIREGU?)\s*:/i, follows: 0 },
  { match: /^\+(?:CUSD|CRING|CLIP|CPIN)\s*:/i, follows: 0 },
  { match: /^RING$/i, follows: 0 },
];
