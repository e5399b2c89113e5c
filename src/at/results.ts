import { GatewayError } from '../errors.ts';
import { cmeNames, cmeOtherNames, cmsNames, cmsOtherNames, transientCme, transientCms } from './error-table.ts';

/** What a final result code says: done, or why not. */
export type FinalResult = 'ok' | GatewayError;

const CODED = /^\+CM([ES]) ERROR ?: ?(.*)$/i;
const FAILED = /^(ERROR|COMMAND NOT SUPPORT|TOO MANY PARAMETERS|ABORTED|NA|MODEM ERROR:.*)$/;
const CALL_ENDED = /^(NO CARRIER|BUSY|NO ANSWER|NO DIALTONE)$/;
const CONNECTED = /^CONNECT( .*)?$/;

/** Call progress: final while dialling, unsolicited at any other time, never part of a reply. */
export const CALL_PROGRESS = /^(RING|NO CARRIER|BUSY|NO ANSWER|NO DIALTONE)$/;

/** A final result code that the next line was glued to, as in `ERROR+CNUM:`. */
const GLUED = /^(OK|ERROR)([+^*#$%][A-Z].*)$/;

/**
 * The final result in `line`, or undefined where it is none (V.250 5.7.1, TS 27.007 9.2, TS 27.005 3.2.5).
 * `command` is the command's own line: only dialling ends in NO CARRIER.
 */
export function finalResult(line: string, command: string): FinalResult | undefined {
  const text = line.trim();
  if (text === 'OK') return 'ok';
  const coded = CODED.exec(text);
  if (coded !== null) return codedError(coded[1] === 'S' || coded[1] === 's' ? 'cms' : 'cme', coded[2] ?? '');
  if (FAILED.test(text)) return new GatewayError('at.error', `the modem answered ${text.slice(0, 40)}`);
  if (!/^AT[DA]/i.test(command)) return undefined;
  if (CONNECTED.test(text)) return 'ok';
  return CALL_ENDED.test(text) ? new GatewayError('at.error', `the call ended: ${text}`) : undefined;
}

/** The result code of a modem that answers in numbers (`ATV0`). Only the two that no command's reply consists of. */
export function numericResult(line: string): FinalResult | undefined {
  if (line.trim() === '0') return 'ok';
  return line.trim() === '4' ? new GatewayError('at.error', 'the modem answered 4') : undefined;
}

/** `ERROR+CNUM:` as the two lines it is, the result last; any other line as it is. */
export function unglue(line: string): readonly string[] {
  const glued = GLUED.exec(line);
  return glued === null ? [line] : [glued[2] ?? '', glued[1] ?? ''];
}

/** `+CME ERROR` or `+CMS ERROR`: its number in `details.cme` or `details.cms`, also where the modem wrote the text. */
function codedError(kind: 'cme' | 'cms', said: string): GatewayError {
  const number = /^"?(\d{1,5})"?$/.exec(said.trim())?.[1];
  const code = number === undefined ? codeOf(kind, said) : Number(number);
  const name = (kind === 'cme' ? cmeNames : cmsNames)[code] ?? 'unnamed';
  const transient = (kind === 'cme' ? transientCme : transientCms).has(code);
  const details = kind === 'cme' ? { cme: code } : { cms: code };
  return new GatewayError(`at.${kind}`, `the modem answered +${kind.toUpperCase()} ERROR ${code} (${name})`, {
    transient,
    details,
  });
}

/** The number of an error that came as text. A text that nobody knows is `unknown` (100) or `unknown error` (500). */
function codeOf(kind: 'cme' | 'cms', said: string): number {
  const text = normalised(said);
  const codes = kind === 'cme' ? cmeCodes : cmsCodes;
  return codes.get(text) ?? (kind === 'cme' ? 100 : 500);
}

function normalised(text: string): string {
  return text
    .toLowerCase()
    .replaceAll('(u)sim', 'sim')
    .replaceAll(/["\s]+/g, ' ')
    .trim();
}

const cmeCodes = byName(cmeNames, cmeOtherNames);
const cmsCodes = byName(cmsNames, cmsOtherNames);

function byName(
  names: Readonly<Record<number, string>>,
  others: Readonly<Record<string, number>>,
): ReadonlyMap<string, number> {
  const codes = new Map(Object.entries(others));
  for (const [code, name] of Object.entries(names)) if (!codes.has(name)) codes.set(name, Number(code));
  return codes;
}
