import { readdirSync, readFileSync } from 'node:fs';
import type { LanguagePack } from './pack.ts';

const folder = new URL('./rules/languages/', import.meta.url);

/**
 * Reads every built-in language pack; a new language is one file in rules/languages/. Read rather than imported, so
 * that nothing of the files stays in memory once the lexicon is built.
 */
export function readLanguagePacks(): LanguagePack[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .sort((one, other) => Number(other === common) - Number(one === common) || (one < other ? -1 : 1))
    .map((name) => JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as LanguagePack);
}

/** First, so that a word of every language is not taken for one of a single language. */
const common = 'common.json';
