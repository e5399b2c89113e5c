/** What a UTF-16 unit is, for word boundaries and gaps. */
export const charClass = { other: 0, letter: 1, unspaced: 2, digit: 3, space: 4, newline: 5, stop: 6 } as const;

const unknown = 0xffff;
const folded = new Uint16Array(0x10000).fill(unknown);
const classes = new Uint8Array(0x10000).fill(0xff);

const specials: Readonly<Record<string, string>> = {
  ı: 'i',
  ł: 'l',
  đ: 'd',
  ð: 'd',
  ø: 'o',
  ß: 's',
  ħ: 'h',
  ς: 'σ',
  أ: 'ا',
  إ: 'ا',
  آ: 'ا',
  ٱ: 'ا',
  ى: 'ي',
  ی: 'ي',
  ئ: 'ي',
  ک: 'ك',
  ة: 'ه',
  ۀ: 'ه',
  ؤ: 'و',
  '-': ' ',
  _: ' ',
  '’': "'",
  '‘': "'",
  '`': "'",
  '´': "'",
  ʼ: "'",
};
const accented = /[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}]/u;
const withoutSpaces =
  /[\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}\p{scx=Hangul}\p{scx=Thai}\p{scx=Lao}\p{scx=Khmer}\p{scx=Myanmar}]/u;
const letterOrMark = /[\p{L}\p{M}]/u;

/** One UTF-16 unit without case and accent, always one unit, so that places in the text stay the same. */
export function foldUnit(unit: number): number {
  const known = folded[unit] ?? unknown;
  if (known !== unknown) return known;
  const char = String.fromCharCode(unit);
  const lower = char.toLowerCase().charAt(0);
  const base = accented.test(lower) ? lower.normalize('NFD').charAt(0) : lower;
  const result = (specials[lower] ?? specials[base] ?? base).charCodeAt(0);
  folded[unit] = result;
  return result;
}

const twins = 'oi2ea';
const cyrillicTwins = 'оі2за';

/** The unit at a place, folded; a digit between letters as the letter it looks like: `c0de`. */
export function foldAt(text: string, at: number): number {
  const unit = text.charCodeAt(at);
  if (unit < 0x30 || unit > 0x34 || at === 0) return foldUnit(unit);
  const [before, after] = [text.charCodeAt(at - 1), text.charCodeAt(at + 1)];
  if (classOf(before) !== charClass.letter || Number.isNaN(after) || classOf(after) !== charClass.letter) return unit;
  return (before >= 0x400 && before < 0x530 ? cyrillicTwins : twins).charCodeAt(unit - 0x30);
}

/** The class of one UTF-16 unit. Letters of scripts without spaces between words are a class of their own. */
export function classOf(unit: number): number {
  const known = classes[unit] ?? 0xff;
  if (known !== 0xff) return known;
  const found = classify(String.fromCharCode(unit));
  classes[unit] = found;
  return found;
}

function classify(char: string): number {
  if (char >= '0' && char <= '9') return charClass.digit;
  if (char === '\n') return charClass.newline;
  if (char === ' ') return charClass.space;
  if ('.!?。！？।॥۔؟։።။'.includes(char)) return charClass.stop;
  if (!letterOrMark.test(char)) return charClass.other;
  return withoutSpaces.test(char) ? charClass.unspaced : charClass.letter;
}

/** True for a capital letter of a script that has them. */
export function isCapital(unit: number): boolean {
  if (unit < 0x80) return unit >= 0x41 && unit <= 0x5a;
  if (unit >= 0x590 && unit < 0x10a0) return false;
  const char = String.fromCharCode(unit);
  return char !== char.toLowerCase();
}
