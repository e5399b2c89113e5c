import { expect, test } from 'vitest';
import { fitLogistic, logitOf } from '../../scripts/train/logistic.ts';
import { readRows } from '../../scripts/train/rows.ts';
import { chooseFeatures, toSparse } from '../../scripts/train/sparse.ts';
import { buildLexicon } from '../../src/otp/lexicon.ts';
import { readLanguagePacks } from '../../src/otp/packs.ts';
import { buildShapeReader, builtInShapes } from '../../src/otp/shape.ts';

const engine = { lexicon: buildLexicon(readLanguagePacks()), readShapes: buildShapeReader(builtInShapes) };
const usual = { from: '', fresh: true, share: 1 };

test('a logistic fit finds the share of right rows', () => {
  // Three of four rows with the feature are right, one of four without: the logits are log 3 and -log 3.
  const rows = toSparse(
    Array.from({ length: 8 }, (_, row) => (row < 4 ? [[0, 1]] : [])),
    1,
  );
  const right = Uint8Array.from([1, 1, 1, 0, 1, 0, 0, 0]);
  const costs = new Float64Array(8).fill(1e6);
  const fit = fitLogistic({ rows, right, chosen: [0, 1, 2, 3, 4, 5, 6, 7], costs });
  expect(logitOf(rows, 0, fit)).toBeCloseTo(Math.log(3), 3);
  expect(logitOf(rows, 7, fit)).toBeCloseTo(-Math.log(3), 3);
});

test('an error that costs nothing, and a row that is not chosen, teach nothing', () => {
  const rows = toSparse([[[0, 1]], [[1, 1]], [[2, 1]]], 3);
  const right = Uint8Array.from([1, 1, 1]);
  const { weights } = fitLogistic({ rows, right, chosen: [0, 1], costs: Float64Array.from([1, 0, 1]) });
  expect(weights[1]).toBe(0);
  expect(weights[2]).toBe(0);
});

test('the candidates of a labelled message are its rows, the right ones marked', () => {
  const text = 'Order 88231: your code is 482913';
  const rows = readRows(engine, [{ ...usual, text, codes: ['482913'] }]);
  expect(rows.map(({ code, right }) => [code, right])).toEqual([
    ['482913', true],
    ['88231', false],
  ]);
  expect(rows[0]?.features.has('left-word-1\tis')).toBe(true);
  expect(rows[0]?.evidence).toMatchObject({ chosen: true, beaten: false, masked: false });
  expect(rows[1]?.evidence).toMatchObject({ score: 0, beaten: true, masked: true, labelled: true });
});

test('no digit of a message becomes a feature of its own', () => {
  const [row] = readRows(engine, [{ ...usual, text: 'Your code is 482913', codes: ['482913'] }]);
  const texts = [...(row?.features.keys() ?? [])].filter((name) => /^(?:word|gram|left|right)/.test(name));
  for (const name of texts) expect(name.split('\t')[1]).not.toMatch(/[2-9]/);
});

test('a feature of one message only is not learned', () => {
  const messages = ['Your code is 482913', 'Your code is 482914', 'Unheard code 482915'];
  const rows = readRows(
    engine,
    messages.map((text) => ({ ...usual, text, codes: [] })),
  );
  const features = chooseFeatures(rows, 2);
  expect(features.has('word\tcode')).toBe(true);
  expect(features.has('word\tunheard')).toBe(false);
});
