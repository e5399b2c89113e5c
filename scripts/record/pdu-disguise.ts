import { type Address, takeAddress, takeServiceCentre } from '../../src/sms/address.ts';
import { type Cursor, takeOctet, takeOctets } from '../../src/sms/cursor.ts';
import { type Dcs, decodeDcs } from '../../src/sms/dcs.ts';
import { parseHex, toHex } from '../../src/sms/hex.ts';
import { fillBits, packSeptets } from '../../src/sms/septets.ts';
import { type Deliver, decodePdu, isMmsNotification, type StatusReport, type Submit } from '../../src/sms/sms.ts';
import { decodeTimestamp, encodeTimestamp } from '../../src/sms/timestamp.ts';
import { septetsOf, takeUserData, type UserData } from '../../src/sms/user-data.ts';
import { takeValidity } from '../../src/sms/validity.ts';
import { otherDigits, otherUnit, otherWords } from './invented.ts';
import type { Substitutes } from './substitutes.ts';

export interface Invention {
  readonly substitutes: Substitutes;
  /** PDUs and what became of them: one that is read twice stays one. */
  readonly pdus: Map<string, DisguisedPdu>;
  /** Areas and cells, and what stands for them. */
  readonly cells: Map<string, string>;
  /** Seconds by which every time is moved. */
  readonly timeShift: number;
}

export interface DisguisedPdu {
  readonly hex: string;
  readonly isDecoded: boolean;
}

type Direction = 'MT' | 'MO';

/**
 * The PDU with other numbers, another time and another text, of the same lengths and alphabets; every other octet as it was.
 * One that cannot be decoded becomes zeros, as many as it was long.
 */
export function disguisePdu(hex: string, direction: Direction, invention: Invention): DisguisedPdu {
  const made = invention.pdus.get(hex) ?? disguise(hex, direction, invention);
  invention.pdus.set(hex, made);
  return made;
}

function disguise(hex: string, direction: Direction, invention: Invention): DisguisedPdu {
  try {
    const before = decodePdu(hex, { direction, smsc: true });
    const octets = Uint8Array.from(parseHex(hex));
    rewrite(octets, direction, invention);
    const made = hex === hex.toLowerCase() ? toHex(octets).toLowerCase() : toHex(octets);
    if (isAlike(before, decodePdu(made, { direction, smsc: true }))) return { hex: made, isDecoded: true };
  } catch {
    // Nobody knows what is where in it.
  }
  return { hex: zeros(hex), isDecoded: false };
}

export function zeros(hex: string): string {
  return '0'.repeat(hex.length);
}

/** Digits of seven and more that a PDU holds, as numbers or in its text; none where it cannot be decoded. */
export function digitsInPdu(hex: string, direction: Direction): readonly string[] {
  try {
    const pdu = decodePdu(hex, { direction, smsc: true });
    const party = pdu.type === 'SMS-DELIVER' ? pdu.from : pdu.type === 'SMS-SUBMIT' ? pdu.to : pdu.recipient;
    const text = 'text' in pdu ? (pdu.text ?? '') : '';
    return [pdu.smsc?.value ?? '', party.value, text].flatMap((one) => one.match(/\d{7,}/g) ?? []);
  } catch {
    return [];
  }
}

function isAlike(one: Deliver | Submit | StatusReport, other: Deliver | Submit | StatusReport): boolean {
  const shape = (pdu: Deliver | Submit | StatusReport) => [
    ...[pdu.type, pdu.tpduLength],
    ...('udl' in pdu ? [pdu.trailingOctets, pdu.udl, pdu.udhLength, pdu.text?.length] : []),
  ];
  return shape(one).join() === shape(other).join();
}

function rewrite(octets: Uint8Array, direction: Direction, invention: Invention): void {
  const cursor: Cursor = { octets, offset: 0 };
  rewriteAddress(cursor, takeServiceCentre, 2, invention);
  const first = takeOctet(cursor, 'mti');
  const isReport = direction === 'MT' && (first & 3) === 2;
  if (direction === 'MO' || isReport) takeOctet(cursor, 'mr');
  rewriteAddress(cursor, (at) => takeAddress(at, 'address'), 2, invention);
  if (isReport) {
    for (const field of ['scts', 'dt']) rewriteTime(takeOctets(cursor, 7, field), invention);
    takeOctet(cursor, 'st');
    // What may follow is of no use to anybody here.
    octets.fill(0, cursor.offset);
    return;
  }
  takeOctet(cursor, 'pid');
  const dcs = decodeDcs(takeOctet(cursor, 'dcs'));
  if (direction === 'MT') rewriteTime(takeOctets(cursor, 7, 'scts'), invention);
  else {
    const start = cursor.offset;
    takeValidity(cursor, first);
    if (cursor.offset - start === 7) rewriteTime(octets.subarray(start, cursor.offset), invention);
  }
  rewriteUserData(cursor, dcs, (first & 0x40) !== 0);
  octets.fill(0, cursor.offset);
}

/** `before` octets of length and type stand in front of the value. */
function rewriteAddress(
  cursor: Cursor,
  take: (cursor: Cursor) => Address | null,
  before: number,
  { substitutes }: Invention,
): void {
  const start = cursor.offset;
  const address = take(cursor);
  if (address === null) return;
  const value = cursor.octets.subarray(start + before, cursor.offset);
  if (address.ton === 'alphanumeric') {
    const count = Math.trunc((value.length * 8) / 7);
    const codes = septetsOf({ udl: count, udhLength: 0, data: value });
    packSeptets(codes.map(otherName), value, { offset: 0, skipBits: 0 });
    return;
  }
  const digits = address.value.replace(/\D/g, '');
  const made = substitutes.of(digits, address.ton === 'international' ? 'international' : 'number');
  rewriteSemiOctets(value, made);
}

/** A reserved or filling code stays: the length of a name hangs on it. */
function otherName(code: number): number {
  return code === 0 || code === escapeCode ? code : otherWords(String.fromCharCode(code)).charCodeAt(0);
}

/** Puts the digits where there are digits, the low half first; marks and fillers stay. */
function rewriteSemiOctets(octets: Uint8Array, digits: string): void {
  let next = 0;
  const other = (half: number) => (half <= 9 && next < digits.length ? Number(digits[next++]) : half);
  for (const [at, octet] of octets.entries()) {
    const low = other(octet & 0xf);
    octets[at] = low | (other(octet >> 4) << 4);
  }
}

/** Moved by the same time as all others; one that is no time becomes zeros, which are none either. */
function rewriteTime(octets: Uint8Array, { timeShift }: Invention): void {
  const time = decodeTimestamp(octets);
  const zone = time?.slice(19) ?? '';
  const moved = time === null ? null : new Date(Date.parse(`${time.slice(0, 19)}Z`) + timeShift * 1000);
  octets.set(moved === null ? new Uint8Array(7) : movedTime(moved, zone));
}

function movedTime(moved: Date, zone: string): Uint8Array {
  return encodeTimestamp(`${moved.toISOString().slice(0, 19)}${zone}`) ?? new Uint8Array(7);
}

/** Information elements whose content is about the form of the message: concatenation, ports, national tables. */
const formal = new Set([0x00, 0x04, 0x05, 0x08, 0x24, 0x25]);

function rewriteUserData(cursor: Cursor, dcs: Dcs, hasHeader: boolean): void {
  const userData = takeUserData(cursor, dcs, hasHeader);
  const { data, shift, udhLength, udh } = userData;
  for (const { iei, data: content } of udh) if (!formal.has(iei)) content.fill(0);
  if (dcs.compressed || dcs.alphabet === '8bit') rewriteBinary(userData);
  else if (dcs.alphabet === 'ucs2') {
    for (let at = 0; at + 1 < data.length; at += 2) {
      const unit = otherUnit(((data[at] ?? 0) << 8) | (data[at + 1] ?? 0));
      data[at] = unit >> 8;
      data[at + 1] = unit & 0xff;
    }
  } else {
    const codes = otherSeptets(septetsOf(userData), shift.locking);
    data.fill(0);
    packSeptets(codes, data, { offset: 0, skipBits: fillBits(udhLength) });
  }
}

const accented = 0x7f;
const escapeCode = 0x1b;

/** In every table digits, blanks and most punctuation lie where ASCII has them, and so do the small letters. */
function otherSeptets(codes: Uint8Array, locking: number): Uint8Array {
  return codes.map((code, at) => {
    const isEscaped = at > 0 && codes[at - 1] === escapeCode;
    if (isEscaped || code === escapeCode || code === 0x0a || code === 0x0d) return code;
    const character = String.fromCharCode(code);
    if (/[0-9]/.test(character)) return Number(otherDigits(character)) + 0x30;
    if (locking !== 0) return code === 0x20 ? code : otherWords('x').charCodeAt(0);
    if (/[A-Za-z]/.test(character)) return otherWords(character).charCodeAt(0);
    return code >= 0x20 && code <= 0x3f ? code : accented;
  });
}

/** Of an MMS notification the words change and its structure stays; nobody knows what else octets may mean. */
function rewriteBinary(userData: UserData): void {
  const { data } = userData;
  if (!isMmsNotification(userData)) {
    data.fill(0);
    return;
  }
  const text = Buffer.from(data).toString('latin1');
  const kept = /application\/vnd\.wap\.mms-message/i.exec(text);
  const made = otherWords(text);
  const whole = kept === null ? made : made.slice(0, kept.index) + kept[0] + made.slice(kept.index + kept[0].length);
  data.set(Buffer.from(whole, 'latin1'));
}
