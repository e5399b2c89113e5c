import { readFileSync } from 'node:fs';
import { createExtractor, type OtpMessage } from '../../src/otp/otp.ts';

export interface OtpRates {
  readonly messagesPerSecond: number;
  /** The slowest of the hostile messages, each at its best of several runs. */
  readonly worstMs: number;
}

const seconds = 2;
const tries = 7;

/** Messages a second over the self-written corpus on one core, and the worst that a hostile message costs. */
export function benchOtp(): OtpRates {
  const extractor = createExtractor();
  const messages = corpus();
  const messagesPerSecond = rate(() => {
    for (const message of messages) extractor.extract(message);
    return messages.length;
  });
  const worstMs = Math.max(
    ...hostileTexts().map((text) => {
      const runs = Array.from({ length: tries }, () => elapsed(() => extractor.extract({ from: '', text })));
      return Math.min(...runs);
    }),
  );
  return { messagesPerSecond, worstMs };
}

/** Texts of 1,600 units and more that make the reader work: each repeats something that starts a rule, or expands. */
export function hostileTexts(): string[] {
  const repeated = [
    '\ufdfa',
    'a\u0301\u0316',
    '\u200d',
    ' ',
    ' \r',
    '1',
    '1-',
    '1.',
    '1,234',
    '123 ',
    '1234 ',
    '123456 ',
    'a.',
    'a@',
    'a-a.',
    'http://',
    'aB3-',
    'xX',
    'AAAA',
    'code ',
    'otp AAAA ',
    'verification ',
    'code 1234 ',
    'code 1234. ',
    'enter 1234 to ',
    'promo code 1234 expired never ',
    '验证码1234',
    'รหัสยืนยัน',
    'যাচাইকরণ কোড ৪৪৭১ ',
    '(12)',
    '+1 ',
    '*1',
  ];
  const texts = repeated.map((part) => part.repeat(Math.ceil(1600 / part.length)).slice(0, 1600));
  return [...texts, `${'\ufdfa'.repeat(1590)} code 123456`, 'code 1234. '.repeat(4000), '\ufdfa'.repeat(40_000)];
}

function corpus(): OtpMessage[] {
  const file = new URL('../../test/fixtures/otp/dev-self-written.json', import.meta.url);
  const messages = JSON.parse(readFileSync(file, 'utf8')) as { from: string; body: string }[];
  return messages.map(({ from, body }) => ({ from, text: body }));
}

function rate(round: () => number): number {
  for (const end = performance.now() + 500; performance.now() < end; ) round();
  const start = performance.now();
  let count = 0;
  while (performance.now() - start < seconds * 1000) count += round();
  return (count / (performance.now() - start)) * 1000;
}

function elapsed(work: () => void): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}
