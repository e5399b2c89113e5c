import { randomInt } from 'node:crypto';

const lowerLetters = 'abcdefghijklmnopqrstuvwxyz';
const decimals = '0123456789';
const hexLetters = 'ABCDEF';

/** One of `all`, by chance, but not `not`. Not from a seed: what was there before must not be found out again. */
export function anyBut(all: string, not: string): string {
  const others = [...all].filter((one) => one !== not);
  return others[randomInt(others.length)] ?? not;
}

/** Each digit another one. */
export function otherDigits(digits: string): string {
  return digits.replace(/\d/g, (digit) => anyBut(decimals, digit));
}

/** Each letter another one of its case, each digit another digit; everything else stays. */
export function otherWords(text: string): string {
  return otherDigits(text)
    .replace(/[a-z]/g, (letter) => anyBut(lowerLetters, letter))
    .replace(/[A-Z]/g, (letter) => anyBut(lowerLetters.toUpperCase(), letter));
}

/** Hex of the same length and case, each letter another letter, each digit another digit. A field that only fills stays. */
export function otherHex(hex: string): string {
  if (/^(?:0*|F*|f*|0*FFF[EF])$/.test(hex)) return hex;
  return otherDigits(hex)
    .replace(/[a-f]/g, (letter) => anyBut(hexLetters.toLowerCase(), letter))
    .replace(/[A-F]/g, (letter) => anyBut(hexLetters, letter));
}

/** UTF-16 code units of letters that may stand for those of the same script. First to last of what is found in, then of what is taken. */
const scripts: readonly (readonly [number, number, number, number])[] = [
  [0xaa, 0x24f, 0xe0, 0xef],
  [0x370, 0x3ff, 0x3b1, 0x3c9],
  [0x400, 0x52f, 0x430, 0x44f],
  [0x530, 0x58f, 0x561, 0x586],
  [0x590, 0x5ff, 0x5d0, 0x5ea],
  [0x600, 0x6ff, 0x627, 0x63a],
  [0x900, 0x97f, 0x915, 0x939],
  [0x980, 0x9ff, 0x995, 0x9a8],
  [0xe00, 0xe7f, 0xe01, 0xe2e],
  [0x10a0, 0x10ff, 0x10d0, 0x10f0],
  [0x1e00, 0x1eff, 0x1ea0, 0x1eaf],
  [0x3040, 0x309f, 0x304b, 0x3069],
  [0x30a0, 0x30ff, 0x30ab, 0x30c9],
  [0x3400, 0x9fff, 0x4e00, 0x4fff],
  [0xac00, 0xd7a3, 0xac00, 0xad00],
  [0xd800, 0xdbff, 0xd83d, 0xd83d],
  [0xdc00, 0xdfff, 0xde42, 0xde4f],
];

/** Another code unit of the same script; blanks and punctuation stay. A script that is not listed becomes Latin. */
export function otherUnit(unit: number): number {
  if (unit < 0x80) return otherWords(String.fromCharCode(unit)).charCodeAt(0);
  if (unit < 0xaa || (unit >= 0x2000 && unit < 0x2070) || (unit >= 0x3000 && unit < 0x3040)) return unit;
  const [, , first, last] = scripts.find(([from, to]) => unit >= from && unit <= to) ?? [0, 0, 0xe0, 0xef];
  return first + randomInt(last - first + 1);
}

/** The digit that makes a number's Luhn sum a multiple of ten (TS 23.003 B.2, ITU-T E.118). */
export function checkDigit(digits: string): string {
  const sum = [...digits].reverse().reduce((total, digit, at) => {
    const value = at % 2 === 0 ? Number(digit) * 2 : Number(digit);
    return total + (value > 9 ? value - 9 : value);
  }, 0);
  return String((10 - (sum % 10)) % 10);
}

export function hasCheckDigit(digits: string): boolean {
  return digits.endsWith(checkDigit(digits.slice(0, -1)));
}
