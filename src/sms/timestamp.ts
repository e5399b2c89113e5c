const twoDigits: readonly string[] = Array.from({ length: 100 }, (_, value) => String(value).padStart(2, '0'));
const daysIn: readonly number[] = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** Two decimal digits as semi-octets, the first one low (TS 23.040 9.1.2.3); not a number where one is no digit. */
export function swappedDecimal(octet: number): number {
  const tens = octet & 0xf;
  const units = octet >> 4;
  return tens > 9 || units > 9 ? Number.NaN : tens * 10 + units;
}

/**
 * TP-SCTS and its like, 7 octets (TS 23.040 9.2.3.11): ISO 8601 with the offset as sent, `2026-11-12T19:03:45+05:30`.
 * Years below 90 are 20yy. Null where the digits make no time.
 */
export function decodeTimestamp(octets: Uint8Array): string | null {
  const year = swappedDecimal(octets[0] ?? 0xff);
  const month = swappedDecimal(octets[1] ?? 0xff);
  const day = swappedDecimal(octets[2] ?? 0xff);
  const hour = swappedDecimal(octets[3] ?? 0xff);
  const minute = swappedDecimal(octets[4] ?? 0xff);
  const second = swappedDecimal(octets[5] ?? 0xff);
  const fullYear = year < 90 ? 2000 + year : 1900 + year;
  const offset = decodeOffset(octets[6] ?? 0xff);
  if (offset === null || !isDate(fullYear, month, day)) return null;
  if (!(hour < 24 && minute < 60 && second < 60)) return null;
  return (
    `${fullYear}-${twoDigits[month]}-${twoDigits[day]}` +
    `T${twoDigits[hour]}:${twoDigits[minute]}:${twoDigits[second]}${offset}`
  );
}

function isDate(year: number, month: number, day: number): boolean {
  if (!(year > 0 && day >= 1 && day <= (daysIn[month - 1] ?? 0))) return false;
  // 1990 to 2089 holds no century that is not a leap year.
  return month !== 2 || day < 29 || year % 4 === 0;
}

/** Quarters of an hour; bit 3 is the sign. */
function decodeOffset(octet: number): string | null {
  const quarters = swappedDecimal(octet & 0xf7);
  if (Number.isNaN(quarters)) return null;
  const sign = (octet & 8) === 0 ? '+' : '-';
  return `${sign}${twoDigits[quarters >> 2]}:${twoDigits[(quarters & 3) * 15]}`;
}

const isoTime = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)([+-])(\d\d):(\d\d)$/;

/** The 7 octets of an ISO 8601 time with an offset in quarters of an hour; null for any other string. */
export function encodeTimestamp(time: string): Uint8Array | null {
  const match = isoTime.exec(time);
  if (match === null) return null;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1, 7).map(Number);
  const quarters = Number(match[8]) * 4 + Number(match[9]) / 15;
  const zone = swap(quarters) | (match[7] === '-' ? 8 : 0);
  const octets = Uint8Array.of(swap(year % 100), swap(month), swap(day), swap(hour), swap(minute), swap(second), zone);
  return decodeTimestamp(octets) === time ? octets : null;
}

function swap(value: number): number {
  return Math.trunc(value / 10) | ((value % 10) << 4);
}
