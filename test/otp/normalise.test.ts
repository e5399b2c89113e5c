import { expect, test } from 'vitest';
import { normalise, textLimit } from '../../src/otp/normalise.ts';

test.each([
  ['Arabic-Indic digits', 'رمز ٩٦٠٦', 'رمز 9606'],
  ['Persian digits', 'کد ۳۲۷', 'کد 327'],
  ['Devanagari digits', 'कोड ९०७', 'कोड 907'],
  ['Bengali digits', 'কোড ২৩৩০', 'কোড 2330'],
  ['Thai digits', 'รหัส ๑๖๕', 'รหัส 165'],
  ['Myanmar digits', 'ကုဒ် ၄၄၇၁', 'ကုဒ် 4471'],
  ['digits beyond the basic plane', 'code \u{1d7d8}\u{1d7d9}\u{1d7da}', 'code 012'],
  ['full-width digits and letters', 'ＯＴＰ：５３１８', 'OTP:5318'],
])('%s become ASCII', (_, text, expected) => {
  expect(normalise(text)).toBe(expected);
});

test('invisible characters go, also inside a code', () => {
  expect(normalise('code 4\u200c8\u20600\ufeff9\u00ad5\u200b8\u202e')).toBe('code 480958');
});

test('a full-width comma keeps its distance to the next digit, so that it makes no decimal', () => {
  expect(normalise('134560，5分钟')).toBe('134560, 5分钟');
});

test('dashes of any kind are one kind, spaces of any kind are one space', () => {
  expect(normalise('402‑707\u00a0\u2003–  935−759')).toBe('402-707 - 935-759');
});

test('line ends of any kind are one newline without spaces around it', () => {
  expect(normalise('é a \r\n\r\n b\u2028c')).toBe('é a\nb\nc');
});

test('an ASCII text stays as it is', () => {
  expect(normalise('Your code is 482913.\n\n@host.example #482913')).toBe(
    'Your code is 482913.\n\n@host.example #482913',
  );
});

test('the length is capped after the expansion', () => {
  expect(normalise('\ufdfa'.repeat(1600))).toHaveLength(textLimit);
  expect(normalise('a'.repeat(5000))).toHaveLength(textLimit);
});

test('an expanding character in front does not push a code out of a short text', () => {
  expect(normalise(`${'\ufdfa'.repeat(20)} code 482913`)).toContain('code 482913');
});
