/** Fewer tell nobody from anybody. */
const longRun = 7;
const run = /\d{7,}/g;
const hexToken = /(?<![0-9A-Za-z_])(?=[A-Fa-f]*\d)[0-9A-Fa-f]{7,}(?![0-9A-Za-z_])/;
/** A number, or hex that says something. */
export const token = new RegExp(`${hexToken.source}|\\+?\\d{7,}`, 'g');

/** Whether the line says an operator's name, which stays as it is. */
export function isOperatorLine(line: string): boolean {
  return /^\+COPS\s*:/i.test(line);
}

/** Whether the text is one in UCS-2 hex (TS 27.007 5.5) of what people write; without any letter only of ASCII. */
export function isUcs2Hex(hex: string): boolean {
  if (hex.length % 4 !== 0 || hex.length < 8 || !/^[0-9A-Fa-f]+$/.test(hex)) return false;
  const end = /[A-Fa-f]/.test(hex) ? 0x250 : 0x7f;
  return unitsOf(hex).every((unit) => (unit >= 0x20 && unit < end) || unit === 0x0a || unit === 0x0d);
}

/** UTF-16 code units of UCS-2 hex. */
export function unitsOf(hex: string): readonly number[] {
  return (hex.match(/.{4}/g) ?? []).map((four) => Number.parseInt(four, 16));
}

/** Semi-octets: what a card or a PDU makes of digits (TS 23.040 9.1.2.3), and back. */
export function halvesSwapped(hex: string): string {
  return hex.replace(/(.)(.)/g, '$2$1');
}

/** The long runs of digits that a line holds, plain, as UCS-2 in hex or as semi-octets. An operator's line tells of nobody. */
export function digitsIn(line: string): readonly string[] {
  if (isOperatorLine(line)) return [];
  return (line.match(token) ?? []).flatMap((found) => {
    if (isUcs2Hex(found)) return String.fromCharCode(...unitsOf(found)).match(run) ?? [];
    const plain = found.match(run) ?? [];
    return /^\d+F?$/i.test(found) && found.length >= 2 * longRun ? [...plain, ...swappedIn(found)] : plain;
  });
}

/** Pieces of these digits that stand in the text, in any of the forms. */
export function survivorsIn(text: string, secrets: readonly string[]): readonly string[] {
  const wanted = new Set(secrets.flatMap(windowsOf).filter(tellsSomething));
  const runs = (text.match(/[0-9A-Fa-f]{7,}/g) ?? []).flatMap((hex) => [
    ...(hex.match(run) ?? []),
    ...swappedIn(hex),
    ...[0, 1, 2, 3].flatMap((start) => ucs2In(hex.slice(start))),
  ]);
  return runs.flatMap(windowsOf).filter((piece) => wanted.has(piece));
}

/** One digit again and again, or all but one of them, are filling. */
function tellsSomething(piece: string): boolean {
  return [...new Set(piece)].every((digit) => piece.replaceAll(digit, '').length > 1);
}

function windowsOf(digits: string): readonly string[] {
  return Array.from({ length: Math.max(0, digits.length - longRun + 1) }, (_, at) => digits.slice(at, at + longRun));
}

function swappedIn(hex: string): readonly string[] {
  return [hex, hex.slice(1)].flatMap((from) => halvesSwapped(from).match(run) ?? []);
}

function ucs2In(hex: string): readonly string[] {
  const units = unitsOf(hex).map((unit) => (unit >= 0x30 && unit <= 0x39 ? String(unit - 0x30) : ' '));
  return units.join('').match(run) ?? [];
}
