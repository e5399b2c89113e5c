import { readBare } from './bare.ts';
import { measureGaps } from './gaps.ts';
import { findKeywords, type Keyword } from './keywords.ts';
import { readLetters } from './letters.ts';
import { findWords, type Hit, type Lexicon } from './lexicon.ts';
import { type MaskReason, maskPieces } from './masks.ts';
import { type BoundCode, hashStart, readBoundCode } from './origin.ts';
import { readPage } from './page.ts';
import { type Reading, sortHits } from './reading.ts';
import { type Candidate, scorePieces, threshold } from './score.ts';
import { withoutSenderName } from './sender-name.ts';
import { readService } from './service.ts';
import { builtInShapes, type Piece, type Shape } from './shape.ts';
import { readSole } from './sole.ts';

/** The built-in rules, ready to read. */
export interface Engine {
  readonly lexicon: Lexicon;
  readonly readShapes: (text: string) => Piece[];
}

/** Everything the built-in rules made of one text. */
export interface Analysis {
  readonly bound: BoundCode | undefined;
  readonly masked: readonly { readonly piece: Piece; readonly reason: string }[];
  readonly keywords: readonly Keyword[];
  /** Best first; each above or below the threshold. */
  readonly candidates: readonly Candidate[];
  readonly winner: Candidate | undefined;
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

/** Reads a normalised text by the built-in rules. Work is bounded by the text's length; nothing is thrown. */
export function analyse(engine: Engine, text: string, from: string): Analysis {
  if (!worthReading.test(text)) return nothing;
  const bound = readBoundCode(text);
  if (bound !== undefined) return { ...nothing, bound };
  const end = hashStart(text);
  const page = readPage(text);
  const words = withoutSenderName(findWords(engine.lexicon, page), text, from);
  const all = end < text.length ? words.filter((hit) => hit.start < end) : words;
  const pieces = engine
    .readShapes(end < text.length ? text.slice(0, end) : text)
    .filter((piece) => !isWord(piece, all))
    .map((piece) => unglue(piece, all));
  const names = pieces.filter(({ shape, code = '' }) => shape.id === 'alphanumeric' && nested.test(code));
  const hits = names.length === 0 ? all : all.filter((hit) => !names.some((name) => isInside(hit, name)));
  const reading: Reading = {
    page,
    from,
    hits,
    byKind: sortHits(page, hits, pieces),
    pieces,
    gaps: measureGaps(page, hits, pieces),
  };
  const keywords = findKeywords(reading);
  const reasons = maskPieces(reading, keywords);
  return decide(reading, keywords, { reasons, end });
}

function decide(
  reading: Reading,
  keywords: readonly Keyword[],
  { reasons, end }: { reasons: readonly MaskReason[]; end: number },
): Analysis {
  const open = reading.pieces.filter((_, index) => reasons[index] === undefined);
  const masked = reading.pieces.flatMap((piece, index) => {
    const reason = reasons[index];
    return reason === undefined ? [] : [{ piece, reason }];
  });
  const candidates = scorePieces(reading, open, keywords);
  const [best] = candidates;
  const winner =
    best !== undefined && best.score >= threshold
      ? best
      : (readBare(reading, open, end) ?? readLetters(reading, keywords) ?? readSole(reading, open, keywords));
  const service = winner === undefined ? undefined : readService(reading, winner);
  return { bound: undefined, masked, keywords, candidates, winner, service };
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
