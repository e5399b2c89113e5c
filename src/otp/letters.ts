import type { Keyword } from './keywords.ts';
import { isPronounceable } from './pronounce.ts';
import type { Reading } from './reading.ts';
import type { Candidate } from './score.ts';
import type { Piece, Shape } from './shape.ts';

const behind = /^[\s"'«“「([]*([A-Z]{4,10}|[A-Z]{3,5}-[A-Z]{3,5}|[a-z]{6,10})(?![A-Za-z0-9-])/;
const name = /^[^:\n]{1,20}: /;
const opening = /^[\s"'«“「([]*([A-Z]{4,10}|[A-Z]{3,5}-[A-Z]{3,5})(?=["'»”」)\]]* ?[-–:]? )/;
const vowel = /[aeiouy]/;
/** Letters that words seldom have twice. */
const rare = /[JQXZWKVY]/g;
/** A name between the word and the code is so long at most, with its links, in units. */
const nameReach = 40;
/** An imperative alone takes letters of this number and more. */
const actionLetters = 5;
/** Who announces a code more often than this gives none. */
const keywordLimit = 16;
/** A word that names any secret must be supported so far. */
const plainWeight = 0.7;
/** What an imperative is worth where nothing speaks of another kind of secret. */
const purposefulWeight = 0.55;
/** Nothing but links may stand between a code at the start and the word that names it, in units. */
const openingReach = 24;
const shape: Shape = {
  id: 'letters',
  kind: 'format',
  pattern: '[A-Z]{4,10}',
  weak: true,
  examples: { match: [], no_match: [] },
};

/** A code of letters only, right beside a word that names a one-time code; nothing a reader could say aloud. */
export function readLetters(reading: Reading, keywords: readonly Keyword[]): Candidate | undefined {
  for (const keyword of keywords.slice(0, keywordLimit)) {
    if (keyword.decoy || keyword.dead || keyword.doubtful) continue;
    if (!isNaming(keyword) && !isPurposeful(reading, keyword)) continue;
    const found = readAt(reading, keyword, afterLinks(reading, keyword.tail)) ?? readBehindName(reading, keyword);
    if (found !== undefined) return found;
  }
  return readOpening(reading, keywords);
}

function readAt(reading: Reading, keyword: Keyword, from: number): Candidate | undefined {
  const found = behind.exec(reading.page.text.slice(from, from + 24));
  const code = found?.[1];
  if (code === undefined || (keyword.strength === 'action' && code.length < actionLetters)) return undefined;
  const start = from + (found?.[0].length ?? 0) - code.length;
  return isCode(reading, code, start) ? candidate(reading, keyword, { code, start }) : undefined;
}

/** `code for Blue Grove: QXRTZK`, `code for Blue Grove is QXRTZK`. */
function readBehindName(reading: Reading, keyword: Keyword): Candidate | undefined {
  if (keyword.warned || (keyword.strength !== 'named' && keyword.strength !== 'qualified')) return undefined;
  const { text } = reading.page;
  const colon = text.slice(keyword.tail, keyword.tail + nameReach).search(/: ?["'«“]?[A-Z]{3}/);
  const is = reading.byKind.link.find(
    (link) =>
      link.start > keyword.tail &&
      link.tail - keyword.tail < nameReach &&
      /^ ["'«“]?[A-Z]{4}/.test(text.slice(link.tail, link.tail + 6)),
  );
  for (const from of [colon < 0 ? undefined : keyword.tail + colon + 1, is?.tail]) {
    if (from === undefined || reading.gaps.between(keyword.tail, from).stops > 0) continue;
    const found = reading.gaps.commonBetween(keyword.tail, from) === 0 ? readAt(reading, keyword, from) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

function readOpening(reading: Reading, keywords: readonly Keyword[]): Candidate | undefined {
  const from = name.exec(reading.page.text.slice(0, openingReach))?.[0].length ?? 0;
  const found = opening.exec(reading.page.text.slice(from, from + openingReach));
  const code = found?.[1];
  if (code === undefined) return undefined;
  const start = from + (found?.[0].length ?? 0) - code.length;
  if (!isCode(reading, code, start)) return undefined;
  const end = start + code.length;
  const keyword = keywords.find((one) => !one.decoy && !one.dead && isNaming(one) && one.start > start);
  if (keyword === undefined || reading.gaps.between(end, keyword.start).stops > 0) return undefined;
  const strange = reading.gaps.between(end, keyword.start).strange;
  const near = keyword.start - end <= openingReach && strange === 0;
  // `BZXLN is your Blue Grove code`.
  const linked = reading.byKind.link.some((link) => link.start >= end && link.start - end <= 3);
  const named = linked && keyword.strength !== 'action' && keyword.start - end <= nameReach;
  if (!near && !(named && reading.gaps.commonBetween(end, keyword.start) === 0)) return undefined;
  return candidate(reading, keyword, { code, start });
}

function isNaming({ strength, weight }: Keyword): boolean {
  return strength === 'named' || strength === 'qualified' || (strength !== 'hint' && weight >= plainWeight);
}

/** `enter QXRTZK to sign in`. */
function isPurposeful({ byKind, gaps }: Reading, { strength, weight, tail }: Keyword): boolean {
  if (strength !== 'action' || weight < purposefulWeight) return false;
  return byKind.qualifier.some(({ start }) => {
    const reach = start - tail;
    return reach > 0 && reach <= nameReach && gaps.between(tail, start).stops === 0;
  });
}

function isCode(reading: Reading, code: string, from: number): boolean {
  if (isWord(reading, code, from)) return false;
  if (code === code.toLowerCase()) return !vowel.test(code) || isLoneWord(reading, code, from);
  return code.split('-').some((part) => !isPronounceable(part)) || (code.match(rare) ?? []).length >= 2;
}

/** `one-time password: cbgetw`, and the sentence ends. */
function isLoneWord({ page }: Reading, code: string, from: number): boolean {
  const [before, after] = [page.text.slice(0, from), page.text.slice(from + code.length, from + code.length + 2)];
  return /: ?$/.test(before.slice(-2)) && /^(?:\.?$|[.\n])/.test(after) && !isPronounceable(code);
}

function candidate(
  reading: Reading,
  keyword: Keyword,
  { code, start }: { readonly code: string; readonly start: number },
): Candidate {
  const piece: Piece = { shape, from: start, start, end: start + code.length, code };
  const word = reading.page.text.slice(keyword.start, keyword.end);
  return { piece, code, score: 0.75, rule: `${keyword.language}.letters`, word, keyword };
}

/** Where the link words and signs behind a keyword end. */
function afterLinks(reading: Reading, from: number): number {
  let at = from;
  for (const hit of reading.byKind.link) {
    if (hit.start < at) continue;
    if (!/^[\s:='"-]*$/.test(reading.page.text.slice(at, hit.start))) break;
    at = hit.tail;
  }
  return at + (/^[\s:=-]*/.exec(reading.page.text.slice(at, at + 8))?.[0].length ?? 0);
}

function isWord(reading: Reading, code: string, from: number): boolean {
  return reading.hits.some(({ start, tail }) => start <= from + 3 && tail >= from + code.length);
}
