import { GatewayError } from '../errors.ts';
import { defaultShift, type Encoder, encoderOf, inExtension, isShift, type Shift } from './gsm7.ts';
import { fillBits } from './septets.ts';
import { headerLength } from './udh.ts';

export interface SegmentOptions {
  /** Size of the concatenation reference; 8 leaves one septet more. Default 8. */
  readonly referenceBits?: 8 | 16;
  /** Forced; otherwise the default alphabet where every character has a code there, else UCS-2. */
  readonly encoding?: 'gsm7' | 'ucs2';
  /** National Language Identifiers (TS 23.038 6.2.1.2.4) that may be used where the default alphabet is not enough. */
  readonly lockingShift?: number;
  readonly singleShift?: number;
}

export interface Segments {
  readonly encoding: 'gsm7' | 'ucs2';
  /** The tables the parts are coded in, and must name in their header. */
  readonly shift: Shift;
  /** At least one; only an empty text has an empty part. */
  readonly parts: readonly string[];
}

const maxOctets = 140;
const maxParts = 255;

/**
 * A text as the fewest parts that carry it; none ends between an escape and its code or inside a surrogate pair.
 * Throws `sms.too_long` beyond 255 parts, `sms.unencodable` where the forced alphabet lacks a character.
 */
export function segment(text: string, options: SegmentOptions = {}): Segments {
  const shift = chooseShift(text, options);
  const used = shift ?? defaultShift;
  const whole = splitBeside(headerLength(null, used), text, shift);
  const parts = whole.length === 1 ? whole : splitBeside(headerLength(options.referenceBits ?? 8, used), text, shift);
  if (parts.length > maxParts) {
    throw new GatewayError('sms.too_long', `the text takes ${parts.length} parts; ${maxParts} is the most`, {
      details: { parts: parts.length },
    });
  }
  return { encoding: shift === null ? 'ucs2' : 'gsm7', shift: used, parts };
}

/** The parts of a text that each fit beside a header of so many octets; `shift` null is UCS-2. */
export function splitBeside(headerOctets: number, text: string, shift: Shift | null): string[] {
  const ends =
    shift === null
      ? cutUnits(text, (maxOctets - headerOctets) >> 1)
      : cutSeptets(text, encoderOf(shift), septetCapacity(headerOctets));
  return ends.map((end, i) => text.slice(ends[i - 1] ?? 0, end));
}

/** The tables that have every character of the text, the default ones if they do; null for UCS-2. */
function chooseShift(text: string, { encoding, lockingShift = 0, singleShift = 0 }: SegmentOptions): Shift | null {
  const national: Shift = { locking: lockingShift, single: singleShift };
  if (!isShift(national)) throw unencodable('shift', 'there is no such national language table');
  if (encoding === 'ucs2') return null;
  if (hasEvery(text, encoderOf(defaultShift))) return defaultShift;
  if (hasEvery(text, encoderOf(national))) return national;
  if (encoding === 'gsm7') throw unencodable('text', 'a character is not in the alphabet asked for');
  return null;
}

function unencodable(field: string, why: string): GatewayError {
  return new GatewayError('sms.unencodable', why, { details: { field } });
}

function hasEvery(text: string, encoder: Encoder): boolean {
  for (let i = 0; i < text.length; i++) {
    if ((encoder[text.charCodeAt(i)] ?? -1) < 0) return false;
  }
  return true;
}

/** Septets beside a header of this many octets: TS 23.040 9.2.3.24. */
function septetCapacity(headerOctets: number): number {
  return Math.trunc(((maxOctets - headerOctets) * 8 - fillBits(headerOctets)) / 7);
}

/** Where each part ends, in code units of the text. */
function cutSeptets(text: string, encoder: Encoder, capacity: number): number[] {
  const ends: number[] = [];
  let used = 0;
  for (let i = 0; i < text.length; i++) {
    const cost = (encoder[text.charCodeAt(i)] ?? 0) >= inExtension ? 2 : 1;
    if (used + cost > capacity) {
      ends.push(i);
      used = 0;
    }
    used += cost;
  }
  ends.push(text.length);
  return ends;
}

function cutUnits(text: string, capacity: number): number[] {
  const ends: number[] = [];
  let end = 0;
  while (text.length - end > capacity) {
    end += capacity;
    // A code point above 0xFFFF begins one unit before a cut that would part its pair.
    if ((text.codePointAt(end - 1) ?? 0) > 0xffff) end--;
    ends.push(end);
  }
  ends.push(text.length);
  return ends;
}
