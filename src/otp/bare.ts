import type { Reading } from './reading.ts';
import { type Candidate, threshold } from './score.ts';
import type { Piece } from './shape.ts';

const tag = /^(?:<#>|\[#\])/;
const nameAndColon = /^[\p{L}\p{M}\p{N}][\p{L}\p{M}\p{N} .&'+-]{1,19}: ?$/u;
const letter = /[\p{L}\p{M}\p{N}]/u;
/** So few letters beside a display prefix leave no doubt: `G-718356() Google`. */
const prefixedRest = 12;

/** A code that no word names: alone in its message, behind a name and a colon, or with a display prefix. */
export function readBare(reading: Reading, open: readonly Piece[], end: number): Candidate | undefined {
  const [piece] = open;
  if (piece === undefined || reading.pieces.length !== 1) return undefined;
  const before = reading.page.text.slice(0, piece.from).replace(tag, '').trimStart();
  const after = reading.page.text.slice(piece.end, end);
  const candidate = { piece, code: piece.code ?? '', word: '' };
  if (!letter.test(before) && !letter.test(after) && !before.includes('-')) {
    return /\d/.test(candidate.code) ? { ...candidate, score: 0.8, rule: 'bare' } : undefined;
  }
  const rest = (before + after).replace(/[^\p{L}]/gu, '').length;
  if (piece.shape.id === 'prefixed' && rest <= prefixedRest && harmless(reading)) {
    return { ...candidate, score: 0.7, rule: 'bare.prefixed' };
  }
  if (nameAndColon.test(before) && !letter.test(after) && harmless(reading)) {
    return { ...candidate, score: threshold + 0.1, rule: 'bare.named' };
  }
  return undefined;
}

function harmless(reading: Reading): boolean {
  return !reading.hits.some(({ kind }) => kind === 'topic' || kind === 'label' || kind === 'unit' || kind === 'warn');
}
