import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hostileTexts } from '../../scripts/bench/otp.ts';
import { normalise, textLimit } from '../../src/otp/normalise.ts';
import { createExtractor } from '../../src/otp/otp.ts';

const extractor = createExtractor();

test('a hostile text gives bounded work: so much text, so many words, so many candidates', () => {
  for (const text of hostileTexts()) {
    const { text: read, masked, keywords, candidates } = extractor.explain({ from: '', text });
    expect(read.length).toBeLessThanOrEqual(textLimit);
    expect(masked.length).toBeLessThanOrEqual(64);
    expect(candidates.length).toBeLessThanOrEqual(64);
    expect(keywords.length).toBeLessThanOrEqual(600);
  }
});

const parts = fc.constantFrom(
  'Your code is ',
  'verification code',
  '482913',
  '4829',
  'has expired',
  'promo ',
  '\n@a.example #',
  'رمز ',
  '٩٦٠٦',
  '验证码',
  '\u200d',
  '\ufdfa',
  'G-',
  '$',
  '. ',
  ' ',
  'RKAEHB',
  '\ud83d',
  '-',
);
const texts = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.array(fc.oneof(parts, fc.string({ maxLength: 6 })), { maxLength: 30 }).map((list) => list.join('')),
);

test('any text gives a finding or null, and a code is made of what the normalised text holds', () => {
  fc.assert(
    fc.property(texts, fc.string({ maxLength: 20 }), (text, from) => {
      const finding = extractor.extract({ from, text });
      if (finding === null) return;
      const read = normalise(text);
      expect(finding.code).not.toBe('');
      for (const char of finding.code) expect(read).toContain(char);
      expect(finding.confidence).toBeGreaterThan(0);
      expect(finding.confidence).toBeLessThanOrEqual(1);
    }),
    { numRuns: 2000 },
  );
});

test('a message read after another gives what it gives alone', () => {
  const alone = (text: string) => JSON.stringify(createExtractor().extract({ from: '', text }));
  fc.assert(
    fc.property(texts, texts, (first, second) => {
      extractor.extract({ from: '', text: first });
      expect(JSON.stringify(extractor.extract({ from: '', text: second }))).toBe(alone(second));
    }),
    { numRuns: 300 },
  );
});

test('normalising twice changes nothing', () => {
  fc.assert(
    fc.property(texts, (text) => {
      const once = normalise(text);
      if (once.length < textLimit) expect(normalise(once)).toBe(once);
    }),
    { numRuns: 1000 },
  );
});
