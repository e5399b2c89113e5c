import { type Context, type Evidence, probabilityOf } from './context.ts';
import { viewMessage } from './features.ts';
import { findKeywords, type Keyword } from './keywords.ts';
import { readLetters } from './letters.ts';
import { maskPieces } from './masks.ts';
import type { Reading } from './reading.ts';
import { type Candidate, scorePieces, threshold } from './score.ts';
import type { Piece } from './shape.ts';

/** More candidates than this in one message are hostile; the others are not weighed. */
const candidateLimit = 64;

/** Masks that no context argues away. */
const never = /^(?:sender$|expired:|former:)/;

/** What the words of the packs say of a message, before the context is weighed. */
export interface Considered {
  readonly keywords: readonly Keyword[];
  readonly masked: readonly MaskedPiece[];
  /** Everything that may be the code: numbers, best first, then those of masked ones that may be argued about, and letters. */
  readonly candidates: readonly Candidate[];
  /** The number that the words of the packs choose. */
  readonly chosen: Candidate | undefined;
  /** Words name a code, but each of them some other secret, or a dead one. */
  readonly disowned: boolean;
}

export interface MaskedPiece {
  readonly piece: Piece;
  readonly reason: string;
}

/** A number that may be the code, all things considered. */
export interface Judged extends Candidate {
  /** How much its context says for it, in logits. */
  readonly context: number;
  /** From 0 to 1. */
  readonly probability: number;
}

/** Reads the candidates of a message by the words of the packs. */
export function consider(reading: Reading): Considered {
  const keywords = findKeywords(reading);
  const reasons = maskPieces(reading, keywords);
  const open = reading.pieces.filter((_, index) => reasons[index] === undefined);
  const masked = reading.pieces.flatMap((piece, index) => {
    const reason = reasons[index];
    return reason === undefined ? [] : [{ piece, reason }];
  });
  const scored = scorePieces(reading, open, keywords).map((candidate) => retrieved(reading, candidate, open));
  const arguable = masked.filter(({ reason }) => !never.test(reason)).map(({ piece }) => piece);
  const others = [...arguable, ...readLetters(reading)].flatMap(unscored);
  const [best] = scored;
  const chosen = best !== undefined && best.score >= threshold ? best : undefined;
  const candidates = [...scored, ...others].slice(0, candidateLimit);
  return { keywords, masked, candidates, chosen, disowned: isDisowned(keywords) };
}

const tag = /^(?:<#>|\[#\])/;
/** As sure as a word that names a code. */
const retrievedScore = 0.96;

/** The format of the SMS Retriever is for codes: the only number in it needs no word. */
function retrieved({ page, end }: Reading, candidate: Candidate, open: readonly Piece[]): Candidate {
  if (candidate.score >= threshold || open.length > 1 || end === page.length || !tag.test(page.text)) return candidate;
  return { ...candidate, score: retrievedScore, rule: 'sms-retriever' };
}

function isDisowned(keywords: readonly Keyword[]): boolean {
  let naming = false;
  for (const { kind, decoy, dead } of keywords) {
    if (kind !== 'otp' && kind !== 'receipt' && kind !== 'code') continue;
    if (!decoy && !dead) return false;
    naming = true;
  }
  return naming;
}

function unscored(piece: Piece): Candidate[] {
  return piece.code === undefined ? [] : [{ piece, code: piece.code, score: 0, rule: 'context', word: '' }];
}

/** What the verdict on a candidate rests on, besides its context. */
export function evidenceOf(candidate: Candidate, { masked, chosen, disowned }: Considered): Omit<Evidence, 'context'> {
  const reason = masked.find(({ piece }) => piece === candidate.piece)?.reason;
  return {
    score: candidate.score,
    chosen: candidate === chosen,
    beaten: chosen !== undefined && candidate !== chosen,
    masked: reason !== undefined,
    labelled: reason !== undefined && /^(?:label|topic|series)/.test(reason),
    disowned: disowned && candidate !== chosen,
  };
}

/** The candidates with how probable each is to be the code, the most probable first. */
export function weigh(context: Context, reading: Reading, considered: Considered): Judged[] {
  const { candidates } = considered;
  if (candidates.length === 0) return [];
  const view = viewMessage(reading, candidates.length);
  const message = context.weighMessage(view);
  return candidates
    .map((candidate) => {
      const logit = message + context.weighNumber(view, candidate.piece);
      const probability = probabilityOf({ context: logit, ...evidenceOf(candidate, considered) });
      return { ...candidate, context: logit, probability };
    })
    .sort((one, other) => other.probability - one.probability || one.piece.start - other.piece.start);
}
