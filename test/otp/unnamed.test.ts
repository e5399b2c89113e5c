import { expect, test } from 'vitest';
import { createExtractor } from '../../src/otp/otp.ts';

const extractor = createExtractor();
const find = (text: string, from = '') => extractor.extract({ from, text });

test.each([
  '482913 to verify your phone with Larch',
  'Your number is 482913 and is valid for 5 minutes. Never share it',
  'Larch: 482913 para iniciar sesión',
  'Mit 482913 bestätigen Sie Ihre Nummer',
  '482913 для входа в Larch',
  '【Larch】482913，用于登录',
])('the only number of a message that speaks of a purpose is the code: %s', (text) => {
  expect(find(text)).toMatchObject({ code: '482913', rule: 'context' });
});

test('it is trusted less than a code that is named', () => {
  const [sole, named] = [find('482913 to verify your phone'), find('482913 is your verification code')];
  expect(sole?.confidence).toBeLessThan(named?.confidence ?? 0);
});

test.each([
  ['a purpose alone', 'We verify terminal Alpha 482913 today'],
  ['two numbers', '482913 or 771204 to verify your phone'],
  ['a door', '482913 to log in at the garage gate'],
  ['a promotion', 'Discount: 482913 to verify your phone'],
  ['a dead code', '482913 to verify your phone has expired'],
  ['a round amount', 'Larch Bank: 482900 authorises adding J SMITH'],
  ['a year', 'Larch: 2024 to verify your phone'],
])('there is none where the message has %s', (_, text) => {
  expect(find(text)).toBeNull();
});
