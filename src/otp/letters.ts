import type { Keyword } from './keywords.ts';
import type { Reading } from './reading.ts';
import type { Candidate } from './score.ts';
import type { Piece, Shape } from './shape.ts';

const capitals = /^[\s"'«“「([]*([A-Z]{4,10})(?=["'»”」)\].]*(?:$|\n|\. |, | \())/;
/** Letters a reader could say aloud are a word, not a code: syllables with the clusters that words begin and end with. */
const onset = '(?:[BCDFGHJKLMNPQRSTVWXZ]|[BCFGKP][LR]|[DTVW]R|S[CHKLMNPTW]|[CPTW]H|KN|QU|TW)?';
const coda = '(?:[BCDFGHJKLMNPQRSTVWXZ]|[LNR][CDFGKMNPST]|[CFPSX]T|[CS]K|[CST]H|M[BP]|N[GKX]|[DKLNPRTW]S|FF|LL|SS)?';
const pronounceable = new RegExp(`^(?:${onset}[AEIOUY]{1,2}${coda}){1,4}$`);
/** Who announces a code more often than this gives none. */
const keywordLimit = 16;
const shape: Shape = {
  id: 'letters',
  kind: 'format',
  pattern: '[A-Z]{4,10}',
  weak: true,
  examples: { match: [], no_match: [] },
};

/** A code of capital letters only, right behind a word that names a one-time code; nothing a reader could say aloud. */
export function readLetters(reading: Reading, keywords: readonly Keyword[]): Candidate | undefined {
  for (const keyword of keywords.slice(0, keywordLimit)) {
    if (keyword.decoy || keyword.dead || (keyword.strength !== 'named' && keyword.strength !== 'qualified')) continue;
    const behind = afterLinks(reading, keyword.tail);
    const found = capitals.exec(reading.page.text.slice(behind, behind + 24));
    const code = found?.[1];
    if (code === undefined || pronounceable.test(code) || isWord(reading, code, behind)) continue;
    const start = behind + (found?.[0].length ?? 0) - code.length;
    const piece: Piece = { shape, from: start, start, end: start + code.length, code };
    const word = reading.page.text.slice(keyword.start, keyword.end);
    return { piece, code, score: 0.75, rule: `${keyword.language}.letters`, word, keyword };
  }
  return undefined;
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

function isWord(reading: Reading, code: string, behind: number): boolean {
  return reading.hits.some(({ start, tail }) => start <= behind + 3 && tail >= behind + code.length);
}
