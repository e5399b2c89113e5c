import fc from 'fast-check';
import { expect, test } from 'vitest';
import { corpusDigest } from '../../scripts/bench/otp-corpus.ts';
import { enough, evidenceNames, parseWeights, probabilityOf, readWeights, writeWeight } from '../../src/otp/context.ts';
import { slotNames } from '../../src/otp/features.ts';
import { createExtractor } from '../../src/otp/otp.ts';
import trained from '../../src/otp/rules/context.json' with { type: 'json' };
import { hashStretch, hashText, WeightTable, weightUnit } from '../../src/otp/weight-table.ts';

const extractor = createExtractor();

test('the weights were learned from the corpus as it lies here', () => {
  expect(trained.corpus, 'run node scripts/otp-train.ts').toBe(corpusDigest());
});

test('every weight is of a slot that is read, and a number', () => {
  const weights = [...parseWeights(readWeights())];
  expect(weights.length).toBeGreaterThan(10_000);
  for (const { slot, weight } of weights) {
    expect(slotNames[slot]).toBeDefined();
    expect(Math.abs(weight)).toBeGreaterThan(0);
  }
});

test('a weight survives being written, whatever its text', () => {
  const text = fc.string({ unit: 'binary', maxLength: 12 }).map((one) => one.replace(/[\t\r\\]/g, ''));
  fc.assert(
    fc.property(text, fc.integer({ min: -9999, max: 9999 }), (one, thousandths) => {
      const weight = thousandths / weightUnit;
      const [read] = parseWeights(Buffer.from(`# remark\n${writeWeight({ slot: 'word', text: one, weight })}\n`));
      expect(read).toEqual({ slot: 0, text: one, weight });
    }),
  );
});

test('the table gives back every weight, and next to none for what was never learned', () => {
  const weights = [...parseWeights(readWeights())];
  const table = new WeightTable(weights, weights.length);
  const wrong = weights.filter(
    ({ slot, text, weight }) => Math.abs(table.get(hashText(slot, text)) / weightUnit - weight) > 1e-9,
  );
  // Half a hash is kept of each: now and then two features share their place.
  expect(wrong.length).toBeLessThan(weights.length / 1000);
  const unknown = Array.from({ length: 10_000 }, (_, n) => table.get(hashText(0, `never learned ${n}`)));
  expect(unknown.filter((weight) => weight !== 0).length).toBeLessThan(20);
});

test('a stretch of units and its text are one feature', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', minLength: 1, maxLength: 20 }), fc.nat(20), (text, slot) => {
      const units = Uint16Array.from({ length: text.length }, (_, at) => text.charCodeAt(at));
      expect(hashStretch(slot, units, 0, text.length)).toBe(hashText(slot, text));
    }),
  );
});

test('what speaks for a number makes it more probable, and what speaks against it less', () => {
  const neutral = {
    context: 4,
    score: 0,
    chosen: false,
    beaten: false,
    masked: false,
    labelled: false,
    disowned: false,
  };
  const probability = probabilityOf(neutral);
  expect(probabilityOf({ ...neutral, context: 8 })).toBeGreaterThan(probability);
  expect(probabilityOf({ ...neutral, score: 0.98, chosen: true })).toBeGreaterThan(probability);
  expect(probabilityOf({ ...neutral, beaten: true })).toBeLessThan(probability);
  expect(Object.keys(trained.weights)).toEqual(['bias', ...evidenceNames]);
});

test('no code is given that is less probable than the least', () => {
  for (const text of ['Your code is 482913', 'Order 482913 is on its way', 'Larch 482913', 'Ticket 4829, seat 14']) {
    const { finding, candidates } = extractor.explain({ from: 'Larch', text });
    const [best] = candidates;
    expect(finding !== null).toBe((best?.probability ?? 0) >= enough);
    if (finding !== null) expect(finding.confidence).toBeCloseTo(Math.min(0.99, best?.probability ?? 0), 2);
  }
});

test.each([
  ['the sender', '22395', '22395 sent you a verification code'],
  ['an expired code', '', 'Your verification code 482913 has expired'],
])('no context makes %s a code', (_, from, text) => {
  const { finding, candidates } = extractor.explain({ from, text });
  expect(finding).toBeNull();
  expect(candidates).toEqual([]);
});

test('a text read for its code alone gives what a text explained gives', () => {
  for (const text of [
    'Paid $1,250.00',
    'See you at 10:30',
    'VERIFY',
    'code: qxrtzk',
    '+1 500 555 0006',
    'pay QXRTZK',
  ]) {
    expect(extractor.extract({ from: '', text })).toEqual(extractor.explain({ from: '', text }).finding);
  }
});
