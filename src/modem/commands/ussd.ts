import type { AtCommand } from '../../at/command.ts';
import { type UssdAnswer, ussdEnds } from '../../domain/ussd.ts';
import { GatewayError } from '../../errors.ts';
import { decodeSeptets, defaultShift, encodeSeptets } from '../../sms/gsm7.ts';
import { parseHex, toHex } from '../../sms/hex.ts';
import { packSeptets, unpackSeptets } from '../../sms/septets.ts';
import { decimal, plain, rawFieldsOf } from './reply.ts';

/** Only asks: the answer comes by itself as `+CUSD:`. `packed`: the modem takes septets in hex (TS 23.038 6.1.2.3). */
export function askUssd(request: string, packed = false): AtCommand<void> {
  if (!/^[\w*#+ .,-]{1,182}$/.test(request)) {
    throw new GatewayError('command.invalid', 'a USSD request is 1 to 182 digits, letters, * or #');
  }
  return plain(`AT+CUSD=1,"${packed ? packedHex(request) : request}",15`, 120_000);
}

/** From `+CUSD: <m>[,<str>[,<dcs>]]` (TS 27.007 7.15). `packed`: the modem writes septets in hex. */
export function ussdAnswer(line: string, packed = false): UssdAnswer | null {
  const [state, text = '', scheme] = rawFieldsOf(line);
  const m = decimal(state);
  if (m === null) return null;
  const ended = ussdEnds[m - 2];
  const answer = { text: decoded(text, decimal(scheme) ?? 15, packed), replyExpected: m === 1 };
  return ended === undefined ? answer : { ...answer, ended };
}

/** What the coding scheme says (TS 23.038 clause 5) counts where the text has that shape; after that its shape alone. */
function decoded(text: string, dcs: number, packed: boolean): string {
  const isWide = dcs === 0x11 || (dcs & 0xcc) === 0x48;
  const isHex = text.length % 2 === 0 && /^[0-9A-F]+$/i.test(text);
  if (isWide && isHex && text.length % 4 === 0) return ucs2(text);
  if (packed && isHex && !isWide) return unpackedText(text);
  if (isUcs2(text)) return ucs2(text);
  return isSeptets(text) ? septetText(Buffer.from(text, 'latin1')) : text;
}

function ucs2(hex: string): string {
  return Buffer.from(hex, 'hex').swap16().toString('utf16le');
}

/** Latin, Cyrillic and Arabic with their punctuation, in hex. Digits alone are it only with a blank among them: else they are a number. */
function isUcs2(text: string): boolean {
  const shape = /^(?:00(?:0[AD]|[2-7A-F][0-9A-F])|0[46][0-9A-F]{2}|20[0-9A-F]{2}){2,}$/i;
  return shape.test(text) && (/[A-F]/i.test(text) || /^(?:.{4})*0020/.test(text));
}

/** Septets as they are, as under +CSCS="GSM": shown by codes that are no characters elsewhere, or by `{|}~` (äöñü) within a word. */
function isSeptets(text: string): boolean {
  return /^[\x00-\x7f]*$/.test(text) && /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]|[a-z][{|}~][a-z]/.test(text);
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
  return septetText(unpackSeptets(octets, { skipBits: 0, count }));
}

/** Without what filled the last octet. */
function septetText(septets: Uint8Array): string {
  const isFilled = septets.length % 8 === 0 && [0, carriageReturn].includes(septets.at(-1) ?? 0);
  return decodeSeptets(isFilled ? septets.subarray(0, -1) : septets, defaultShift);
}
