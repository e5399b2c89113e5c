import { GatewayError } from '../errors.ts';
import shapes from './rules/shapes.json' with { type: 'json' };

/** How a format's text becomes the code. */
export type Join = 'keep' | 'digits' | 'after-prefix';

/** One form a number-like thing may have: a mask is never a code, a format may be one. The first that fits wins. */
export interface Shape {
  readonly id: string;
  readonly kind: string;
  /** Bounded repeats only, so that the work grows with the text and no faster. */
  readonly pattern: string;
  readonly join?: string;
  /** Counts only where a word names it directly. */
  readonly weak?: boolean;
  /** And only where that word names a one-time code. */
  readonly named?: boolean;
  readonly examples: { readonly match: readonly string[]; readonly no_match: readonly string[] };
}

/** Something with digits in the text. `code` is there for a format only. */
export interface Piece {
  readonly shape: Shape;
  /** Where the whole piece starts and ends; `start` is behind a display prefix. */
  readonly from: number;
  readonly start: number;
  readonly end: number;
  readonly code: string | undefined;
}

export const builtInShapes: readonly Shape[] = shapes;

/** More number-like things than this in one message are hostile; the rest is not looked at. */
const pieceLimit = 64;

// A shape starts where a word does, or with signs before a digit; a word of letters before another one starts none.
const atStart =
  '(?:(?<![A-Za-z0-9])(?=[A-Za-z0-9])(?![A-Za-z]{1,30} [A-Za-z])(?![A-Za-z]{5,30}[ ,!?;\n])' +
  '|(?<![A-Za-z0-9А-я])(?=[А-я]{1,6}-)|(?=[*#•·.$€£¥₹₽₴₺₩฿₫₱₦৳₪₸₾+(-]{1,12} ?\\d))';

/** Returns the number-like things of a text, left to right, none overlapping. Throws `otp.bad_rule`. */
export function buildShapeReader(list: readonly Shape[]): (text: string) => Piece[] {
  const reader = new RegExp(`${atStart}(?:${list.map((shape) => `(${shape.pattern})`).join('|')})`, 'g');
  return (text) => {
    const pieces: Piece[] = [];
    reader.lastIndex = 0;
    for (let found = reader.exec(text); found !== null && pieces.length < pieceLimit; found = reader.exec(text)) {
      const shape = list[found.indexOf(found[0], 1) - 1];
      if (shape !== undefined) pieces.push(cut(shape, found[0], found.index));
    }
    return pieces;
  };
}

/** Proves each shape on its own examples: found whole, and of that shape. Throws `otp.bad_rule`. */
export function checkShapes(list: readonly Shape[]): void {
  const read = buildShapeReader(list);
  for (const { id, examples } of list) {
    const is = (text: string) =>
      read(text).some((piece) => piece.shape.id === id && text.length === piece.end - piece.from);
    const wrong = examples.match.findIndex((text) => !is(text));
    if (wrong >= 0) throw badShape(id, 'match', wrong);
    const loose = examples.no_match.findIndex(is);
    if (loose >= 0) throw badShape(id, 'no_match', loose);
  }
}

function badShape(rule: string, list: string, index: number): GatewayError {
  return new GatewayError('otp.bad_rule', `shape ${rule}: examples.${list}[${index}] failed`, {
    details: { rule, list, index },
  });
}

function cut(shape: Shape, text: string, from: number): Piece {
  const end = from + text.length;
  if (shape.kind === 'mask') return { shape, from, start: from, end, code: undefined };
  const prefix = shape.join === 'after-prefix' ? text.indexOf('-') + 1 : 0;
  const shown = text.slice(prefix);
  const code = shape.join === 'keep' ? shown : shown.replace(/[^A-Za-z0-9]/g, '');
  return { shape, from, start: from + prefix, end, code };
}
