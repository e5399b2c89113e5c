import { type Context, enough } from './context.ts';
import { measureGaps } from './gaps.ts';
import type { Keyword } from './keywords.ts';
import { mayHoldLetters } from './letters.ts';
import { findWords, type Hit, type Lexicon } from './lexicon.ts';
import { type BoundCode, hashStart, readBoundCode } from './origin.ts';
import { readPage } from './page.ts';
import { type Reading, sortHits } from './reading.ts';
import { withoutSenderName } from './sender-name.ts';
import { readService } from './service.ts';
import { builtInShapes, type Piece, type Shape } from './shape.ts';
import { consider, type Judged, type MaskedPiece, weigh } from './verdict.ts';

/** The built-in rules, ready to read. */
export interface Engine {
  readonly lexicon: Lexicon;
  readonly readShapes: (text: string) => Piece[];
  readonly context: Context;
}

/** Everything the built-in rules made of one text. */
export interface Analysis {
  readonly bound: BoundCode | undefined;
  readonly masked: readonly MaskedPiece[];
  readonly keywords: readonly Keyword[];
  /** The most probable first. */
  readonly candidates: readonly Judged[];
  readonly winner: Judged | undefined;
  /** Whom the winner is for, if that is known. */
  readonly service: string | undefined;
}

const nothing: Analysis = {
  bound: undefined,
  masked: [],
  keywords: [],
  candidates: [],
  winner: undefined,
  service: undefined,
};
const worthReading = /\d|[A-Z]{3}|(?<![a-z])[b-df-hj-np-tv-xz]{6}|: ?[a-z]{6,10}(?:[.\n]|$)/;

/**
 * Reads a normalised text by the built-in rules. Work is bounded by the text's length; nothing is thrown. `brief`: only
 * the winner is asked for, and a text without anything that may be a code is not read further.
 */
export function analyse(engine: Engine, text: string, from: string, brief = false): Analysis {
  if (!worthReading.test(text)) return nothing;
  const bound = readBoundCode(text);
  if (bound !== undefined) return { ...nothing, bound };
  const body = text.slice(0, hashStart(text));
  const found = engine.readShapes(body);
  if (brief && !found.some(({ code }) => code !== undefined) && !mayHoldLetters(body)) return nothing;
  const reading = readAround(engine, { text, from, end: body.length }, found);
  const considered = consider(reading);
  const candidates = weigh(engine.context, reading, considered);
  const [best] = candidates;
  const winner = best !== undefined && best.probability >= enough ? best : undefined;
  const service = winner === undefined ? undefined : readService(reading, winner);
  return { bound: undefined, masked: considered.masked, keywords: considered.keywords, candidates, winner, service };
}

type Reader = Pick<Engine, 'lexicon' | 'readShapes'>;

/** The words and the numbers of a normalised text. Valid until the next text is read. */
export function read(engine: Reader, text: string, from: string): Reading {
  const end = hashStart(text);
  return readAround(engine, { text, from, end }, engine.readShapes(text.slice(0, end)));
}

/** `found`: what the shapes found before `end`. */
function readAround(
  { lexicon }: Reader,
  { text, from, end }: { readonly text: string; readonly from: string; readonly end: number },
  found: readonly Piece[],
): Reading {
  const page = readPage(text);
  const words = withoutSenderName(findWords(lexicon, page), text, from);
  const all = end < text.length ? words.filter((hit) => hit.start < end) : words;
  const pieces = found.filter((piece) => !isWord(piece, all)).map((piece) => unglue(piece, all));
  const names = pieces.filter(({ shape, code = '' }) => shape.id === 'alphanumeric' && nested.test(code));
  const hits = names.length === 0 ? all : all.filter((hit) => !names.some((name) => isInside(hit, name)));
  const byKind = sortHits(page, hits, pieces);
  return { page, from, end, hits, byKind, pieces, gaps: measureGaps(page, hits, pieces) };
}

const announcing: ReadonlySet<string> = new Set(['otp', 'receipt', 'code', 'currency']);
const plain = builtInShapes.find(({ id }) => id === 'plain');

/** Letters on both sides of digits: `My2Tel` speaks of no telephone. */
const nested = /^[A-Za-z]{1,9}\d{1,8}[A-Za-z]{1,9}$/;

function isInside(hit: Hit, { from, end }: Piece): boolean {
  return hit.start > from && hit.end <= end;
}

/** Some languages are written with digits for letters: `bta3ak`. */
function isWord({ shape, from, end }: Piece, hits: readonly Hit[]): boolean {
  return shape.id === 'alphanumeric' && hits.some((hit) => hit.start === from && hit.end === end);
}

/** A known word grown onto the digits is a word: `OTP664341`, `25000TSh`. */
function unglue(piece: Piece, hits: readonly Hit[]): Piece {
  if (piece.shape.id !== 'alphanumeric' || piece.code === undefined || plain === undefined) return piece;
  const [, head = '', digits = '', tail = ''] = /^(0?[A-Za-z]+|)(\d{4,8})([A-Za-z]*)$/.exec(piece.code) ?? [];
  if (digits === '' || (head !== '' && tail !== '')) return piece;
  const [start, end] = [piece.from + head.length, piece.end - tail.length];
  // `4829A` and `AB4829` are codes, though `a` and `ab` are words somewhere.
  const word = hits.some((hit) =>
    head === ''
      ? tail.length > 1 && hit.start === end && hit.tail === piece.end
      : announcing.has(hit.kind) && hit.start <= piece.from && hit.tail === start,
  );
  return word ? { shape: plain satisfies Shape, from: start, start, end, code: digits } : piece;
}
