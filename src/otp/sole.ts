import { charClass } from './fold.ts';
import type { Keyword } from './keywords.ts';
import { gapOf, type Reading, together, wholeWord } from './reading.ts';
import { type Candidate, isWeak } from './score.ts';
import type { Piece } from './shape.ts';

/** What speaks for the only number of a message; so much of it together makes it the code. */
const worth = {
  purpose: 1,
  action: 0.75,
  named: 0.75,
  warn: 0.75,
  term: 0.75,
  announced: 0.75,
  opening: 0.5,
  openingLinked: 0.75,
  paid: 0.75,
  nothingElse: 0.5,
  link: 0.5,
};
const enough = 1.5;
const score = 0.62;
const loneScore = 0.54;
/** A purpose reaches so far, in units. */
const reach = 60;
/** More often an amount. */
const round = /00$/;
const shapes: ReadonlySet<string> = new Set(['plain', 'prefixed', 'split-3-3', 'split-4-4', 'split-2-2-2', 'spelled']);
/** More letters of common words that no pack knows, and the message speaks of something else too. */
const fewLetters = 4;
const someLetters = 12;
const announced = /[:\]】] ?$/;
const amounts = /^(?:amount|decimal)/;

/** The only number that may be a code, in a message that speaks of a purpose but names no code: `482913 to log in`. */
export function readSole(
  reading: Reading,
  open: readonly Piece[],
  keywords: readonly Keyword[],
): Candidate | undefined {
  const [piece] = open;
  if (piece === undefined || open.length !== 1 || !shapes.has(piece.shape.id) || isWeak(piece)) return undefined;
  if (round.test(piece.code ?? '')) return undefined;
  const { topic, place, former, expired, done } = reading.byKind;
  if (topic.length + place.length + former.length + expired.length + done.length > 0) return undefined;
  const [word, value] = spokenFor(reading, piece, keywords);
  const alone =
    word?.strength === 'hint' &&
    reading.byKind.currency.length === 0 &&
    reading.gaps.commonAround(piece, reach) <= fewLetters;
  const whole = value + standing(reading, piece) + (alone ? worth.nothingElse : 0) + (isPaid(reading) ? worth.paid : 0);
  if (whole < enough && !isLone(reading, piece, keywords)) return undefined;
  const text = word === undefined ? '' : reading.page.text.slice(word.start, word.end);
  const rule = `${word?.language ?? 'common'}.sole`;
  const found = { piece, code: piece.code ?? '', score: whole < enough ? loneScore : score, rule, word: text };
  return word === undefined ? found : { ...found, keyword: word };
}

/** The best word near the number, and what all kinds of words are worth together. */
function spokenFor(reading: Reading, piece: Piece, keywords: readonly Keyword[]): [Keyword | undefined, number] {
  const near = (keyword: Keyword, stops: number) => {
    const gap = gapOf(reading, wholeWord(keyword), piece);
    return gap.length <= reach && (stops > 0 ? gap.stops + gap.newlines <= stops : together(gap));
  };
  const clean = reading.gaps.commonAround(piece, reach) <= fewLetters && announced.test(before(reading, piece));
  const purpose = keywords.find((keyword) => keyword.strength === 'hint' && near(keyword, clean ? 1 : 0));
  const action = keywords.find((keyword) => keyword.strength === 'action' && near(keyword, 0));
  const named = keywords.find(
    (keyword) =>
      (keyword.strength === 'named' || keyword.strength === 'qualified') &&
      !keyword.decoy &&
      !keyword.dead &&
      !keyword.warned &&
      near(keyword, 1),
  );
  const { warn, term } = reading.byKind;
  const value =
    (purpose === undefined ? 0 : worth.purpose) +
    (action === undefined ? 0 : worth.action) +
    (named === undefined ? 0 : worth.named) +
    (warn.length > 0 ? worth.warn : 0) +
    (term.length > 0 ? worth.term : 0);
  return [named ?? purpose ?? action, value];
}

/** What its place in the text is worth: at the very start, behind a colon or a name in brackets, behind `with`. */
function standing(reading: Reading, piece: Piece): number {
  const { classes } = reading.page;
  if (announced.test(before(reading, piece))) return worth.announced;
  if (!classes.subarray(0, piece.from).some((kind) => kind === charClass.letter || kind === charClass.unspaced)) {
    const next = reading.byKind.link.some((hit) => hit.start >= piece.end && hit.start - piece.end <= 1);
    return next ? worth.openingLinked : worth.opening;
  }
  const linked = reading.byKind.link.some((hit) => hit.tail <= piece.from && piece.from - hit.tail <= 1);
  return linked ? worth.link : 0;
}

function before(reading: Reading, piece: Piece): string {
  return reading.page.text.slice(Math.max(0, piece.from - 3), piece.from);
}

/** What six digits may stand beside: when and where, not how much. */
const beside = /^(?:time|date|clock|url|link|host|email|phone|fraction|percent)/;

/** Six digits are hardly ever anything else where no other number stands and something speaks of a code or of typing. */
function isLone(reading: Reading, piece: Piece, keywords: readonly Keyword[]): boolean {
  if (piece.code?.length !== 6 || piece.shape.id === 'spelled') return false;
  const { action, term, field, qualifier, currency } = reading.byKind;
  if (currency.length > 0 || keywords.some((one) => one.decoy || one.dead || one.strength === 'plain')) return false;
  const strange = reading.gaps.commonAround(piece, reach);
  if (reading.pieces.length === 1 && strange <= someLetters && field.length + qualifier.length > 0) return true;
  const others = reading.pieces.every((other) => other === piece || beside.test(other.shape.id) || isShort(other));
  // Who warns of codes may name a number to call.
  const named = keywords.some(({ strength, warned }) => strength === 'named' && !warned);
  return others && (named || action.length + term.length > 0);
}

/** Minutes, attempts. */
function isShort({ start, end }: Piece): boolean {
  return end - start <= 3;
}

/** A card payment that waits: an amount and the tail of a card or an account. */
function isPaid({ pieces }: Reading): boolean {
  return pieces.some(({ shape }) => shape.id === 'tail') && pieces.some(({ shape }) => amounts.test(shape.id));
}
