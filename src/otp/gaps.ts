import { charClass } from './fold.ts';
import type { Hit } from './lexicon.ts';
import { textLimit } from './normalise.ts';
import type { WordKind } from './pack.ts';
import type { Page } from './page.ts';
import type { Piece } from './shape.ts';

/** What lies between two places of a text. */
export interface Gap {
  /** Letters that belong to no word we know: how loose the tie is. */
  readonly strange: number;
  /** Ends of sentences. */
  readonly stops: number;
  readonly newlines: number;
}

export interface Gaps {
  between(from: number, to: number): Gap;
}

/** Words that do not loosen the tie between a keyword and its value. */
const transparent: ReadonlySet<WordKind> = new Set(['otp', 'code', 'qualifier', 'action', 'link']);
/** A letter of a script that writes a word in one or two signs says as much as this many others. */
const denseWeight = 2;
/** `No.`, `Tel.`, `nr.`: a full stop after so few letters ends no sentence. */
const abbreviation = 3;

// As in page.ts: one message at a time, nothing outlives the call.
const strange = new Uint16Array(textLimit + 2);
const stops = new Uint16Array(textLimit + 2);
const newlines = new Uint16Array(textLimit + 2);
const known = new Uint8Array(textLimit + 2);

/** Counts once through the text, so that any gap is three subtractions. Valid until the next call. */
export function measureGaps(page: Page, hits: readonly Hit[], pieces: readonly Piece[]): Gaps {
  known.fill(0, 0, page.length + 1);
  for (const hit of hits) if (transparent.has(hit.kind)) known.fill(1, hit.start, hit.tail);
  for (const piece of pieces) known.fill(1, piece.from, piece.end);
  for (let at = 0; at < page.length; at += 1) {
    const kind = page.classes[at] ?? 0;
    const weight = kind === charClass.letter ? 1 : kind === charClass.unspaced ? denseWeight : 0;
    strange[at + 1] = (strange[at] ?? 0) + (known[at] === 1 ? 0 : weight);
    stops[at + 1] = (stops[at] ?? 0) + (kind === charClass.stop && known[at] !== 1 && endsSentence(page, at) ? 1 : 0);
    newlines[at + 1] = (newlines[at] ?? 0) + (kind === charClass.newline ? 1 : 0);
  }
  return { between };
}

function between(from: number, to: number): Gap {
  return {
    strange: (strange[to] ?? 0) - (strange[from] ?? 0),
    stops: (stops[to] ?? 0) - (stops[from] ?? 0),
    newlines: (newlines[to] ?? 0) - (newlines[from] ?? 0),
  };
}

function endsSentence(page: Page, at: number): boolean {
  if (page.text.charAt(at) !== '.') return true;
  const next = page.classes[at + 1] ?? 0;
  if (at > 0 && at + 1 < page.length && next === charClass.digit) return false;
  let letters = 0;
  while (letters <= abbreviation && page.classes[at - 1 - letters] === charClass.letter) letters += 1;
  return letters === 0 || letters > abbreviation;
}
