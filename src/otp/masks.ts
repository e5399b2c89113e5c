import { charClass } from './fold.ts';
import type { Keyword } from './keywords.ts';
import type { Hit } from './lexicon.ts';
import type { WordKind } from './pack.ts';
import { gapOf, type Reading, together, wholeWord } from './reading.ts';
import type { Piece } from './shape.ts';

/** Why a piece cannot be the code, or undefined where it may be. */
export type MaskReason = string | undefined;

/** A topic reaches over this many strange letters: `door code for Apt 7B is`. */
const topicReach = 12;
/** A word that says what is numbered stands so near, in units. */
const numberReach = 16;
/** An imperative stands so near the word for a number, with articles of so many letters between. */
const announcedReach = 24;
const articles = 4;
/** How far an `expired` may stand behind the code it kills. */
const expiredReach = 12;
/** A neighbour stands at most so many units before a number; signs fill the gap. */
const neighbourReach = 12;
/** Words that make nothing of a number beside them. */
const silent: ReadonlySet<WordKind> = new Set([
  'filler',
  'link',
  'otp',
  'code',
  'qualifier',
  'action',
  'field',
  'term',
]);
const signs = /^[\s.:#№º°*'"()[\]-]*$/;
/** `IMG_4821`, not `_4821_`. */
const grownOn = /[\p{L}\p{M}\p{N}_]_$/u;
const listed = /^ ?(?:[&,/]|and|or|и|y|e|et|und|oder|ou|o) ?$/;

/** The reason of each piece, in order: its shape, its sender, its unit, or the word beside it. */
export function maskPieces(reading: Reading, keywords: readonly Keyword[]): MaskReason[] {
  const reasons: MaskReason[] = [];
  for (const [index, piece] of reading.pieces.entries()) {
    const own = reasonOf(reading, piece, keywords);
    reasons.push(own ?? (follows(reading, index, reasons[index - 1]) ? 'series' : undefined));
  }
  return reasons;
}

function reasonOf(reading: Reading, piece: Piece, keywords: readonly Keyword[]): MaskReason {
  if (piece.code === undefined) return piece.shape.id;
  if (isSender(reading.from, piece.code)) return 'sender';
  return (
    neighbour(reading, piece, keywords) ??
    behindTopic(reading, piece, keywords) ??
    expired(reading, piece) ??
    behindDead(reading, piece, keywords) ??
    glued(reading, piece)
  );
}

function isSender(from: string, code: string): boolean {
  const digits = from.replace(/\D/g, '');
  return digits.length >= 4 && (digits === code || (code.length >= 7 && digits.endsWith(code)));
}

/** What the words right before and after a number make of it. */
function neighbour(reading: Reading, piece: Piece, keywords: readonly Keyword[]): MaskReason {
  for (const hit of reading.hits) {
    if (hit.start > piece.end + 2) return undefined;
    if (hit.tail < piece.start - neighbourReach || silent.has(hit.kind)) continue;
    const reason = beside(reading, piece, hit);
    if (reason !== undefined && !isOwed(reading, piece, { hit, keywords })) return reason;
  }
  return undefined;
}

function beside(reading: Reading, piece: Piece, hit: Hit): MaskReason {
  if (hit.tail > piece.from && hit.start < piece.end) return undefined;
  const gap = gapOf(reading, wholeWord(hit), piece);
  const before = hit.start < piece.from;
  const text = before ? reading.page.text.slice(hit.tail, piece.from) : reading.page.text.slice(piece.end, hit.start);
  if (hit.kind === 'errand' && before && isTyped(reading, piece) && isPursued(reading, hit)) return undefined;
  // `to open your account 4821 enter`: a common word, where the verb comes last.
  if (hit.kind === 'label' && before && isTyped(reading, piece) && isCommon(reading, hit)) return undefined;
  if ((hit.kind === 'label' || hit.kind === 'errand') && before && signs.test(text) && !text.includes('\n'))
    return `label:${hit.language}`;
  if (hit.kind === 'number' && before && signs.test(text) && !text.includes('\n')) {
    if (!isAnnounced(reading, hit) && !isTyped(reading, piece) && !isPurposed(reading, hit, text))
      return `label:${hit.language}`;
  }
  if (hit.kind === 'unit' && !before && (text === '' || (text === ' ' && endsThere(reading, hit))))
    return `unit:${hit.language}`;
  if (hit.kind === 'trailer' && !before && (text === '' || text === ' ')) return `trailer:${hit.language}`;
  if (hit.kind === 'month' && (text === '' || text === ' ' || text === ', ')) return `month:${hit.language}`;
  if (hit.kind === 'currency' && (text === '' || text === ' ') && !(before && ownsEarlier(reading, hit))) {
    return `currency:${hit.language}`;
  }
  if (hit.kind === 'former' && before && gap.strange === 0 && together(gap)) return `former:${hit.language}`;
  return undefined;
}

/** A label that is a link of its sentence as well, with no word for a number before it. English verbs come first. */
function isCommon({ byKind }: Reading, label: Hit): boolean {
  if (label.language === 'en') return false;
  const numbered = byKind.number.some(({ start, tail }) => start < label.start && label.start - tail <= 1);
  return !numbered && byKind.link.some(({ start }) => start === label.start);
}

/** In scripts that write words together, a unit behind a space may be the start of a longer word. */
function endsThere({ page }: Reading, hit: Hit): boolean {
  return page.classes[hit.end - 1] !== charClass.unspaced || page.classes[hit.end] !== charClass.unspaced;
}

/** `enter the number`, `secret number`: a word of ours right before it says which. */
function isAnnounced(reading: Reading, number: Hit): boolean {
  const { action, otp, receipt, code } = reading.byKind;
  return [action, otp, receipt, code].some((hits) =>
    hits.some((hit) => {
      if (hit.tail > number.start)
        return hit.start < number.start || (hit.start === number.start && hit.kind !== 'code');
      const gap = gapOf(reading, wholeWord(hit), wholeWord(number));
      return together(gap) && gap.strange <= articles && gap.length <= announcedReach;
    }),
  );
}

/** `to confirm the appointment 4821 enter`, where the verb comes last. */
function isPursued({ byKind }: Reading, errand: Hit): boolean {
  return byKind.qualifier.some(({ start, tail }) => start < errand.start && errand.start - tail <= 1);
}

/** `to change your number: 4821`, `single-use digits 4821`. */
function isPurposed({ byKind }: Reading, number: Hit, signs: string): boolean {
  const named = byKind.code.some(({ start }) => start === number.start);
  if (!named && !signs.includes(':')) return false;
  return byKind.qualifier.some(({ tail }) => tail <= number.start && number.start - tail <= 1);
}

/** `the number 4821 enter`, where the verb comes last. */
function isTyped(reading: Reading, piece: Piece): boolean {
  return reading.byKind.action.some((hit) => {
    const gap = gapOf(reading, piece, wholeWord(hit));
    return hit.start >= piece.end && together(gap) && gap.strange === 0 && gap.length <= numberReach;
  });
}

/** A currency right after one amount does not speak of the number behind it. */
function ownsEarlier(reading: Reading, currency: Hit): boolean {
  return reading.pieces.some((piece) => piece.end <= currency.start && currency.start - piece.end <= 1);
}

/** A value of a promotion, a door, a PUK: the nearest word before it that names a secret says so. */
function behindTopic(reading: Reading, piece: Piece, keywords: readonly Keyword[]): MaskReason {
  const topic =
    lastBefore(reading.byKind.topic, piece) ??
    lastBefore(reading.byKind.place, piece) ??
    errandOf(reading, piece, keywords);
  const decoy = keywords.findLast(
    (keyword) => keyword.decoy && keyword.tail <= piece.start && !isPart(keyword, keywords),
  );
  const nearest = (decoy?.tail ?? -1) > (topic?.tail ?? -1) ? decoy : topic;
  if (nearest === undefined) return undefined;
  const gap = gapOf(reading, wholeWord(nearest), piece);
  if (!together(gap) || gap.strange > topicReach) return undefined;
  const nearer = keywords.some(
    ({ decoy, strength, start, tail }) => !decoy && strength !== 'hint' && start >= nearest.end && tail <= piece.start,
  );
  return nearer ? undefined : `topic:${nearest.language}`;
}

/** `security code` reaches into a word that `code` is found in again. */
function isPart({ start }: Keyword, keywords: readonly Keyword[]): boolean {
  return keywords.some((other) => !other.decoy && other.start < start && other.end > start);
}

/** An errand does not number what is typed to get on with it, nor what a one-time code is for. */
function errandOf(reading: Reading, piece: Piece, keywords: readonly Keyword[]): Hit | undefined {
  const errand = lastBefore(reading.byKind.errand, piece);
  if (errand === undefined) return undefined;
  const own = reading.byKind.number.some((number) => gapOf(reading, wholeWord(number), wholeWord(errand)).length <= 1);
  const typed = reading.byKind.action.some((action) => together(gapOf(reading, wholeWord(action), piece)));
  return !own && (typed || isIntroduced(reading, piece, { hit: errand, keywords })) ? undefined : errand;
}

interface Between {
  readonly hit: Hit;
  readonly keywords: readonly Keyword[];
}

/** A word for a one-time code, or a purpose, stands before the hit, and its value is still to come. */
function isIntroduced(reading: Reading, piece: Piece, { hit, keywords }: Between): boolean {
  return keywords.some(
    (keyword) =>
      (keyword.kind === 'otp' || keyword.strength === 'qualified' || keyword.strength === 'hint') &&
      !keyword.decoy &&
      !keyword.dead &&
      keyword.tail <= hit.start &&
      together(gapOf(reading, wholeWord(keyword), piece)),
  );
}

/** `code for your operation: 4821`: what stands behind the colon is the code, if no other number follows. */
function isOwed(reading: Reading, piece: Piece, between: Between): boolean {
  const hit = between.hit;
  const keywords = between.keywords.filter(({ strength }) => strength !== 'hint');
  if ((hit.kind !== 'label' && hit.kind !== 'errand') || !/^ ?: ?$/.test(reading.page.text.slice(hit.tail, piece.from)))
    return false;
  const last = !reading.pieces.some((other) => other.start > piece.end && other.code !== undefined);
  return last && isIntroduced(reading, piece, { hit, keywords });
}

function lastBefore(hits: readonly Hit[], piece: Piece): Hit | undefined {
  return hits.findLast((hit) => hit.tail <= piece.start);
}

/** `118204 has expired`: dead, unless another number stands between. */
function expired(reading: Reading, piece: Piece): MaskReason {
  const hit = reading.byKind.expired.find(({ start }) => start >= piece.end);
  if (hit === undefined) return undefined;
  const gap = gapOf(reading, piece, wholeWord(hit));
  const other = reading.pieces.some(({ start, code }) => code !== undefined && start >= piece.end && start < hit.start);
  return together(gap) && gap.strange <= expiredReach && !other ? `expired:${hit.language}` : undefined;
}

/** `expired: the code 118204`, where the verb comes first. */
function behindDead(reading: Reading, piece: Piece, keywords: readonly Keyword[]): MaskReason {
  const keyword = keywords.findLast(({ tail, strength }) => tail <= piece.start && strength !== 'hint');
  if (keyword?.dead !== true) return undefined;
  const gap = gapOf(reading, wholeWord(keyword), piece);
  return together(gap) && gap.strange === 0 ? `expired:${keyword.language}` : undefined;
}

/** Letters of another alphabet grown onto the number, as in `СЧЁТ4821`, make it a name. */
function glued(reading: Reading, piece: Piece): MaskReason {
  const { page, hits } = reading;
  const at = (unit: number) => page.classes[unit] === charClass.letter;
  if (grownOn.test(page.text.slice(Math.max(0, piece.from - 2), piece.from))) return 'glued';
  const before = piece.from > 0 && at(piece.from - 1) && !hits.some(({ tail }) => tail === piece.from);
  const after = at(piece.end) && !hits.some(({ start }) => start === piece.end);
  return before || after ? 'glued' : undefined;
}

/** The second of two numbers in a list is what the first is: `to 560027 & 27613445`. */
function follows(reading: Reading, index: number, reason: MaskReason): boolean {
  const piece = reading.pieces[index];
  const before = reading.pieces[index - 1];
  if (piece === undefined || before === undefined || reason === undefined) return false;
  const known = /^(?:label|series|topic|phone)/.test(reason);
  return known && listed.test(reading.page.text.slice(before.end, piece.from));
}
