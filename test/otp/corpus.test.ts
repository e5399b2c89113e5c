import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { BenchMessage } from '../../scripts/bench/otp-corpus.ts';
import { evaluate, tally } from '../../scripts/otp-eval.ts';
import { proveLanguagePacks } from '../../src/otp/otp.ts';
import { readLanguagePacks } from '../../src/otp/packs.ts';
import { checkPacks } from '../../src/otp/self-check.ts';

function load(name: string): BenchMessage[] {
  return JSON.parse(readFileSync(new URL(`../fixtures/otp/${name}.json`, import.meta.url), 'utf8'));
}

test.each([
  ['dev-self-written', 339, 0.99, 0],
  ['own', 312, 0.99, 0],
  ['own-second', 378, 0.97, 3],
  ['own-third', 1438, 0.985, 7],
])(
  '%s: nearly every message is read exactly, and hardly a message without a code gives one',
  (name, size, floor, most) => {
    const counts = tally(evaluate(load(name)));
    expect(counts.messages).toBe(size);
    expect(counts.exact / counts.messages).toBeGreaterThanOrEqual(floor);
    expect(counts.falseCodes).toBeLessThanOrEqual(most);
  },
);

test('every language of the corpus has a pack of its own', () => {
  const packs = new Set(readLanguagePacks().map((pack) => pack.language));
  const languages = new Set(load('dev-self-written').map((message) => message.lang));
  expect([...languages].filter((language) => !packs.has(language))).toEqual([]);
});

test('every built-in pack stands by its examples', () => {
  expect(() => proveLanguagePacks()).not.toThrow();
});

test('a pack whose example fails is refused by name', () => {
  const pack = {
    language: 'xx',
    examples: {
      match: [
        { text: 'a', code: '1' },
        { text: 'b', code: '2' },
      ],
      no_match: [{ text: 'c' }],
    },
  };
  const finding = (code: string) => ({ code, rule: 'x', confidence: 1 });
  const wrong = expect.objectContaining({ code: 'otp.bad_rule', details: { rule: 'xx', list: 'match', index: 1 } });
  expect(() => checkPacks([pack], (text) => (text === 'a' ? finding('1') : null))).toThrowError(wrong);
  const loose = expect.objectContaining({ code: 'otp.bad_rule', details: { rule: 'xx', list: 'no_match', index: 0 } });
  expect(() => checkPacks([pack], (text) => finding(text === 'a' ? '1' : '2'))).toThrowError(loose);
});
