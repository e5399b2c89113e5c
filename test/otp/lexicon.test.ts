import { expect, test } from 'vitest';
import { buildLexicon, findWords } from '../../src/otp/lexicon.ts';
import { normalise } from '../../src/otp/normalise.ts';
import { type LanguagePack, wordKinds } from '../../src/otp/pack.ts';
import { readLanguagePacks } from '../../src/otp/packs.ts';
import { readPage } from '../../src/otp/page.ts';

const examples = { match: [], no_match: [] };

function words(packs: readonly Omit<LanguagePack, 'examples'>[], text: string): string[] {
  const lexicon = buildLexicon(packs.map((pack) => ({ ...pack, examples })));
  return findWords(lexicon, readPage(text)).map(
    (hit) => `${hit.language}.${hit.kind} ${text.slice(hit.start, hit.end)}|${text.slice(hit.end, hit.tail)}`,
  );
}

test('a word is found whatever its case and accents', () => {
  expect(words([{ language: 'es', code: ['código'] }], 'CODIGO, código')).toEqual([
    'es.code CODIGO|',
    'es.code código|',
  ]);
});

test('a word is not found inside another, unless it says that it may be', () => {
  expect(words([{ language: 'de', code: ['code'] }], 'Bestätigungscode codes code')).toEqual(['de.code code|']);
  expect(words([{ language: 'de', code: ['*code'] }], 'Bestätigungscode codes')).toEqual(['de.code code|']);
  expect(words([{ language: 'fi', otp: ['vahvistuskood*'] }], 'Vahvistuskoodisi')).toEqual([
    'fi.otp Vahvistuskood|isi',
  ]);
});

test('words of scripts without spaces are found anywhere, and digits end a word', () => {
  expect(words([{ language: 'zh', otp: ['验证码'] }], '您的验证码是4829')).toEqual(['zh.otp 验证码|']);
  expect(words([{ language: 'common', otp: ['otp'] }], 'OTP482913 OTP를 котOTP')).toEqual([
    'common.otp OTP|',
    'common.otp OTP|',
  ]);
});

test('Cyrillic, Arabic and Hindi words end where the word ends', () => {
  expect(words([{ language: 'ru', code: ['код'] }], 'код кодекс')).toEqual(['ru.code код|']);
  expect(words([{ language: 'ar', code: ['رمز'] }], 'رمزك رمز')).toEqual(['ar.code رمز|']);
  expect(words([{ language: 'hi', code: ['कोड'] }], 'कोडिंग कोड')).toEqual(['hi.code कोड|']);
});

test('of nested words the longest is found, and hyphens and spaces are the same', () => {
  const pack = { language: 'en', code: ['code'], topic: ['promo code'], otp: ['one time code'] };
  expect(words([pack], 'promo code, one-time code')).toEqual(['en.topic promo code|', 'en.otp one-time code|']);
});

test('a word that two languages know means what it means in the language of the text', () => {
  const packs = [
    { language: 'es', topic: ['portal'], link: ['su', 'para'] },
    { language: 'xx', link: ['portal'], code: ['something', 'longer'] },
  ];
  expect(words(packs, 'something longer portal')).toContain('xx.link portal|');
  expect(words(packs, 'para su portal')).toContain('es.topic portal|');
});

test('what a word means in a language foreign to the text does not count against a number', () => {
  const packs = [
    { language: 'es', topic: ['portal'] },
    { language: 'en', otp: ['verification code'], link: ['your', 'enter', 'application'] },
  ];
  expect(
    words([...packs], 'enter your application portal verification code').some((word) => word.startsWith('es.')),
  ).toBe(false);
});

test('of a text full of words only so many are looked at', () => {
  expect(words([{ language: 'en', code: ['code'] }], 'code '.repeat(390)).length).toBe(300);
});

test('the packs hold their words as a message is read, each once, and of known kinds', () => {
  for (const { language, examples, letters = '', ...kinds } of readLanguagePacks()) {
    expect(new Set(letters).size, language).toBe(letters.length);
    expect(examples.match.length, language).toBeGreaterThanOrEqual(2);
    for (const [kind, list] of Object.entries(kinds)) {
      expect(wordKinds, language).toContain(kind);
      expect(list.map(normalise), `${language}.${kind}`).toEqual(list);
      expect(new Set(list).size, `${language}.${kind}`).toBe(list.length);
      for (const word of list) expect(word, `${language}.${kind}`).toMatch(/^\*?[^*]+\*?$/);
    }
  }
});
