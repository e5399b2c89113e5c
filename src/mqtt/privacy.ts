export type Disclosure = 'full' | 'masked' | 'off';

/** How much of a message leaves by MQTT. */
export interface Privacy {
  readonly otp: Disclosure;
  readonly text: Disclosure;
}

const letterOrDigit = /[\p{L}\p{N}]/u;

/** Each letter and digit as `*`; spaces and marks of punctuation stay. */
export function mask(text: string): string {
  return text.replace(/[\p{L}\p{N}]\p{M}*/gu, '*');
}

/** At most so many other characters may stand between two characters of a code that was written split. */
const widestGap = 3;

/** The text with each occurrence of the code masked, also where it is split (`123-456`) or in other digits. */
export function maskCode(text: string, code: string): string {
  const wanted = lettersOf(code).map((letter) => letter.value);
  const letters = lettersOf(text);
  if (wanted.length === 0) return text;
  const masked = new Set<number>();
  for (let at = 0; at + wanted.length <= letters.length; at += 1) {
    const run = letters.slice(at, at + wanted.length);
    if (!run.every((letter, i) => letter.value === wanted[i] && (i === 0 || letter.gap <= widestGap))) continue;
    for (const letter of run) masked.add(letter.position);
  }
  return [...text].map((char, position) => (masked.has(position) ? '*' : char)).join('');
}

interface Letter {
  /** Normalised and in lower case. */
  readonly value: string;
  /** Counted in code points. */
  readonly position: number;
  /** Visible characters between this one and the one before. */
  readonly gap: number;
}

function lettersOf(text: string): Letter[] {
  const letters: Letter[] = [];
  let gap = 0;
  for (const [position, char] of [...text].entries()) {
    for (const normal of char.normalize('NFKC')) {
      if (letterOrDigit.test(normal)) {
        letters.push({ value: plain(normal), position, gap });
        gap = 0;
      } else if (!/[\p{Cf}\p{M}]/u.test(normal)) {
        gap += 1;
      }
    }
  }
  return letters;
}

/** A digit of any script as its ASCII digit: each script has its ten in a row, zero first. */
function plain(char: string): string {
  if (!/\p{Nd}/u.test(char)) return char.toLowerCase();
  const point = char.codePointAt(0) ?? 0;
  let before = 0;
  while (/\p{Nd}/u.test(String.fromCodePoint(point - before - 1))) before += 1;
  return String(before % 10);
}
