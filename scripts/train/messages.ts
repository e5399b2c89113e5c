import { readFileSync } from 'node:fs';
import type { LanguagePack } from '../../src/otp/pack.ts';
import { type BenchMessage, corpusParts, freshParts, readCorpus } from '../bench/otp-corpus.ts';

/** A labelled message to learn from. */
export interface Labelled {
  readonly from: string;
  readonly text: string;
  /** The right answers; none where the message has no code. */
  readonly codes: readonly string[];
  /** No rule was written from it. */
  readonly fresh: boolean;
  /** How much an error costs, compared with that of a usual message. */
  readonly share: number;
}

/** Messages that are less like real ones count less; those of the tests must come out right. */
const ownShares = { terse: 4, 'dev-self-written': 1, own: 0.2, 'own-second': 0.2, 'own-third': 0.2 };

/** The development parts of the corpus, the messages of the tests and the examples of the packs. */
export function readMessages(packs: readonly LanguagePack[]): Labelled[] {
  const parts = corpusParts.filter((part) => part.startsWith('dev'));
  return [
    ...parts.flatMap((part) => {
      const fresh = (freshParts as readonly string[]).includes(part);
      return readCorpus(part).map((message) => labelled(message, { fresh, share: 1 }));
    }),
    ...Object.entries(ownShares).flatMap(([name, share]) =>
      readOwn(name).map((message) => labelled(message, { fresh: false, share })),
    ),
    ...packs.flatMap(({ examples: { match, no_match } }) => [
      ...match.map(({ text, code }) => ({ from: '', text, codes: [code], fresh: false, share: 1 })),
      ...no_match.map(({ text }) => ({ from: '', text, codes: [], fresh: false, share: 1 })),
    ]),
  ];
}

function readOwn(name: string): BenchMessage[] {
  return JSON.parse(readFileSync(new URL(`../../test/fixtures/otp/${name}.json`, import.meta.url), 'utf8'));
}

function labelled({ from, body, code, alt = [] }: BenchMessage, weight: Pick<Labelled, 'fresh' | 'share'>): Labelled {
  return { from, text: body, codes: code === null ? [] : [code, ...alt], ...weight };
}
