/** How many UTF-16 units of a message are looked at, before and after normalising: 26 and 13 parts. */
const rawLimit = 4_000;
export const textLimit = 2_000;

const plain = /^[\n!-~]*(?: [\n!-~]+)*$/;
// The frame of a keycap too: `4️⃣`.
const invisible = /[\p{Default_Ignorable_Code_Point}\p{Cf}]|\u20e3/gu;
// NFKC would leave `，` and `,` the same, and `134560，5` would read as a decimal.
const wideComma = /[，﹐]/g;
const dashes = /[‐-―−]/g;
const nativeDigit = /[^\P{Nd}0-9]/gu;
const digit = /^\p{Nd}$/u;
/** What `plainSigns` replaces; most texts have none of it. */
const odd = /[\p{Default_Ignorable_Code_Point}\p{Cf}]|[^\P{Nd}0-9]|[\u20e3‐-―−٫٬\0-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]/u;

/**
 * The text as the rules see it: NFKC, native digits as ASCII, nothing invisible, one kind of dash, single spaces,
 * at most `textLimit` units. Every code found consists of characters of this text.
 */
export function normalise(text: string): string {
  if (plain.test(text)) return joinSpelled(text.slice(0, textLimit), apartInLatin);
  const composed = text.slice(0, rawLimit).replace(wideComma, ', ').replace(/№/g, 'No. ').normalize('NFKC');
  const clean = (odd.test(composed) ? plainSigns(composed) : composed.slice(0, rawLimit))
    .replace(/[^\S \n\r\u2028\u2029][^\S\n\r\u2028\u2029]*| [^\S\n\r\u2028\u2029]+/g, ' ')
    .replace(/ ?[\n\r\u2028\u2029]\s*/g, '\n')
    .slice(0, textLimit);
  return joinSpelled(oneAlphabet(clean), apart);
}

/** Nothing invisible, digits as ASCII, one kind of dash. */
function plainSigns(text: string): string {
  return text
    .replace(invisible, '')
    .slice(0, rawLimit)
    .replace(nativeDigit, asciiDigit)
    .replace(dashes, '-')
    .replace(/٫/g, '.')
    .replace(/٬/g, ',')
    .replace(/[\0-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]/g, '');
}

const apartInLatin = /[ .-][A-Za-z][ .-][A-Za-z](?![A-Za-z])/;
const apart = /[ .-]\p{L}[ .-]\p{L}(?!\p{L})/u;
const spaced = /(?<!\p{L})\p{L}(?: \p{L}){3,40}(?!\p{L})/gu;
/** Three of them may be words: `P I N 4821`. */
const shortSpaced = /(?<!\p{L})\p{L} \p{L} \p{L}(?=[ :=-]{1,3}\d)/gu;
const signed = /(?<![\p{L}\p{N}@/.-])\p{L}(?:[.-]\p{L}){2,20}(?!\p{L}|\p{N}|[.-][\p{L}\p{N}])/gu;
const framed = /\d[)\]}>] ?[([{<]\d/;
const framedDigits = /(?<![\p{L}\p{N}])(?:[([{<]\d[)\]}>] ?){4,8}(?![\p{L}\p{N}([{<])/gu;

/** `C O D E` and `c.o.d.e` are words, `[4][8][2][9]` is a number, spelled out to get past filters. */
function joinSpelled(text: string, apart: RegExp): string {
  const joined = apart.test(text)
    ? [spaced, shortSpaced, signed].reduce((read, spelled) => read.replace(spelled, joinLetters), text)
    : text;
  return framed.test(joined) ? joined.replace(framedDigits, joinDigits) : joined;
}

function joinLetters(letters: string): string {
  return letters.replace(/[ .-]/g, '');
}

function joinDigits(digits: string): string {
  return digits.replace(/\D/g, '') + (digits.endsWith(' ') ? ' ' : '');
}

const mixed = /[a-z][а-яіј]|[а-яіј][a-z]/i;
const mixedWord = /[a-zа-яіј]{2,30}/gi;
const latin = /[a-z]/gi;
const cyrillic = /[а-яіј]/gi;
const latinTwins = 'aceijkmoptxyABCEHIJKMOPTXY';
const cyrillicTwins = 'асеіјкмортхуАВСЕНІЈКМОРТХУ';

/** Latin letters in a Cyrillic word, or the other way round, stand for those they look like. */
function oneAlphabet(text: string): string {
  return mixed.test(text) ? text.replace(mixedWord, unmix) : text;
}

function unmix(word: string): string {
  const [inLatin, inCyrillic] = [word.match(latin) ?? [], word.match(cyrillic) ?? []];
  const [few, from, to] =
    inLatin.length > inCyrillic.length ? [inCyrillic, cyrillicTwins, latinTwins] : [inLatin, latinTwins, cyrillicTwins];
  if (few.length === 0 || few.some((letter) => !from.includes(letter))) return word;
  return Array.from(word, (letter) => to[from.indexOf(letter)] ?? letter).join('');
}

const digits = new Map<string, string>();

/** Unicode's decimal digits lie in runs of ten that start at zero. */
function asciiDigit(char: string): string {
  const known = digits.get(char);
  if (known !== undefined) return known;
  const code = char.codePointAt(0) ?? 0;
  let first = code;
  while (digit.test(String.fromCodePoint(first - 1))) first -= 1;
  const found = String((code - first) % 10);
  digits.set(char, found);
  return found;
}
