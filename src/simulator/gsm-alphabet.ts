import { GatewayError } from '../errors.ts';

/** TS 23.038 6.2.1, in the order of its code points; U+001B stands for the escape. */
const basic =
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\u001bÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?' +
  '¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà';
/** TS 23.038 6.2.1.1. */
const extension = new Map([
  ['\f', 0x0a],
  ['^', 0x14],
  ['{', 0x28],
  ['}', 0x29],
  ['\\', 0x2f],
  ['[', 0x3c],
  ['~', 0x3d],
  [']', 0x3e],
  ['|', 0x40],
  ['€', 0x65],
]);
const extended = new Map([...extension].map(([char, code]) => [code, char]));
const escapeCode = 0x1b;

/** The septets of one character; null where the default alphabet does not have it. */
export function septetsOf(char: string): readonly number[] | null {
  const code = char === '\u001b' ? -1 : basic.indexOf(char);
  if (code >= 0) return [code];
  const second = extension.get(char);
  return second === undefined ? null : [escapeCode, second];
}

/** Throws `sms.unencodable`. */
export function toSeptets(text: string): number[] {
  return [...text].flatMap((char) => {
    const septets = septetsOf(char);
    if (septets === null) throw new GatewayError('sms.unencodable', 'not in the GSM default alphabet');
    return septets;
  });
}

export function fromSeptets(septets: readonly number[]): string {
  let text = '';
  for (let at = 0; at < septets.length; at++) {
    const code = septets[at] ?? 0;
    if (code === escapeCode) text += extended.get(septets[++at] ?? 0) ?? ' ';
    else text += basic[code] ?? ' ';
  }
  return text;
}

/** `fill` zero bits go first, so that the septets start on a septet boundary after a header (TS 23.040 9.2.3.24). */
export function pack(septets: readonly number[], fill = 0): number[] {
  const octets = new Array<number>(Math.ceil((septets.length * 7 + fill) / 8)).fill(0);
  septets.forEach((septet, index) => {
    const bit = fill + index * 7;
    const shifted = septet << (bit % 8);
    octets[bit >> 3] = (octets[bit >> 3] ?? 0) | (shifted & 0xff);
    if (shifted > 0xff) octets[(bit >> 3) + 1] = (octets[(bit >> 3) + 1] ?? 0) | (shifted >> 8);
  });
  return octets;
}

export function unpack(octets: readonly number[], count: number, fill = 0): number[] {
  return Array.from({ length: count }, (_, index) => {
    const bit = fill + index * 7;
    const pair = (octets[bit >> 3] ?? 0) | ((octets[(bit >> 3) + 1] ?? 0) << 8);
    return (pair >> (bit % 8)) & 0x7f;
  });
}
