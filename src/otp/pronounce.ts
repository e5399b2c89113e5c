const onset = '(?:[BCDFGHJKLMNPQRSTVWXZ]|[BCFGKP][LR]|[DTVW]R|S[CHKLMNPTW]|[CPTW]H|KN|QU|TW)?';
const coda = '(?:[BCDFGHJKLMNPQRSTVWXZ]|[LNR][CDFGKMNPST]|[CFPSX]T|[CS]K|[CST]H|M[BP]|N[GKX]|[DKLNPRTW]S|FF|LL|SS)?';
const pronounceable = new RegExp(`^(?:${onset}[AEIOUY]{1,2}${coda}){1,4}$`);

/** Letters a reader could say aloud are a word, not a code: syllables with the clusters that words begin and end with. */
export function isPronounceable(letters: string): boolean {
  return pronounceable.test(letters.toUpperCase());
}
