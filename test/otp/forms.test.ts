import { expect, test } from 'vitest';
import { createExtractor } from '../../src/otp/otp.ts';

const extractor = createExtractor();
const codeOf = (text: string, from = '') => extractor.extract({ from, text })?.code;

const announced = [
  'Your code: ',
  'Votre code : ',
  'Ваш код: ',
  'Din kode er ',
  'Kodunuz ',
  'รหัส ',
  '验证码：',
  '인증번호 ',
  'رمز التحقق ',
];

test.each([
  ['1.2.8.4', '1284'],
  ['4_8_2_9', '4829'],
  ['4/8/2/9/1/3', '482913'],
  ['4|8|2|9|1|3', '482913'],
  ['4,8,2,9,1,3', '482913'],
  ['4*8*2*9*1*3', '482913'],
  ['4 - 8 - 2 - 9', '4829'],
  ['4. 8. 2. 9. 1. 3', '482913'],
  ['4 8 2 - 9 1 3', '482913'],
  ['4:8:2:9', '4829'],
  ['(4)(8)(2)(9)', '4829'],
  ['[4] [8] [2] [9]', '4829'],
  ['482 - 913', '482913'],
  ['482_913', '482913'],
  ['_482913_', '482913'],
])('digits set apart as %s are one code behind a word that names it', (shown, code) => {
  for (const words of announced) expect(codeOf(words + shown), words).toBe(code);
});

test.each([
  'c.o.d.e ',
  'C-O-D-E: ',
  'P I N ',
  'c0digo: ',
  'p4ssw0rd ',
  'к.о.д ',
  'к0д ',
  // A Latin o in a Cyrillic word, and a Cyrillic one in a Latin word.
  'Ваш к\u006fд: ',
  'c\u043ede ',
  'ק.ו.ד: ',
  '인-증-번-호: ',
  '验.证.码 ',
])('%s names a code, however it is spelled', (word) => {
  expect(codeOf(`${word}482913`)).toBe('482913');
});

test.each([
  'Your app is now version 4.8.2.9',
  'New sign-in from 8.8.4.4',
  'Reply 1, 2, 3 or 4 to rate our service',
  'How did we do? Enter 1, 2, 3, 4 or 5',
  'Press 1, 2, 3, 4',
  'Bewerte uns: 1 - 2 - 3 - 4 - 5',
  'Rate us: 1 2 3 4 5',
  'Menu: 4 - 8 - 2 - 9 - 1',
  'Lotto: 4, 8, 2, 9, 1, 3. Bonus 7',
  'Termin am 4. 8. 2026 um 9:30',
  'Sort code 48-29-13, account 48291304',
  'Error code 4.8.2.9',
  'Porte: code 4-8-2-9',
  'IMG_20240102_482913',
  'user_482913 signed in',
  'Area code 482 - 913 is closed',
  'You paid 48.29.',
  'Harga 482.913 rupiah',
  'IBAN DE89 3704 0044 0532 0130 00, verify before payment',
])('no code: %s', (text) => {
  expect(codeOf(text)).toBeUndefined();
});

test.each([
  ['BZXLN is your Chalkboard verification code (letters only).', 'BZXLN'],
  ['Enter BZXLN to sign in', 'BZXLN'],
  ['Use UYXNMZ to log in to Acme', 'UYXNMZ'],
  ['Код подтверждения состоит из букв UYXNMZ', 'UYXNMZ'],
  ['Tu código de verificación son las letras QXRTZK', 'QXRTZK'],
  ['Der Bestätigungscode besteht aus den Buchstaben QXRTZK.', 'QXRTZK'],
  ['Use CRTKPS to sign up for 20% off', undefined],
  ['HSBC: never share your OTP with anyone.', undefined],
  ['Booking confirmed. Code QXRTZK', undefined],
])('letters only: %s', (text, code) => {
  expect(codeOf(text)).toBe(code);
});

test.each([
  'Skiff\n482913',
  '(Skiff) 482913',
  'Skiff → 482913',
  'Skiff = 482913',
  '"Skiff" 482913',
  '482913\nSkiff',
  '482913 (Skiff)',
])('a name and a number are a code: %j', (text) => {
  expect(codeOf(text, 'Skiff')).toBe('482913');
});

test.each([
  // What is done about an errand is what the code is for.
  ['Dossier DGBTKA, train 7939 : pour échanger votre billet, code de validation 2064.', '2064'],
  ['Квиток PM744334 на 05.12, місце 74. Для обміну квитка введіть код підтвердження 70591.', '70591'],
  ['Ricarica di 64,00 Euro su carta ****9349: codice di conferma 524167, valido fino alle 15:28', '524167'],
  ['TAN (volgnummer 552): 669 979', '669979'],
  ['Mat khau OTP dang nhap My2Tel: 7037. Hieu luc 3 phut.', '7037'],
  // Whom to call stands behind the warning.
  ['谨防诈骗，不要泄露验证码，报警96110', undefined],
  ['เตือนภัย! อย่าบอกรหัส OTP กับคนที่โทรมา แจ้งเหตุ 1441', undefined],
  ['Votre colis est en casier 14. Tapez 482913 sur l’écran.', undefined],
  ['Empfiehl uns weiter: dein Freundecode JONAS538 bringt euch beiden 5 €.', undefined],
  ['Hotel Larkspur Wi-Fi: network LARK_GUEST, access code 12932268.', undefined],
])('several numbers, one code at most: %s', (text, code) => {
  expect(codeOf(text)).toBe(code);
});

test('a capital in the middle of a sentence begins a name, not a door or a bicycle', () => {
  expect(codeOf('G-833595 on sinu Garaaži kinnituskood.')).toBe('833595');
  expect(codeOf('0528 er Hjólakóðinn þinn')).toBe('0528');
  expect(codeOf('Mit dem Code 436334 kannst du dein Passwort bei Türkis zurücksetzen.')).toBe('436334');
  expect(codeOf('Neuer Code fürs Hoftor ist 8256, bitte merken')).toBeUndefined();
});
