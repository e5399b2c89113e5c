import { expect, test } from 'vitest';
import { createExtractor } from '../../src/otp/otp.ts';

const extractor = createExtractor();
const code = (text: string, from = '') => extractor.extract({ from, text })?.code ?? null;
const weight = (text: string, word: string) =>
  extractor.explain({ from: '', text }).keywords.find((keyword) => keyword.text === word)?.weight ?? 0;

test.each([
  'The code for the wineglass rack is 4829',
  'Der Wurmkompostcode ist 4829',
  'El código del tendedero es 4829',
  'Код от скворечника 4829',
  'Kod do karmnika to 4829',
])('a word for any secret beside a common word that no pack knows gives no code: %s', (text) => {
  expect(code(text)).toBeNull();
});

test.each([
  'Your code is 4829',
  'Your Depop code is 4829',
  '4829 is your Depop code',
  'Ваш код: 4829',
  '[magpie] your code is 4829',
])('beside names and words of every day it gives one: %s', (text) => {
  expect(code(text)).toBe('4829');
});

test('a warning, a life of minutes and a purpose each speak for a word that names some secret', () => {
  const bare = weight('The wineglass code is 4829', 'code');
  const warned = weight('The wineglass code is 4829. Never share it', 'code');
  const both = weight('The wineglass code is 4829. Never share it. It expires in 5 minutes', 'code');
  expect(bare).toBeLessThan(0.5);
  expect(warned).toBeGreaterThan(0.5);
  expect(both).toBeGreaterThan(warned);
});

test.each([
  'The security code of the back door is 4829',
  'Your access code for the garage: 4829',
  'Sicherheitscode Garagentor: 4829',
  'Код доступа в подъезд 4829',
  '4829 is the access code of the garage',
  '4829: security code, back door',
  "Code d'accès de l'immeuble : 4829B",
])('a place with a lock takes even a strong word: %s', (text) => {
  expect(code(text)).toBeNull();
});

test('what every language calls a one-time code is one at a door too', () => {
  expect(code('OTP 4829 to open the garage')).toBe('4829');
});

test('an action counts where the message warns or the value lives for minutes', () => {
  expect(code('Meridian: type 308700. Never share this.')).toBe('308700');
  expect(code('Meridian: type 308700, valid for 5 minutes')).toBe('308700');
  expect(code('Meridian: type 3087 into the calculator')).toBeNull();
});

test('a word with a number is a promotion, unless a word names a one-time code', () => {
  expect(code('Your code AUTUMN20 is here')).toBeNull();
  expect(code('Your verification code is AUTUMN20')).toBe('AUTUMN20');
});

test('a name and a number from a sender with a name are a code', () => {
  expect(code('[Grove] 572725', 'Grove')).toBe('572725');
  expect(code('두리마켓 572725', '두리')).toBe('572725');
  expect(code('Blue Grove - 572725', 'Grove')).toBe('572725');
  expect(code('572725 Grove', 'Grove')).toBe('572725');
  expect(code('Grove 572725', '+15005550006')).toBeNull();
  expect(code('Order 572725', 'Grove')).toBeNull();
});

test('a word of another language in a name does not take the code away', () => {
  expect(code('Your Lyft code is 018017')).toBe('018017');
});

test('a word inside the hash of the SMS Retriever format says nothing', () => {
  expect(code('<#> Votre code : 0940\nqR7/Lm2+XtB')).toBe('0940');
});

test.each([
  ['В-551820 — ваш код подтверждения', '551820'],
  ['Your DevHouse login code is xk42-9qpl', 'xk42-9qpl'],
  ['Wisp verification code: TQVRXL (letters only)', 'TQVRXL'],
])('%s', (text, expected) => {
  expect(code(text)).toBe(expected);
});
