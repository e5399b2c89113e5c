import { expect, test } from 'vitest';
import { createExtractor } from '../../src/otp/otp.ts';

const extractor = createExtractor();
const code = (text: string, from = '') => extractor.extract({ from, text })?.code ?? null;

test.each([
  ['Type 4829 in the app.', '4829'],
  ['Geben Sie 4829 auf der Webseite ein.', '4829'],
  ['Tapez 4829 dans la fenêtre', '4829'],
  ['画面に 4829 を入力してください', '4829'],
  ['Enter 482-913-07 to sign in', '48291307'],
  ['Ingresa este número: 482913', '482913'],
  ['أدخل هذا الرقم: 482913', '482913'],
])('an imperative with a screen, a purpose or the bare word for a number gives a code: %s', (text, expected) => {
  expect(code(text)).toBe(expected);
});

test.each([
  'Enter order number 482913 on the page to see details.',
  'Your parcel is in locker 14. Enter 482913 on the screen to open it.',
  'Join the call: dial 0203 555 0142 and enter 482913#',
  'Type 4829 into the promo box.',
])('a number of something else is typed as well: %s', (text) => {
  expect(code(text)).toBeNull();
});

test('six digits with nothing else beside them are a code where one is typed, and never beside an amount', () => {
  expect(code('Pop 482913 into the app')).toBe('482913');
  expect(code('Pop 48291 into the calculator')).toBeNull();
  expect(code('Paid USD 12.00 with the app 482913')).toBeNull();
});

test.each([
  'Purchase approved: $84.20 at HOLLIS, card x4471. Approval code 482913.',
  'Zahlung 84,20 EUR genehmigt. Autorisierungscode 482913.',
  'Reserva confirmada. Código de confirmación: K7P29Q',
])('the number of what is settled is a reference: %s', (text) => {
  expect(code(text)).toBeNull();
});

test('the same word names a code where nothing is settled yet', () => {
  expect(code('Approval code 482913 for your purchase at HOLLIS')).toBe('482913');
  expect(code('Código de confirmación: K7P29Q')).toBe('K7P29Q');
});

test('an order with its number does not take the code of the next clause away', () => {
  expect(code('Pedido 4821: para pagar 84,20 EUR use la clave 804081.')).toBe('804081');
});

test('where the verb comes first, the code behind it is dead', () => {
  expect(code('انتهت صلاحية الرمز 118204. الرمز الجديد: 108916')).toBe('108916');
});

test.each([
  ['Your code is 4829A', '4829A'],
  ['Your code is AB4829', 'AB4829'],
  ['Your code OTP482913', '482913'],
])('letters grown onto digits belong to the code, unless they name one: %s', (text, expected) => {
  expect(code(text)).toBe(expected);
});

test.each([
  ['Your C O D E is 482913', '482913'],
  ['Your code: 4️⃣8️⃣2️⃣9️⃣', '4829'],
  ['Code №482913', '482913'],
  ['Order №482913', null],
  ['Your verification code is A4K7-2LMP-9Q8R', 'A4K7-2LMP-9Q8R'],
  ['Your thing is A4K7-2LMP-9Q8R', null],
  ['PNSJ-FZTT is your verification code', 'PNSJ-FZTT'],
  ['Larch: QXRTZK is your login code', 'QXRTZK'],
])('%s', (text, expected) => {
  expect(code(text)).toBe(expected);
});
