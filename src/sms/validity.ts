import { GatewayError } from '../errors.ts';
import { type Cursor, takeOctet, takeOctets } from './cursor.ts';
import { decodeTimestamp, encodeTimestamp, swappedDecimal } from './timestamp.ts';

/** TP-VP, TS 23.040 9.2.3.12. `duration` is in milliseconds; null where the format is reserved or states none. */
export type ValidityPeriod =
  | { readonly format: 'relative'; readonly value: number; readonly duration: number }
  | { readonly format: 'absolute'; readonly time: string | null }
  | {
      readonly format: 'enhanced';
      readonly octets: Uint8Array;
      readonly duration: number | null;
      /** The service centre tries once only. */
      readonly singleShot: boolean;
    };

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;
const week = 7 * day;

/** Bits 3 and 4 of the first octet of a SUBMIT: TS 23.040 9.2.3.3. */
export const vpFormat = { none: 0x00, enhanced: 0x08, relative: 0x10, absolute: 0x18, mask: 0x18 } as const;

/** The period the first octet announces; null for none. */
export function takeValidity(cursor: Cursor, firstOctet: number): ValidityPeriod | null {
  switch (firstOctet & vpFormat.mask) {
    case vpFormat.relative: {
      const value = takeOctet(cursor, 'vp');
      return { format: 'relative', value, duration: relativeDuration(value) };
    }
    case vpFormat.absolute:
      return { format: 'absolute', time: decodeTimestamp(takeOctets(cursor, 7, 'vp')) };
    case vpFormat.enhanced:
      return decodeEnhanced(takeOctets(cursor, 7, 'vp'));
    default:
      return null;
  }
}

/** Milliseconds of a relative TP-VP octet: 5 minutes to 63 weeks. */
export function relativeDuration(value: number): number {
  if (value < 144) return (value + 1) * 5 * minute;
  if (value < 168) return 12 * hour + (value - 143) * 30 * minute;
  if (value < 197) return (value - 166) * day;
  return (value - 192) * week;
}

/** The relative TP-VP octet of a duration in milliseconds, rounded up. Throws `sms.unencodable` beyond 63 weeks. */
export function relativeValue(duration: number): number {
  if (!(duration >= 0 && duration <= 63 * week)) throw unencodable('a validity from 0 to 63 weeks');
  if (duration <= 12 * hour) return Math.max(0, Math.ceil(duration / (5 * minute)) - 1);
  if (duration <= day) return 143 + Math.ceil((duration - 12 * hour) / (30 * minute));
  if (duration <= 30 * day) return 166 + Math.ceil(duration / day);
  return 192 + Math.ceil(duration / week);
}

/** The octets of an absolute TP-VP. Throws `sms.unencodable` for anything but ISO 8601 with an offset. */
export function absoluteOctets(time: string): Uint8Array {
  const octets = encodeTimestamp(time);
  if (octets === null) throw unencodable('a time of the form 2026-11-12T19:03:45+00:00');
  return octets;
}

/** Seven octets of the enhanced format: TS 23.040 9.2.3.12.3. */
export function decodeEnhanced(octets: Uint8Array): ValidityPeriod {
  const functionality = octets[0] ?? 0;
  const singleShot = (functionality & 0x40) !== 0;
  // With the extension bit the period does not begin at the second octet.
  const duration = (functionality & 0x80) !== 0 ? null : enhancedDuration(functionality & 7, octets);
  return { format: 'enhanced', octets, duration, singleShot };
}

function enhancedDuration(format: number, octets: Uint8Array): number | null {
  const first = octets[1] ?? 0;
  if (format === 1) return relativeDuration(first);
  if (format === 2) return first * second;
  if (format !== 3) return null;
  const duration =
    swappedDecimal(first) * hour + swappedDecimal(octets[2] ?? 0) * minute + swappedDecimal(octets[3] ?? 0) * second;
  return Number.isNaN(duration) ? null : duration;
}

function unencodable(wanted: string): GatewayError {
  return new GatewayError('sms.unencodable', `the validity must be ${wanted}`, { details: { field: 'vp' } });
}
