import type { AtSession } from '../../at/session.ts';
import { optional } from '../asking.ts';
import { imei } from '../commands/basic.ts';
import { cardFile, iccid } from '../commands/sim.ts';

/** Who answers at a port: the module and the card in it; null where it does not tell. */
export interface Identity {
  readonly imei: string | null;
  readonly iccid: string | null;
}

/** Asks for both. `first` is the command for the ICCID that is known to work. Throws what ends the session. */
export async function readIdentity(session: AtSession, first?: string): Promise<Identity> {
  return { imei: await optional(session, imei), iccid: await readIccid(session, first) };
}

/** Null where no command tells it. */
export async function readIccid(session: AtSession, first?: string): Promise<string | null> {
  const lines = first === undefined ? iccidCommands : [first];
  for (const line of lines) {
    const found = await optional(session, iccid(line));
    if (found !== null) return found;
  }
  return await optional(session, iccid(cardFile));
}

/** By a command of its own, under the names most modems know. */
const iccidCommands: readonly string[] = ['AT+CCID', 'AT+ICCID'];

/** The last digit is a check digit, or two of a software version stand in its place (TS 23.003 6.2). */
export function isSameImei(one: string, other: string): boolean {
  return one.length >= imeiDigits && one.slice(0, imeiDigits) === other.slice(0, imeiDigits);
}

const imeiDigits = 14;

/** Some modems leave the check digit out or print the filler behind it (ITU-T E.118). */
export function isSameIccid(one: string, other: string): boolean {
  const [a, b] = [one, other].map((text) => text.replace(/f+$/i, ''));
  return a !== undefined && b !== undefined && a.length >= 18 && b.length >= 18 && (a.startsWith(b) || b.startsWith(a));
}
