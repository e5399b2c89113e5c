import type { Reading } from './reading.ts';
import { type Candidate, threshold } from './score.ts';
import type { Piece } from './shape.ts';

const tag = /^(?:<#>|\[#\])/;
const nameAndColon = /^[\p{L}\p{M}\p{N}][\p{L}\p{M}\p{N} .&'+-]{1,19}: ?$/u;
const nameOnly =
  /^[[【<("«“]?[\p{Lu}\p{Lo}][\p{L}\p{M}+&']{1,15}(?: [\p{L}\p{M}]{1,15}){0,2}[\]】>)"»”]?[\s.:·•|>=→*-]{0,5}$/u;
const telephone = /^\+?\d[\d ()-]{6,20}$/;
/** `rate us: 1 2 3 4 5`. */
const counted = /^1?2345?6?7?8?$|^1234/;
const letter = /[\p{L}\p{M}\p{N}]/u;
/** So few letters beside a display prefix leave no doubt: `G-718356() Google`. */
const prefixedRest = 12;

/** A code that no word names: alone in its message, behind a name and a colon, or with a display prefix. */
export function readBare(reading: Reading, open: readonly Piece[], end: number): Candidate | undefined {
  const [piece] = open;
  if (piece === undefined) return undefined;
  // The SMS Retriever format is for codes.
  if (open.length === 1 && tag.test(reading.page.text) && harmless(reading)) {
    return { piece, code: piece.code ?? '', word: '', score: 0.7, rule: 'bare.tagged' };
  }
  if (reading.pieces.length !== 1) return undefined;
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
  if (piece.shape.weak === true || counted.test(candidate.code)) return undefined;
  if (nameAndColon.test(before) && !letter.test(after) && harmless(reading)) {
    return { ...candidate, score: threshold + 0.1, rule: 'bare.named' };
  }
  // `Grove 482913`, `[Grove] 482913`, `482913 Grove`, not from a telephone.
  const beside = !letter.test(after)
    ? before
    : !letter.test(before)
      ? after.replace(/^[\])】"'\s.:·•|>*-]{1,4}/, '')
      : '';
  if (nameOnly.test(beside) && !telephone.test(reading.from) && nameless(reading)) {
    return { ...candidate, score: threshold + 0.1, rule: 'bare.named' };
  }
  return undefined;
}

function harmless(reading: Reading): boolean {
  return !reading.hits.some(
    ({ kind }) => kind === 'topic' || kind === 'place' || kind === 'label' || kind === 'unit' || kind === 'warn',
  );
}

/** A name is made of words that no pack knows. */
function nameless(reading: Reading): boolean {
  return reading.hits.every(({ kind }) => kind === 'filler');
}
