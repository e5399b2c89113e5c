import type { AtCommand } from '../../at/command.ts';
import { GatewayError } from '../../errors.ts';
import { decodeSeptets, defaultShift, encodeSeptets } from '../../sms/gsm7.ts';
import { parseHex, toHex } from '../../sms/hex.ts';
import { packSeptets, unpackSeptets } from '../../sms/septets.ts';
import { decimal, fieldsOf, plain } from './reply.ts';

/** What the network said (TS 27.007 7.15). */
export interface UssdAnswer {
  readonly text: string;
  readonly replyExpected: boolean;
}

/** Only asks: the answer comes by itself as `+CUSD:`. `packed`: the modem takes septets in hex (TS 23.038 6.1.2.3). */
export function askUssd(request: string, packed = false): AtCommand<void> {
  if (!/^[\w*#+ .,-]{1,182}$/.test(request)) {
    throw new GatewayError('command.invalid', 'a USSD request is 1 to 182 digits, letters, * or #');
  }
  return plain(`AT+CUSD=1,"${packed ? packedHex(request) : request}",15`, 120_000);
}

/** From `+CUSD: <m>[,<str>[,<dcs>]]`. Hex under a UCS-2 coding scheme (TS 23.038 clause 5) is read as such, and as septets where the modem packs them. */
export function ussdAnswer(line: string, packed = false): UssdAnswer | null {
  const [state, text = '', scheme] = fieldsOf(line);
  const m = decimal(state);
  if (m === null) return null;
  const dcs = decimal(scheme) ?? 15;
  const wide = dcs === 0x11 || (dcs & 0xcc) === 0x48;
  const isHex = text.length % 2 === 0 && /^[0-9A-Fa-f]+$/.test(text);
  const isUcs2 = wide && isHex && text.length % 4 === 0;
  const ucs2 = () => Buffer.from(text, 'hex').swap16().toString('utf16le');
  return { text: isUcs2 ? ucs2() : packed && isHex && !wide ? unpackedText(text) : text, replyExpected: m === 1 };
}

const carriageReturn = 0x0d;

/** Seven spare bits would read as one more character: a carriage return fills them (TS 23.038 6.1.2.3.1). */
function packedHex(text: string): string {
  const codes = encodeSeptets(text, defaultShift) ?? new Uint8Array();
  const septets = codes.length % 8 === 7 ? Uint8Array.from([...codes, carriageReturn]) : codes;
  const octets = new Uint8Array(Math.ceil((septets.length * 7) / 8));
  packSeptets(septets, octets, { offset: 0, skipBits: 0 });
  return toHex(octets);
}

function unpackedText(hex: string): string {
  const octets = parseHex(hex);
  const count = Math.floor((octets.length * 8) / 7);
  const septets = unpackSeptets(octets, { skipBits: 0, count });
  const isFilled = count % 8 === 0 && [0, carriageReturn].includes(septets[count - 1] ?? 0);
  return decodeSeptets(isFilled ? septets.subarray(0, -1) : septets, defaultShift);
}
