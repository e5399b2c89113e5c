import { expect, test } from 'vitest';
import { createExtractor } from '../../src/otp/otp.ts';

const extractor = createExtractor();
const code = (text: string, from = '') => extractor.extract({ from, text })?.code ?? null;

test.each([
  'Enter 482913 to confirm your appointment.',
  'Please key in 482913 on the prescription page to continue.',
  'Ange 482913 för att bekräfta din bokning',
  '예약을 확정하려면 482913을 입력하세요',
  'برای تایید نوبت 482913 را وارد کنید',
  'Bizum: confirma el envío de 20 EUR con 482913',
  'Código para assinatura do contrato: 482913',
  'Clave dinámica para su operación: 482913',
  'Enter the code 482913 to move your delivery.',
])('what is typed to get on with an errand is a code: %s', (text) => {
  expect(code(text)).toBe('482913');
});

test.each([
  'Your parcel is here. Code 482913.',
  'Enter order 482913 on the page.',
  'Введите номер отправления 4829133 на сайте.',
  'Your booking code: 482913',
  'Payment reference: 482913',
])('the number of an errand is none: %s', (text) => {
  expect(code(text)).toBeNull();
});

test('words that are part of the sender’s name say nothing', () => {
  const text = 'Le Panier : saisissez 4829 pour continuer.';
  expect(code(text, 'Le Panier')).toBe('4829');
  expect(code(text, 'Larch')).toBeNull();
});

test.each([
  ['Kode 127237 sudah kedaluwarsa, kode baru 867355', '867355'],
  ['174641 non è più valido. Usi ora 082470.', '082470'],
  ['Wpisz 128756. Poprzedni kod (652416) jest niewazny.', '128756'],
])('a dead code leaves the other one alive: %s', (text, expected) => {
  expect(code(text)).toBe(expected);
});

test.each([
  "don't enter 4829 in the spreadsheet",
  'enter 3000 in the spreadsheet',
  'Never share your OTP. Call 1930',
  'never share your otp. 3700',
  'The OTP that nobody may ask for, 482913',
  "You're signed in as jo_6355. Your code worked.",
  'Card *4417: 12.40 EUR at LARCH, 10:42. Approval code 482913.',
  '診察券番号30525',
])('%s gives no code', (text) => {
  expect(code(text)).toBeNull();
});

test('the SMS Retriever format is for codes, whatever its words', () => {
  expect(code('<#> Grove taxi 4829 r129jYrNPaH', '+15005550006')).toBe('4829');
  expect(code('Grove taxi 4829', '+15005550006')).toBeNull();
});

test.each([
  ['Login code for Blue Grove is 2sufud', '2sufud'],
  ['Security code for Grove: QXRTZK.', 'QXRTZK'],
  ['One-time password: cbgetw', 'cbgetw'],
  ['Your activation code: PM-7669', '7669'],
  ['Your Grove code is X6RPW. It works once.', 'X6RPW'],
  ['The code for confirming is 2083', '2083'],
])('%s', (text, expected) => {
  expect(code(text)).toBe(expected);
});

test('letters of few languages tell which one a word is of', () => {
  const rule = (text: string) => extractor.extract({ from: '', text })?.rule ?? '';
  expect(rule('Vaš kod za prijavu je 482913, važi 5 minuta')).toMatch(/^(?:sr|hr)\./);
  expect(rule('Kodunuz: 482913, süresi 5 dakika')).toMatch(/^tr\./);
});
