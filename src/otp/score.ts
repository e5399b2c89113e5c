import { charClass } from './fold.ts';
import type { Keyword, Strength } from './keywords.ts';
import { gapOf, type Reading, together, wholeWord } from './reading.ts';
import type { Piece } from './shape.ts';

/** A piece that may be the code, and what speaks for it. */
export interface Candidate {
  readonly piece: Piece;
  readonly code: string;
  /** 0 to 1. */
  readonly score: number;
  /** `<language>.<strength>` of the word that speaks for it. */
  readonly rule: string;
  /** That word, as it stands in the text. */
  readonly word: string;
  /** The same, where a word of a pack speaks for it. */
  readonly keyword?: Keyword;
}

/** Below this score the words of the packs choose no number; its context may still make it the code. */
export const threshold = 0.5;

/** An action with a purpose: `enter 482913 to sign in`. */
const purposeful = 0.7;
/** In units, all of them words we know. */
const actionReach = 48;
const purposeReach = 90;
/** Each strange letter between word and number costs this, down to half. */
const letterCost = 0.008;
/** A sentence ends between them. A number that opens the text is announced more often than one in its middle. */
const stopFactor = { before: 0.6, after: 0.45, opening: 0.6 };
const newlineFactor = 0.9;
/** Six digits, and nothing else that may be a code, are a one-time code more often than another number is. */
const sixDigits = 0.12;
const plainMost = 0.7;
const rivalFactor = 0.8;
const warnedFactor = 0.5;
const doubtfulFactor = 0.58;
/** `code SUMMER20`: a word with a number is given out in promotions, unless the word before it says otherwise. */
const promotedFactor: Readonly<Partial<Record<Strength, number>>> = { plain: 0.7, qualified: 0.5 };
const afterFactor = 0.98;
/** A name with digits stands right before the word that names the code: `your 98point6 security code`. */
const nameFactor = 0.5;

interface Tie {
  readonly factor: number;
  readonly direct: boolean;
}

/** The candidates among the unmasked pieces, best first; of equals the first in the text. */
export function scorePieces(reading: Reading, open: readonly Piece[], keywords: readonly Keyword[]): Candidate[] {
  const speaking = keywords.filter((keyword) => !keyword.decoy && !keyword.dead);
  return open
    .map((piece) => best(reading, piece, { open, speaking }))
    .sort((one, other) => other.score - one.score || one.piece.start - other.piece.start);
}

interface Field {
  readonly open: readonly Piece[];
  readonly speaking: readonly Keyword[];
}

function best(reading: Reading, piece: Piece, field: Field): Candidate {
  let found: Candidate = { piece, code: piece.code ?? '', score: 0, rule: 'context', word: '' };
  const weak = isWeak(piece);
  for (const keyword of field.speaking) {
    if (keyword.weight <= found.score && keyword.strength !== 'action') continue;
    if (piece.shape.named === true && keyword.strength !== 'named' && keyword.strength !== 'qualified') continue;
    const promoted = isPromoted(reading, piece, keyword) ? (promotedFactor[keyword.strength] ?? 1) : 1;
    const score = scoreBy(reading, piece, keyword, field) * trust(piece) * promoted;
    if (score <= found.score || (weak && !scoresDirectly(reading, piece, keyword, field))) continue;
    const rule = `${keyword.language}.${keyword.strength}`;
    found = { ...found, score, rule, keyword, word: reading.page.text.slice(keyword.start, keyword.end) };
  }
  return found;
}

/** Where money is spoken of, a purpose says little. */
function isPromoted({ byKind }: Reading, { code = '' }: Piece, { strength, start }: Keyword): boolean {
  if (promotedFactor[strength] === undefined || !isWordy(code)) return false;
  if (strength === 'plain') return true;
  return byKind.term.length + byKind.warn.length === 0 && byKind.currency.some((sum) => sum.start > start);
}

function scoreBy(reading: Reading, piece: Piece, keyword: Keyword, field: Field): number {
  if (keyword.strength === 'action' && gapOf(reading, wholeWord(keyword), piece).length > actionReach) return 0;
  const tie = tieOf(reading, piece, keyword, field);
  if (keyword.strength === 'hint') return tie.direct && keyword.tail <= piece.start ? keyword.weight : 0;
  if (keyword.strength === 'plain' && piece.code?.length === 6 && field.open.length === 1) {
    return Math.min(keyword.weight + sixDigits, Math.max(keyword.weight, plainMost)) * tie.factor;
  }
  if (keyword.strength !== 'action') return keyword.weight * tie.factor;
  if (
    !tie.direct ||
    (round.test(piece.code ?? '') && keyword.weight < purposeful && !hasPurpose(reading, piece, field))
  )
    return 0;
  return hasPurpose(reading, piece, field) ? Math.max(purposeful, keyword.weight) : keyword.weight;
}

function scoresDirectly(reading: Reading, piece: Piece, keyword: Keyword, field: Field): boolean {
  if (keyword.strength === 'hint') return false;
  if (keyword.strength === 'action') {
    const typed =
      piece.shape.id.startsWith('split') && (keyword.weight >= purposeful || hasPurpose(reading, piece, field));
    if (!typed && !mingled.test(piece.code ?? '')) return false;
  }
  return tieOf(reading, piece, keyword, field).direct || isNamedFor(reading, piece, keyword);
}

/** `login code for Blue Grove is`: only a name stands between, or whatever does ends with a colon. */
function isNamedFor(reading: Reading, piece: Piece, keyword: Keyword): boolean {
  if (piece.shape.id === 'plain' || keyword.strength === 'hint' || keyword.strength === 'action') return false;
  if (keyword.tail > piece.start || !together(gapOf(reading, wholeWord(keyword), piece))) return false;
  const colon = keyword.strength !== 'plain' && /: ?$/.test(reading.page.text.slice(piece.from - 2, piece.from));
  return colon || reading.gaps.commonBetween(keyword.tail, piece.start) === 0;
}

function opens(reading: Reading, piece: Piece): boolean {
  return piece.from < 8 && !reading.page.classes.subarray(0, piece.from).includes(charClass.letter);
}

/** How many of the pieces start before a place; they are in order. */
function startsBefore(pieces: readonly Piece[], place: number): number {
  let [low, high] = [0, pieces.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((pieces[middle]?.start ?? 0) < place) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** How closely a word and a number belong together. */
function tieOf(reading: Reading, piece: Piece, keyword: Keyword, field: Field): Tie {
  const gap = gapOf(reading, wholeWord(keyword), piece);
  const before = keyword.start < piece.start;
  const [from, to] = before ? [keyword.end, piece.start] : [piece.end, keyword.start];
  const rivals = Math.max(0, startsBefore(field.open, to) - startsBefore(field.open, from));
  const direct = gap.strange === 0 && gap.stops === 0 && rivals === 0;
  let factor = Math.max(0.5, 1 - gap.strange * letterCost) * rivalFactor ** rivals;
  factor *= stopFactor[before ? 'before' : opens(reading, piece) ? 'opening' : 'after'] ** gap.stops;
  if (!direct) factor *= newlineFactor ** gap.newlines;
  if (keyword.doubtful) factor *= doubtfulFactor;
  const apart =
    gap.stops > 0 ||
    gap.newlines > 0 ||
    (before && !direct && (hotline.test(piece.code ?? '') || isBehindComma(reading, keyword, piece)));
  if (keyword.warned && (apart || (before && isWarnedBetween(reading, keyword, piece)))) {
    factor *= warnedFactor;
  }
  if (!before && gap.length === 1 && piece.shape.id === 'alphanumeric') factor *= nameFactor;
  if (before && piece.shape.id === 'alphanumeric' && isHeading(reading, piece, field)) factor *= nameFactor;
  return { factor: before ? factor : factor * afterFactor, direct };
}

/** `do not share the OTP, call 4821`. */
function isBehindComma({ page }: Reading, keyword: Keyword, piece: Piece): boolean {
  return page.text.slice(keyword.tail, piece.start).includes(',');
}

/** `OTP for My2Tel: 7037`. */
function isHeading({ page }: Reading, { code = '', end }: Piece, { open }: Field): boolean {
  const behind = /^: ?(?=\d)/.exec(page.text.slice(end, end + 3));
  return behind !== null && /[a-z]/.test(code) && open.some(({ from }) => from === end + behind[0].length);
}

/** `the OTP nobody may ask for, 4821`. */
function isWarnedBetween({ byKind }: Reading, keyword: Keyword, piece: Piece): boolean {
  return byKind.warn.some(({ start, tail }) => start >= keyword.tail && tail <= piece.start);
}

/** A word of purpose near an action: what is entered is entered to sign in, to confirm, as a code. */
function hasPurpose(reading: Reading, piece: Piece, field: Field): boolean {
  return field.speaking.some((other) => {
    if (other.strength === 'action') return false;
    const gap = gapOf(reading, wholeWord(other), piece);
    return gap.length <= purposeReach && gap.stops <= 1;
  });
}

function trust(piece: Piece): number {
  if (piece.shape.id === 'alphanumeric') return 0.95;
  return piece.shape.id === 'plain' || piece.shape.id === 'prefixed' ? 1 : 0.98;
}

const wordy = /^[A-Za-z]{4,}\d{1,4}$/;
/** Letters between digits or digits between letters: no word with a number. */
const mingled = /[a-z]\d{1,8}[a-z]|\d[a-z]{1,8}\d/i;
/** Whom to call about fraud. */
const hotline = /^1\d{3}$/;
const vowel = /[AEIOUaeiou]/;
const lowerCase = /^[a-z0-9]{1,10}$/;
/** More often a sum. */
const round = /^\d{2,4}00$/;
const year = /^(?:19\d|20[0-3])\d$/;
const compactDate = /^20\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])$/;
const dayMonthYear = /^(?:0[1-9]|[12]\d|3[01])(?:0[1-9]|1[0-2])\d{2}$/;

/** Forms that are more often something else: they need a word that names them directly. */
function isWeak({ shape, code = '' }: Piece): boolean {
  if (shape.weak === true) return true;
  if (shape.id === 'alphanumeric') return isWordy(code) || lowerCase.test(code);
  if (shape.id === 'split-2-2-2') return dayMonthYear.test(code);
  return shape.id === 'plain' && (year.test(code) || compactDate.test(code));
}

/** `SUMMER20`, not `KXVBT42`. */
function isWordy(code: string): boolean {
  return wordy.test(code) && vowel.test(code);
}
