import type { AtCommand } from '../../at/command.ts';
import { GatewayError } from '../../errors.ts';
import { decimal, fieldsOf, plain } from './reply.ts';

/** What the network said (TS 27.007 7.15). */
export interface UssdAnswer {
  readonly text: string;
  readonly replyExpected: boolean;
}

/** Only asks: the answer comes by itself as `+CUSD:`. */
export function askUssd(request: string): AtCommand<void> {
  if (!/^[\w*#+ .,-]{1,182}$/.test(request)) {
    throw new GatewayError('command.invalid', 'a USSD request is 1 to 182 digits, letters, * or #');
  }
  return plain(`AT+CUSD=1,"${request}",15`, 120_000);
}

/** From `+CUSD: <m>[,<str>[,<dcs>]]`. Hex under a UCS-2 coding scheme (TS 23.038 clause 5) is read as such. */
export function ussdAnswer(line: string): UssdAnswer | null {
  const [state, text = '', scheme] = fieldsOf(line);
  const m = decimal(state);
  if (m === null) return null;
  const dcs = decimal(scheme) ?? 15;
  const wide = dcs === 0x11 || (dcs & 0xcc) === 0x48;
  const isUcs2 = wide && text.length % 4 === 0 && /^[0-9A-Fa-f]+$/.test(text);
  return { text: isUcs2 ? Buffer.from(text, 'hex').swap16().toString('utf16le') : text, replyExpected: m === 1 };
}
