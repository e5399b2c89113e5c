import { GatewayError } from '../errors.ts';
import { fromSeptets, pack, septetsOf, toSeptets, unpack } from './gsm-alphabet.ts';

// Written apart from sms/ on purpose: what the daemon is tested against must not come from the daemon.

export interface DeliverFields {
  readonly from: string;
  readonly text: string;
  readonly time: Date;
  /** `+` and digits. */
  readonly smsc: string;
  /** Concatenation reference for a text of several parts, 0 to 255. */
  readonly reference: number;
}

/** What the simulated network understands of a SUBMIT. */
export interface Submit {
  /** Octets of the TPDU. */
  readonly tpduLength: number;
  readonly hasServiceCentre: boolean;
  readonly reportRequested: boolean;
  readonly to: string;
  /** The address as it stands in the PDU: length, type and digits, in hex. */
  readonly address: string;
  /** Of this part; hex where it is 8-bit data. */
  readonly text: string;
  readonly part: { readonly reference: number; readonly total: number; readonly number: number } | null;
}

/** One DELIVER a part, hex in capitals, SMSC first (TS 23.040 9.2.2.1). Throws `sms.unencodable` for an impossible sender. */
export function encodeDeliver(fields: DeliverFields): string[] {
  const gsm = [...fields.text].every((char) => septetsOf(char) !== null);
  const parts = split(fields.text, gsm ? 160 : 70, gsm ? 153 : 67, gsm);
  return parts.map((text, index) => {
    const header = parts.length > 1 ? [5, 0, 3, fields.reference & 0xff, parts.length, index + 1] : [];
    return hex([
      ...serviceCentre(fields.smsc),
      header.length > 0 ? 0x44 : 0x04,
      ...encodeAddress(fields.from),
      0,
      gsm ? 0 : 8,
      ...timestamp(fields.time),
      ...userData(text, header, gsm),
    ]);
  });
}

/** A STATUS-REPORT (TS 23.040 9.2.2.3) with TP-ST `status`, hex in capitals. */
export function encodeStatusReport(report: {
  readonly smsc: string;
  readonly reference: number;
  readonly address: string;
  readonly time: Date;
  readonly status: number;
}): string {
  const time = timestamp(report.time);
  const start = hex([...serviceCentre(report.smsc), 0x06, report.reference]);
  return start + report.address + hex([...time, ...time, report.status]);
}

/** Octets of the TPDU, without those of the service centre: what header lines and `AT+CMGS` count. */
export function tpduLength(pdu: string): number {
  return pdu.length / 2 - 1 - Number.parseInt(pdu.slice(0, 2), 16);
}

/** Null where it is no SUBMIT at all. */
export function readSubmit(pdu: string): Submit | null {
  if (!/^([0-9A-F]{2})+$/i.test(pdu)) return null;
  const octets = [...Buffer.from(pdu, 'hex')];
  const serviceCentreLength = octets[0] ?? 0;
  const tpdu = octets.slice(1 + serviceCentreLength);
  const first = tpdu[0] ?? 0;
  const digits = tpdu[2] ?? 0;
  const addressEnd = 4 + Math.ceil(digits / 2);
  const validity = [0, 7, 1, 7][(first >> 3) & 3] ?? 0;
  const dataAt = addressEnd + 2 + validity;
  if ((first & 3) !== 1 || tpdu.length < dataAt + 1) return null;
  const data = tpdu.slice(dataAt + 1);
  const header = first & 0x40 ? data.slice(0, 1 + (data[0] ?? 0)) : [];
  return {
    tpduLength: tpdu.length,
    hasServiceCentre: serviceCentreLength > 0,
    reportRequested: (first & 0x20) !== 0,
    to: decodeAddress(tpdu.slice(2, addressEnd)),
    address: hex(tpdu.slice(2, addressEnd)),
    text: decodeText(data, tpdu[dataAt] ?? 0, header.length, alphabetOf(tpdu[addressEnd + 1] ?? 0)),
    part: concatenation(header),
  };
}

function split(text: string, single: number, each: number, gsm: boolean): string[] {
  const size = (char: string): number => (gsm ? (septetsOf(char)?.length ?? 0) : char.length);
  const parts = [''];
  let used = 0;
  const whole = [...text].reduce((sum, char) => sum + size(char), 0) <= single;
  for (const char of text) {
    if (!whole && used + size(char) > each) {
      parts.push('');
      used = 0;
    }
    parts[parts.length - 1] += char;
    used += size(char);
  }
  return parts;
}

function userData(text: string, header: readonly number[], gsm: boolean): number[] {
  if (!gsm) {
    const units = [...Buffer.from(text, 'utf16le').swap16()];
    return [header.length + units.length, ...header, ...units];
  }
  const septets = toSeptets(text);
  const fill = (7 - ((header.length * 8) % 7)) % 7;
  return [Math.ceil((header.length * 8) / 7) + septets.length, ...header, ...pack(septets, fill)];
}

function decodeText(
  data: readonly number[],
  length: number,
  header: number,
  alphabet: 'gsm' | 'data' | 'ucs2',
): string {
  if (alphabet === 'gsm') {
    const skipped = Math.ceil((header * 8) / 7);
    return fromSeptets(unpack(data, length, 0).slice(skipped));
  }
  const octets = Buffer.from(data.slice(header, length));
  if (alphabet === 'data') return hex([...octets]);
  return octets
    .subarray(0, octets.length & ~1)
    .swap16()
    .toString('utf16le');
}

/** TS 23.038 clause 4. */
function alphabetOf(coding: number): 'gsm' | 'data' | 'ucs2' {
  if (coding >= 0xf0) return coding & 4 ? 'data' : 'gsm';
  if (coding >= 0xe0) return 'ucs2';
  if (coding >= 0xc0) return 'gsm';
  return (['gsm', 'data', 'ucs2', 'gsm'] as const)[(coding >> 2) & 3] ?? 'gsm';
}

function concatenation(header: readonly number[]): Submit['part'] {
  for (let at = 1; at < header.length; at += 2 + (header[at + 1] ?? 0)) {
    const [id, , a = 0, b = 0, c = 0, d = 0] = header.slice(at);
    if (id === 0) return { reference: a, total: b, number: c };
    if (id === 8) return { reference: a * 256 + b, total: c, number: d };
  }
  return null;
}

function serviceCentre(number: string): number[] {
  const digits = semiOctets(number.slice(1));
  return [digits.length + 1, 0x91, ...digits];
}

function encodeAddress(address: string): number[] {
  const digits = address.replace(/^\+/, '');
  if (/^[0-9*#]+$/.test(digits) && digits.length <= 20) {
    return [digits.length, address.startsWith('+') ? 0x91 : 0x81, ...semiOctets(digits)];
  }
  const name = pack(toSeptets(address));
  if (name.length === 0 || name.length > 10)
    throw new GatewayError('sms.unencodable', 'a sender is 1 to 11 characters');
  return [Math.ceil((toSeptets(address).length * 7) / 4), 0xd0, ...name];
}

function decodeAddress(octets: readonly number[]): string {
  const [length = 0, type = 0, ...rest] = octets;
  if ((type & 0x70) === 0x50) return fromSeptets(unpack(rest, Math.floor((length * 4) / 7)));
  const digits = rest.map((octet) => `${'0123456789*#abc'[octet & 15] ?? ''}${'0123456789*#abc'[octet >> 4] ?? ''}`);
  return (type === 0x91 ? '+' : '') + digits.join('').slice(0, length);
}

function semiOctets(digits: string): number[] {
  const nibbles = [...digits].map((digit) => '0123456789*#'.indexOf(digit));
  if (nibbles.length % 2 === 1) nibbles.push(15);
  return nibbles.flatMap((low, at) => (at % 2 === 0 ? [low | ((nibbles[at + 1] ?? 15) << 4)] : []));
}

/** TS 23.040 9.2.3.11, in UTC. */
function timestamp(time: Date): number[] {
  const digits = time.toISOString().replace(/\D/g, '').slice(2, 14);
  return semiOctets(`${digits}00`);
}

function hex(octets: readonly number[]): string {
  return Buffer.from(octets).toString('hex').toUpperCase();
}
