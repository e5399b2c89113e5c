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

/**
 * The text as the rules see it: NFKC, native digits as ASCII, nothing invisible, one kind of dash, single spaces,
 * at most `textLimit` units. Every code found consists of characters of this text.
 */
export function normalise(text: string): string {
  if (plain.test(text)) return joinSpelled(text.slice(0, textLimit));
  const clean = text
    .slice(0, rawLimit)
    .replace(wideComma, ', ')
    .replace(/№/g, 'No. ')
    .normalize('NFKC')
    .replace(invisible, '')
    .slice(0, rawLimit)
    .replace(nativeDigit, asciiDigit)
    .replace(dashes, '-')
    .replace(/٫/g, '.')
    .replace(/٬/g, ',')
    .replace(/[\0-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]/g, '')
    .replace(/[^\S\n\r\u2028\u2029]+/g, ' ')
    .replace(/ ?[\n\r\u2028\u2029]\s*/g, '\n')
    .slice(0, textLimit);
  return joinSpelled(clean);
}

const spaced = /\p{L} \p{L} \p{L} \p{L}(?!\p{L})/u;
const spelled = /(?<!\p{L})\p{L}(?: \p{L}){3,40}(?!\p{L})/gu;

/** `C O D E` is a word, spelled out to get past filters. */
function joinSpelled(text: string): string {
  return spaced.test(text) ? text.replace(spelled, (letters) => letters.replaceAll(' ', '')) : text;
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
