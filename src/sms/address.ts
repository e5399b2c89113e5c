import { GatewayError } from '../errors.ts';
import { badPdu } from './bad-pdu.ts';
import { type Cursor, takeOctet, takeOctets } from './cursor.ts';
import { decodeSeptets, defaultShift, encodeSeptets, escapeCode } from './gsm7.ts';
import { packSeptets, unpackSeptets } from './septets.ts';

/** Bits 4 to 6 of the type-of-address octet, in their order. */
const types = [
  'unknown',
  'international',
  'national',
  'network',
  'subscriber',
  'alphanumeric',
  'abbreviated',
  'reserved',
] as const;

/** Type of number: TS 23.040 9.1.2.5. */
export type TypeOfNumber = (typeof types)[number];

/**
 * `value` is digits (with `*`, `#`, `a` to `c`), a leading `+` for TON international only, or a name. `npi` is 0 to 15.
 */
export interface Address {
  readonly value: string;
  readonly ton: TypeOfNumber;
  readonly npi: number;
}

const digits = '0123456789*#abc';
const endMark = 0xf;
const maxSemiOctets = 20;

/** TP-OA, TP-DA or TP-RA: a count of semi-octets, the type of address, the value. Throws `sms.bad_pdu`. */
export function takeAddress(cursor: Cursor, field: string): Address {
  const start = cursor.offset;
  const length = takeOctet(cursor, field);
  if (length > maxSemiOctets) throw badPdu(field, start, 'an address of more than 20 semi-octets');
  return takeValue(cursor, { type: takeOctet(cursor, field), length, field });
}

/** The address of the service centre, counted in octets (TS 24.011 8.2.5.1); null where it is left out. */
export function takeServiceCentre(cursor: Cursor): Address | null {
  const start = cursor.offset;
  const length = takeOctet(cursor, 'smsc');
  if (length === 0) return null;
  if (length > 1 + maxSemiOctets / 2) throw badPdu('smsc', start, 'an address of more than 20 semi-octets');
  return takeValue(cursor, { type: takeOctet(cursor, 'smsc'), length: (length - 1) * 2, field: 'smsc' });
}

interface Layout {
  readonly type: number;
  /** In semi-octets. */
  readonly length: number;
  readonly field: string;
}

function takeValue(cursor: Cursor, { type, length, field }: Layout): Address {
  const start = cursor.offset;
  const octets = takeOctets(cursor, (length + 1) >> 1, field);
  const ton = types[(type >> 4) & 7] ?? 'unknown';
  const npi = type & 0xf;
  if (ton === 'alphanumeric') return { value: decodeName(octets, length), ton, npi };
  const number = decodeDigits(octets, length);
  if (number === null) throw badPdu(field, start, 'an end mark among the digits');
  return { value: ton === 'international' && number !== '' ? `+${number}` : number, ton, npi };
}

/**
 * Semi-octets, low one first; null where a digit follows an end mark. An odd one out should be the end mark, but some
 * networks fill with 0 and some count the mark in: neither is held against a number.
 */
function decodeDigits(octets: Uint8Array, length: number): string | null {
  let number = '';
  let ended = false;
  for (let i = 0; i < length; i++) {
    const octet = octets[i >> 1] ?? 0;
    const digit = (i & 1) === 0 ? octet & 0xf : octet >> 4;
    if (digit === endMark) ended = true;
    else if (ended) return null;
    else number += digits.charAt(digit);
  }
  return number;
}

function decodeName(octets: Uint8Array, semiOctets: number): string {
  let count = Math.trunc((semiOctets * 4) / 7);
  const septets = unpackSeptets(octets, { skipBits: 0, count });
  // Seven letters fill seven octets but for seven zero bits; a count of whole octets makes them an eighth letter, "@".
  if (count % 8 === 0 && septets[count - 1] === 0 && septets[count - 2] !== escapeCode) count--;
  return decodeSeptets(septets.subarray(0, count), defaultShift);
}

/**
 * A number as typed: `+` and digits is international, digits (with `*`, `#`, `a` to `c`) alone of unknown type. Throws
 * `sms.bad_address`.
 */
export function numberAddress(value: string): Address {
  const international = value.startsWith('+');
  const number = international ? value.slice(1) : value;
  if (!/^[\d*#abc]{1,20}$/.test(number)) throw badAddress('1 to 20 digits, "+" before them if international');
  return { value, ton: international ? 'international' : 'unknown', npi: 1 };
}

/** The address field as in TP-DA: semi-octet count, type, value. Throws `sms.bad_address`. */
export function encodeAddress(address: Address): Uint8Array {
  const { length, octets } = address.ton === 'alphanumeric' ? encodeName(address.value) : encodeDigits(address.value);
  const field = new Uint8Array(2 + octets.length);
  field[0] = length;
  field[1] = typeOf(address);
  field.set(octets, 2);
  return field;
}

/**
 * The address of the service centre, counted in octets; null makes the one octet of "the SIM's own". Throws
 * `sms.bad_address`.
 */
export function encodeServiceCentre(address: Address | null): Uint8Array {
  if (address === null) return Uint8Array.of(0);
  const field = encodeAddress(address);
  field[0] = field.length - 1;
  return field;
}

function typeOf(address: Address): number {
  return 0x80 | (types.indexOf(address.ton) << 4) | (address.npi & 0xf);
}

function encodeDigits(value: string): { length: number; octets: Uint8Array } {
  const number = value.startsWith('+') ? value.slice(1) : value;
  if (number.length > maxSemiOctets) throw badAddress('at most 20 digits');
  const octets = new Uint8Array((number.length + 1) >> 1).fill(0xff);
  for (let i = 0; i < number.length; i++) {
    const digit = digits.indexOf(number.charAt(i));
    if (digit < 0) throw badAddress('of digits, "*", "#" and "a" to "c"');
    const octet = octets[i >> 1] ?? 0xff;
    octets[i >> 1] = (i & 1) === 0 ? (octet & 0xf0) | digit : (octet & 0x0f) | (digit << 4);
  }
  return { length: number.length, octets };
}

function encodeName(name: string): { length: number; octets: Uint8Array } {
  const septets = encodeSeptets(name, defaultShift);
  const length = septets === null ? Number.POSITIVE_INFINITY : Math.ceil((septets.length * 7) / 4);
  if (septets === null || length > maxSemiOctets) throw badAddress('at most 11 characters of the default alphabet');
  const octets = new Uint8Array((length + 1) >> 1);
  packSeptets(septets, octets, { offset: 0, skipBits: 0 });
  return { length, octets };
}

function badAddress(wanted: string): GatewayError {
  return new GatewayError('sms.bad_address', `an address must be ${wanted}`, { details: { field: 'address' } });
}
