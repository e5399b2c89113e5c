import type { UnsolicitedShape } from '../at/unsolicited.ts';
import type { Ms } from '../clock.ts';
import type { ModemFamily } from '../domain/modem-family.ts';
import type { ModemIdentity } from '../domain/modem-state.ts';
import type { Indications } from './commands/indications.ts';

/** What a modem family does, as data. A family names only what it does differently: see `profiles/families.ts`. */
export interface Profile {
  readonly id: ModemFamily;
  /** Whether a modem that calls itself so is of this family. */
  matches(identity: ModemIdentity): boolean;
  /** Commands of its own after the identification, as quietening chatter; refusals are ignored. */
  readonly setUp: readonly string[];
  /** Commands that may tell the ICCID, tried in order. */
  readonly iccid: readonly string[];
  /** Commands that may tell how many tries are left for the PIN, tried in order. */
  readonly pinTries: readonly PinCounter[];
  /** Indication settings to try before the negotiated ones (TS 27.005 3.4.1). */
  readonly indications: readonly Indications[];
  /** <ds> values to negotiate, best first: 1 passes reports on, 2 announces stored ones, 0 tells nothing. */
  readonly reports: readonly number[];
  /** Settings that pass messages on in place of storing them, for who asks for that. None: the family does not bear it. */
  readonly direct: readonly Indications[];
  /** Tells on which of its ports the modem says by itself what happens; null where that is every one, or no command tells. */
  readonly announcing: AnnouncingPort | null;
  /** Storages that can hold received messages; those the modem has are swept. */
  readonly storages: readonly string[];
  /** Makes USSD plain text; where it is refused, requests and answers are packed septets in hex. Null: always plain. */
  readonly plainUssd: string | null;
  /** Commands that restart the module, tried in order. */
  readonly reset: readonly string[];
  /** Pause after each command. */
  readonly gap: Ms;
  /** Lines that come by themselves and mean nothing to us. */
  readonly ignored: readonly RegExp[];
  /** The modem has just started: every setting is lost. */
  readonly booted: readonly RegExp[];
  /** A later step of a start: settings may be lost if we did not see it begin. */
  readonly woke: readonly RegExp[];
  readonly storageFull: readonly RegExp[];
  readonly callEnded: readonly RegExp[];
  /** The card was taken out or is not seen any more. */
  readonly simGone: readonly RegExp[];
  /** The supply is too low: what fails next fails because of it. */
  readonly lowPower: readonly RegExp[];
  /** The supply is too high. */
  readonly highPower: readonly RegExp[];
}

/** A question for the port that announces. */
export interface AnnouncingPort {
  readonly line: string;
  /** Its first group names the port. */
  readonly reply: RegExp;
  /** The names of the AT ports of a device, in the order of the fingerprint table. */
  readonly ports: readonly string[];
  /** What the operator can do where it is another one. */
  readonly hint: string;
}

/** A question and where its reply names the number. */
export interface PinCounter {
  readonly line: string;
  /** Its first group are the tries left for the PIN. */
  readonly reply: RegExp;
}

/** Every line that may come unasked, as `at/` wants them. */
export function unsolicitedShapes(profile: Profile): readonly UnsolicitedShape[] {
  const { booted, woke, storageFull, callEnded, simGone, lowPower, highPower, ignored } = profile;
  const lines = [booted, woke, storageFull, callEnded, simGone, lowPower, highPower, ignored].flat();
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
