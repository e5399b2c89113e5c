import { charClass } from './fold.ts';
import type { Page } from './page.ts';
import { isPronounceable } from './pronounce.ts';
import type { Reading } from './reading.ts';
import type { Piece, Shape } from './shape.ts';

/** More rows of capitals than this are a shouted message; the rest is not looked at. */
const most = 8;
/** A word of a pack that starts within so many units of the letters is no code. */
const wordReach = 3;
const capitals = /[A-Z]{3,10}(?:-[A-Z]{3,5})?/g;
/** Three to five on each side of a hyphen, or four and more. */
const capitalCode = /^(?:[A-Z]{4,10}|[A-Z]{3,5}-[A-Z]{3,5})$/;
/** Small letters stand behind a colon, and the sentence ends, or they cannot be a word. */
const small = /(?<=: ?)[a-z]{6,10}(?=\.?(?:\n|$))|[b-df-hj-np-tv-xz]{6,10}/g;
const mayHold = /[A-Z]{4}|[A-Z]{3}-[A-Z]{3}|: ?[a-z]{6,10}(?:[.\n]|$)|[b-df-hj-np-tv-xz]{6}/;

const shapes = {
  letters: shapeOf('letters', '[A-Z]{4,10}'),
  /** What a reader could say aloud is more often a word or a name. */
  spoken: shapeOf('letters-spoken', '[A-Z]{4,10}'),
  small: shapeOf('letters-small', '[a-z]{6,10}'),
};

function shapeOf(id: string, pattern: string): Shape {
  return { id, kind: 'format', pattern, weak: true, examples: { match: [], no_match: [] } };
}

/** Most texts hold no letters that may be a code. */
export function mayHoldLetters(text: string): boolean {
  return mayHold.test(text);
}

/** Letters that may be a code: no word of a pack, and not the sender's name. */
export function readLetters(reading: Reading): Piece[] {
  const text = reading.page.text.slice(0, reading.end);
  if (!mayHoldLetters(text)) return [];
  const pieces: Piece[] = [];
  for (const form of [capitals, small]) {
    form.lastIndex = 0;
    for (let found = form.exec(text); found !== null && pieces.length < most; found = form.exec(text)) {
      const piece = readAt(reading, found[0], found.index);
      if (piece !== undefined) pieces.push(piece);
    }
  }
  return pieces;
}

function readAt({ page, pieces, hits, from: sender }: Reading, code: string, from: number): Piece | undefined {
  const end = from + code.length;
  const shape = shapeFor(code);
  if (shape === undefined || !standsAlone(page, from, end)) return undefined;
  if (hits.some((hit) => hit.start <= from + wordReach && hit.tail >= end)) return undefined;
  if (pieces.some((piece) => piece.from < end && piece.end > from)) return undefined;
  return sender.toUpperCase().includes(code.toUpperCase()) ? undefined : { shape, from, start: from, end, code };
}

/** Not within a word, a host, an address or a path. */
function standsAlone({ text, classes }: Page, from: number, end: number): boolean {
  if (isWordAt(classes, from - 1) || isWordAt(classes, end)) return false;
  if ('@#/.-'.includes(text.charAt(from - 1) || ' ') || '@/-'.includes(text.charAt(end) || ' ')) return false;
  return text.charAt(end) !== '.' || !isWordAt(classes, end + 1);
}

function isWordAt(classes: Uint8Array, at: number): boolean {
  const kind = classes[at];
  return kind === charClass.letter || kind === charClass.unspaced || kind === charClass.digit;
}

function shapeFor(code: string): Shape | undefined {
  if (code === code.toLowerCase()) return shapes.small;
  if (!capitalCode.test(code)) return undefined;
  return code.split('-').every(isPronounceable) ? shapes.spoken : shapes.letters;
}
