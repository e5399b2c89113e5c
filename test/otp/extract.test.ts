import { describe, expect, test } from 'vitest';
import { createExtractor } from '../../src/otp/otp.ts';

const extractor = createExtractor();
const find = (text: string, from = '') => extractor.extract({ from, text });
const code = (text: string, from = '') => find(text, from)?.code ?? null;
const reasons = (text: string, from = '') => extractor.explain({ from, text }).masked.map(({ reason }) => reason);

describe('what carries a finding', () => {
  test('the rule names the language and the kind of word that spoke for the code', () => {
    expect(find('Your verification code is 482913')).toEqual({
      code: '482913',
      rule: 'en.named',
      confidence: expect.any(Number),
    });
    expect(find('Ваш пароль для входа: 4829')?.rule).toMatch(/^ru\./);
  });

  test('a vaguer word gives less confidence than one that names the code', () => {
    const [vague, clear] = [find('pin 4829 thanks'), find('Your Uber verification code is 4829')];
    expect(vague?.confidence).toBeLessThan(clear?.confidence ?? 0);
  });

  test('an empty text and a text without digits give nothing', () => {
    expect(find('')).toBeNull();
    expect(find('Never share your verification code.')).toBeNull();
  });
});

describe('formats', () => {
  test.each([
    ['Your WhatsApp code: 402-707', '402707'],
    ['969 070 is your sign-in code', '969070'],
    ['Your code is 4829 1304', '48291304'],
    ['Code: 48-29-13', '482913'],
    ['G-817908 is your Google verification code.', '817908'],
    ['Enter KQR-989248 to authorise adding a payee.', '989248'],
    ['Your login code is SW9-58G.', 'SW9-58G'],
    ['Your one time passcode is D1E322.', 'D1E322'],
    ['Your single-use code is 8125571191.', '8125571191'],
    ['Y0ur 0TP is 1 6 2 9 4 2. Do not share.', '162942'],
    ['Verification code: RKAEHB', 'RKAEHB'],
    ['OTP664341 for login', '664341'],
    ['641047', '641047'],
    ['Grab: 3358', '3358'],
    ['G-830829', '830829'],
    ['Your sign-in code is 2019.', '2019'],
  ])('%s', (text, expected) => {
    expect(code(text)).toBe(expected);
  });

  test('capital letters that spell a word are no code', () => {
    expect(code('Your verification code is INVALID.')).toBeNull();
    expect(code('OTP: PLEASE WAIT')).toBeNull();
    expect(code('Your verification code: BANKING')).toBeNull();
  });

  test('a bare number beside words that nothing explains is no code', () => {
    expect(code('This is a false positive 4543')).toBeNull();
    expect(code('01-01-2001')).toBeNull();
    expect(code('Order: 3358')).toBeNull();
    expect(code('388-941-')).toBeNull();
  });
});

describe('distance and direction', () => {
  test('the number next to the word wins over one farther away', () => {
    expect(code('Transfer 55123 units of fuel, your code is 482913')).toBe('482913');
    expect(code('482913 is your login code for terminal Alpha 55123')).toBe('482913');
  });

  test('a word in another sentence says less than one in the same', () => {
    const candidates = extractor.explain({ from: '', text: 'Your code was 48291 today. Alpha 55123' }).candidates;
    expect(candidates.map((candidate) => candidate.code)).toEqual(['48291', '55123']);
    expect((candidates[0]?.score ?? 0) - (candidates[1]?.score ?? 0)).toBeGreaterThan(0.2);
  });

  test('a number is not named by the sentence behind its own, unless it opens the text', () => {
    expect(code('Alpha 55123 came first. Your verification code follows.')).toBeNull();
    expect(code('482913. This is your verification code.')).toBe('482913');
  });

  test('two codes and an amount: the first code wins', () => {
    expect(code('Use 224839 to log in, or 064740 to log in and trust this device. Fee $12.50')).toBe('224839');
  });

  test('a name with digits before the word is a name', () => {
    expect(code('858365 is your 98point6 security code.')).toBe('858365');
  });

  test('an action does not count at a desk', () => {
    expect(code('Password reset requested. Enter 175328 to choose a new password.')).toBe('175328');
    expect(code('Enter 175328 at the Oak street desk')).toBeNull();
  });
});

describe('masks that a word makes', () => {
  test.each([
    ['Order 88231: confirm your address with code 097220', 'label:en'],
    ['Card ending 4417, OTP 482913', 'label:en'],
    ['OTP 482913 for KES 5000 at TEST', 'currency:common'],
    ['OTP 482913, used 48291 times', 'unit:en'],
    ['Due 20 December 2024, OTP 482913', 'month:en'],
    ['OTP 482913. Your PUK is 72210934', 'topic:common'],
    ['Your previous code 118204 has expired. Your new code is 482913.', 'former:en'],
    ['Your code 118204 has expired. OTP 482913', 'expired:en'],
    ['СЧЁТ4821 пароль 482913', 'label:ru'],
    ['абвг4821 пароль 482913', 'glued'],
    ['OTP 482913. Send to 560027 & 27613445', 'series'],
  ])('%s', (text, reason) => {
    expect(reasons(text)).toContain(reason);
  });

  test('the sender is never the code', () => {
    expect(code('Your code is 22395', '22395')).toBeNull();
    expect(code('Your code 482913 from 5550137', '+14155550137')).toBe('482913');
    expect(reasons('Your code 5550137', '+14155550137')).toEqual(['sender']);
  });

  test.each([
    'Take 40% off with code SAVE40 at checkout.',
    'Use promo code 9193 for a large pizza.',
    'Your parcel is in locker 14. Pickup code 703418.',
    'Your door code for Apt 7B is 4471#.',
    'Join the call: meeting ID 812 3345 9021, passcode 558120.',
    'WiFi network GuestNet, password 48210000.',
    'The error code on the washer is 5003, any idea?',
    'Your verification code 482913 has expired.',
    'Your verification code has expired. Alpha 55123.',
    'SBI never asks for your OTP. Report fraud on 1930 or 1800 1234.',
    'Denver CO 80202, zip code is important',
    'Your SIM PUK is 72210934.',
  ])('no code in: %s', (text) => {
    expect(code(text)).toBeNull();
  });

  test('a warning in the sentence of the code does not take it away', () => {
    expect(code('Do not share OTP 328716 with anyone.')).toBe('328716');
    expect(code('328716 is your Amazon OTP, do not share it with anyone')).toBe('328716');
  });
});

describe('origin-bound codes', () => {
  test('the last line wins over everything and names the service', () => {
    expect(find('111111 is your code.\n\n@accounts.contoso.example #721510 @pay.contoso.example')).toEqual({
      code: '721510',
      rule: 'origin-bound',
      confidence: 1,
      service: 'accounts.contoso.example',
    });
    expect(find('@Lucerne.example #160326')?.service).toBe('lucerne.example');
  });

  test('a line in the middle, or without a host, binds nothing', () => {
    expect(find('@lucerne.example #160326\nYour code is 482913')?.code).toBe('482913');
    expect(find('Your code is 482913\n@lucerne #160326')?.rule).toBe('en.plain');
    expect(find('Meet us @lucerne.example #160326')?.rule).not.toBe('origin-bound');
  });
});

describe('the SMS Retriever hash', () => {
  test('is never the code', () => {
    expect(code('<#> Your ExampleApp code is: 123ABC78\nFA+9qCX9VSu')).toBe('123ABC78');
    expect(code('[#] 9370 is your BlaBlaCar code. 528kEUHRLtK')).toBe('9370');
    expect(code('<#> Your code is below\nFA+9qCX9VSu')).toBeNull();
  });
});

describe('scripts and directions of writing', () => {
  test.each([
    ['קוד האימות שלך הוא 274868. אין למסור אותו לאיש.', '274868'],
    ['\u202bرمز الدخول: ٩٦٠٦ صالح لمدة 5 دقائق\u202c', '9606'],
    ['رمز یکبار مصرف شما ۳۲۷۷۲۲ است.', '327722'],
    ['【测试】您的校验码：６２２９３６，5分钟内有效', '622936'],
    ['881704 がソラマメの認証コードです。30分間有効です。', '881704'],
    ['5639 카카오톡 인증번호입니다.', '5639'],
    ['รหัส OTP ของคุณคือ ๑๖๕๒๙๕ ใช้ได้ 3 นาที', '165295'],
    ['Sayin musterimiz, giris sifreniz: 356468.', '356468'],
  ])('%s', (text, expected) => {
    expect(code(text)).toBe(expected);
  });
});

test('explain says what was masked, what was considered and what won, as plain data', () => {
  const text = 'Citi: use code 650429 to approve $1,250.00 to acct ending in 9921.';
  const explanation = extractor.explain({ from: 'CITI', text });
  expect(explanation).toEqual(JSON.parse(JSON.stringify(explanation)));
  expect(explanation.text).toBe(text);
  expect(explanation.masked).toEqual([
    { text: '$1,250.00', start: 33, reason: 'amount-symbol' },
    { text: '9921', start: 61, reason: 'label:en' },
  ]);
  const sure = { context: expect.any(Number), probability: expect.any(Number) };
  expect(explanation.candidates).toEqual([
    { code: '650429', start: 15, format: 'plain', score: 0.96, ...sure, rule: 'en.qualified', word: 'code' },
    { code: '9921', start: 61, format: 'plain', score: 0, ...sure, rule: 'context', word: '' },
  ]);
  expect(explanation.candidates[1]?.probability).toBeLessThan(0.01);
  const finding = { code: '650429', rule: 'en.qualified', confidence: expect.any(Number), service: 'Citi' };
  expect(explanation.finding).toEqual(finding);
  expect(explanation.why).toContain('"code" speaks for it (en.qualified) with 0.96');
  const ignored = extractor.explain({ from: '', text: 'Use promo deal, code 9193' }).keywords;
  expect(ignored.find((keyword) => keyword.text === 'code')?.ignored).toBe('topic');
});

test.each([
  ['See you at the harbour', 'nothing in the text looks like a code'],
  ['Paid $1,250.00', 'every number is something else'],
  ['Alpha beta 55123 gamma', '55123 is the best candidate, with what stands around it it is a code by'],
  ['The wineglass code is 4829', '"code" speaks for 4829, but with what stands around it it is a code by'],
  ['641047', 'what stands around it makes it a code by'],
  ['Hello\n@a.example #4829', 'the last line binds the code to a host'],
])('explain says why in one sentence: %s', (text, why) => {
  expect(extractor.explain({ from: '', text }).why).toContain(why);
});
