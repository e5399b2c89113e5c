import { expect, test } from 'vitest';
import { readHostile } from '../../scripts/bench/otp-hostile.ts';
import { createExtractor, type OtpMessage } from '../../src/otp/otp.ts';

const extractor = createExtractor();
const hostile = readHostile();

/** An answer is a finding with a code a person could type, or null; anything else is a fault. */
function expectAnswer(message: OtpMessage, id: string): void {
  const finding = extractor.extract(message);
  if (finding === null) return;
  expect(finding.code, id).toMatch(/^[A-Za-z0-9-]{4,40}$/);
  expect(finding.rule, id).not.toBe('');
  expect(finding.confidence, id).toBeGreaterThan(0);
  expect(finding.confidence, id).toBeLessThanOrEqual(1);
}

test('the hostile messages are as long as a message gets, and no two are the same', () => {
  expect(hostile.length).toBeGreaterThan(200);
  for (const { id, text } of hostile) expect(text.length, id).toBe(1600);
  expect(new Set(hostile.map(({ text }) => text)).size).toBe(hostile.length);
});

test('a hostile text gives one finding or none and never throws', () => {
  for (const { id, text } of hostile) expectAnswer({ from: '', text }, id);
});

test('a hostile sender gives one finding or none and never throws', () => {
  for (const { id, text } of hostile) expectAnswer({ from: text, text: 'Your login code is 482913' }, id);
});

test('a hostile text cut anywhere, through a surrogate pair or a code, gives one finding or none', () => {
  for (const { id, text } of hostile)
    for (const length of [1, 2, 3, 69, 70, 159, 160, 161, 1599])
      expectAnswer({ from: '', text: text.slice(0, length) }, id);
});

test('what is looked at in a hostile text is limited, whatever it grows to when normalised', () => {
  for (const { id, text } of hostile) {
    const { text: read, masked, keywords, candidates, finding } = extractor.explain({ from: '', text });
    expect(read.length, id).toBeLessThanOrEqual(2000);
    expect(masked.length, id).toBeLessThanOrEqual(64);
    expect(candidates.length, id).toBeLessThanOrEqual(64);
    expect(keywords.length, id).toBeLessThanOrEqual(read.length / 2);
    expect(finding, id).toEqual(extractor.extract({ from: '', text }));
  }
});

test('a real code in front of hostile filling is still found', () => {
  const filled = (filling: string) =>
    extractor.extract({ from: '', text: `Your login code is 482913.${filling.repeat(40)}` });
  for (const filling of [' ', '\n', '\u200b', '!', ' bye', ' \u{1f468}\u200d\u{1f469}', '\u202e \u202c'])
    expect(filled(filling)?.code, JSON.stringify(filling)).toBe('482913');
});
