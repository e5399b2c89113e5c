import type { Gap, Gaps, Stretch } from './gaps.ts';
import type { Hit } from './lexicon.ts';
import type { WordKind } from './pack.ts';
import type { Page } from './page.ts';
import type { Piece } from './shape.ts';

/** One message, read: what the masks and the scores are decided on. Valid until the next message is read. */
export interface Reading {
  readonly page: Page;
  readonly from: string;
  /** Where the text ends, without the hash of the SMS Retriever. */
  readonly end: number;
  /** In order of start. */
  readonly hits: readonly Hit[];
  readonly byKind: HitsByKind;
  readonly pieces: readonly Piece[];
  readonly gaps: Gaps;
}

/** A label and its number are this many units apart at most. */
const ownNumber = 2;

export type HitsByKind = Readonly<Record<WordKind, readonly Hit[]>>;

/** The same hits, by kind: most questions are about one kind. A topic with a number of its own is done with: `order 4821`. */
export function sortHits({ text }: Page, hits: readonly Hit[], pieces: readonly Piece[]): HitsByKind {
  const sorted: Record<WordKind, Hit[]> = {
    otp: [],
    receipt: [],
    code: [],
    qualifier: [],
    action: [],
    field: [],
    link: [],
    filler: [],
    term: [],
    topic: [],
    errand: [],
    place: [],
    former: [],
    done: [],
    label: [],
    number: [],
    trailer: [],
    unit: [],
    currency: [],
    month: [],
    warn: [],
    expired: [],
  };
  for (const hit of hits) sorted[hit.kind].push(hit);
  if (sorted.topic.length > 0 && text.includes('(')) {
    sorted.topic = sorted.topic.filter((topic) => !isAside(topic, text, pieces));
  }
  if (sorted.label.length > 0) {
    sorted.topic = sorted.topic.filter((topic) => !isNumbered(topic, sorted.label, pieces));
  }
  return sorted;
}

/** `TAN (sequence number 552)`: a topic and its number in brackets, and every number that may be a code outside of them. */
function isAside(topic: Hit, text: string, pieces: readonly Piece[]): boolean {
  const open = text.lastIndexOf('(', topic.start);
  const close = text.indexOf(')', topic.tail);
  if (open < 0 || close < 0 || text.lastIndexOf(')', topic.start) > open) return false;
  return /\d/.test(text.slice(open, close)) && !pieces.some(({ from }) => from > open && from < close);
}

function isNumbered(topic: Hit, labels: readonly Hit[], pieces: readonly Piece[]): boolean {
  const own = (piece: Piece) => piece.start > topic.tail && piece.start - topic.tail <= ownNumber;
  return labels.some((label) => label.start === topic.start) && pieces.length > 1 && pieces.some(own);
}

/** The gap between two stretches, whichever comes first, with its length in units; negative where they overlap. */
export function gapOf(reading: Reading, one: Stretch, other: Stretch): Gap & { readonly length: number } {
  const from = one.start <= other.start ? one.end : other.end;
  const to = Math.max(one.start, other.start);
  if (to <= from) return { strange: 0, stops: 0, newlines: 0, length: to - from };
  const { strange, stops, newlines } = reading.gaps.between(from, to);
  return { strange, stops, newlines, length: to - from };
}

/** True where both stand in one sentence and on one line. */
export function together(gap: Gap): boolean {
  return gap.stops === 0 && gap.newlines === 0;
}

/** A hit with its ending, so that `code-n` and `code` leave the same gap. */
export function wholeWord(hit: Hit): Stretch {
  return { start: hit.start, end: hit.tail };
}
