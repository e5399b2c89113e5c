import { charClass, isCapital } from './fold.ts';
import type { Hit } from './lexicon.ts';
import { textLimit } from './normalise.ts';
import type { WordKind } from './pack.ts';
import type { Page } from './page.ts';
import type { Piece } from './shape.ts';

/** A stretch of the text: a word or a number. */
export interface Stretch {
  readonly start: number;
  readonly end: number;
}

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
  /** Letters of common words that no pack knows, in the clause of a place and at most `reach` units from it. */
  commonAround(place: Stretch, reach: number): number;
  /** The same, between two places. */
  commonBetween(from: number, to: number): number;
}

/** Words that do not loosen the tie between a keyword and its value. */
const transparent: ReadonlySet<WordKind> = new Set([
  'otp',
  'receipt',
  'code',
  'qualifier',
  'action',
  'field',
  'link',
  'number',
  'errand',
  'filler',
]);
/** A sign of Chinese, Japanese or Korean says as much as this many letters. */
const denseWeight = 2;
/** `No.`, `Tel.`, `nr.`: a full stop after so few letters ends no sentence. */
const abbreviation = 3;

// As in page.ts: one message at a time, nothing outlives the call.
const strange = new Uint16Array(textLimit + 2);
const stops = new Uint16Array(textLimit + 2);
const newlines = new Uint16Array(textLimit + 2);
const known = new Uint8Array(textLimit + 2);
/** A known word that names a code is no abbreviation: `your OTP. Call`. */
const naming = 2;
/** As `strange`, but of common words only: no names, which are capitalised or in brackets, and no word of any kind. */
const common = new Uint16Array(textLimit + 2);
const inner = new Uint8Array(textLimit + 2);

/** Counts once through the text, so that any gap is three subtractions. Valid until the next call. */
export function measureGaps(page: Page, hits: readonly Hit[], pieces: readonly Piece[]): Gaps {
  known.fill(0, 0, page.length + 1);
  for (const hit of hits) {
    if (transparent.has(hit.kind))
      known.fill(hit.kind === 'otp' || hit.kind === 'code' ? naming : 1, hit.start, hit.tail);
  }
  for (const piece of pieces) known.fill(1, piece.from, piece.end);
  for (let at = 0; at < page.length; at += 1) {
    const kind = page.classes[at] ?? 0;
    const weight = kind === charClass.letter ? 1 : kind === charClass.unspaced ? weightOf(page.text.charCodeAt(at)) : 0;
    strange[at + 1] = (strange[at] ?? 0) + (known[at] === 0 ? weight : 0);
    stops[at + 1] = (stops[at] ?? 0) + (kind === charClass.stop && known[at] === 0 && endsSentence(page, at) ? 1 : 0);
    newlines[at + 1] = (newlines[at] ?? 0) + (kind === charClass.newline ? 1 : 0);
  }
  let counted = false;
  // Most messages name their code, and nobody asks.
  const count = () => {
    if (!counted) countCommon(page, hits);
    counted = true;
  };
  return {
    between,
    commonAround: (place, reach) => {
      count();
      return commonAround(page, place, reach);
    },
    commonBetween: (from, to) => {
      count();
      return (common[to] ?? 0) - (common[from] ?? 0);
    },
  };
}

function countCommon(page: Page, hits: readonly Hit[]): void {
  inner.set(known.subarray(0, page.length + 1));
  for (const hit of hits) inner.fill(1, hit.start, hit.tail);
  let name = false;
  let brackets = 0;
  for (let at = 0; at < page.length; at += 1) {
    const kind = page.classes[at] ?? 0;
    const unit = page.text.charCodeAt(at);
    if (kind === charClass.other) brackets = Math.max(0, brackets + bracketStep(unit));
    if (kind === charClass.letter && page.classes[at - 1] !== charClass.letter) {
      name = isCapital(unit) || !isLong(page, at);
    }
    const weight = kind === charClass.letter && !name ? 1 : kind === charClass.unspaced ? weightOf(unit) : 0;
    common[at + 1] = (common[at] ?? 0) + (inner[at] !== 0 || brackets > 0 ? 0 : weight);
  }
}

/** Shorter words are articles, prepositions and pronouns, more than any pack could list. */
function isLong(page: Page, at: number): boolean {
  return (
    page.classes[at + 1] === charClass.letter &&
    page.classes[at + 2] === charClass.letter &&
    page.classes[at + 3] === charClass.letter
  );
}

const opening = '[【«“„「『《〈';
const closing = ']】»”」』》〉';

function bracketStep(unit: number): number {
  const sign = String.fromCharCode(unit);
  return opening.includes(sign) ? 1 : closing.includes(sign) ? -1 : 0;
}

/** Thai, Lao, Khmer and Burmese spell their words. */
function weightOf(unit: number): number {
  return unit < 0x1800 ? 1 : denseWeight;
}

function commonAround(page: Page, { start, end }: Stretch, reach: number): number {
  let [from, to] = [start, end];
  while (from > 0 && start - from < reach && stops[from - 1] === stops[start] && !endsClause(page, from - 1)) from -= 1;
  while (to < page.length && to - end < reach && stops[to + 1] === stops[end] && !endsClause(page, to)) to += 1;
  return (common[start] ?? 0) - (common[from] ?? 0) + (common[to] ?? 0) - (common[end] ?? 0);
}

/** Besides the end of a sentence. */
function endsClause(page: Page, at: number): boolean {
  return page.classes[at] === charClass.newline || page.text.charAt(at) === ',';
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
  if (letters === 0 || letters > abbreviation || known[at - 1] === naming) return true;
  // `K7PRW.` is a code at the end of its sentence, and a capital begins the next one.
  return (
    page.classes[at - 1 - letters] === charClass.digit ||
    (next === charClass.space && isCapital(page.text.charCodeAt(at + 2)))
  );
}
