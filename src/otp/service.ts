import type { Reading } from './reading.ts';
import type { Candidate } from './score.ts';

/** A service's name is short; longer than this it is a sentence. */
const nameLimit = 30;
const bracketed = /^(?:<#> ?|\[#\] ?)?(?:\[([^\][]{2,30})\]|【([^】]{1,30})】|<([^<>#]{2,30})>)/;
const bracketedLast = /(?:\[([^\][]{2,30})\]|【([^】]{1,30})】)$/;
const word = "[\\p{Lu}\\p{N}](?:[\\p{L}\\p{M}\\p{N}&'+-]|\\.(?=\\p{L})){0,20}";
const name = `(${word}(?: ${word}){0,2})`;
/** `Contoso: 123456 is`, `Contoso - 123456`. */
const opening = new RegExp(`^(?:<#> ?)?${name} ?(?::|-(?= )) `, 'u');
/** The name right before the word that names the code: `your Contoso code`. */
const rightBefore = new RegExp(`(?:^|[ (])${name} $`, 'u');
/** `code for Contoso is`, `Code für Contoso:`, at the end of its sentence or before the code. */
const fors = 'for|para|pour|per|voor|för|til|dla|pro|pre|для|за|untuk|için';
const rightBehind = new RegExp(`^ (?:${fors}) ${name}(?=[:.,!]|$| -| (?:is|es|est|è|to|ni) )`, 'u');
const letter = /\p{L}/u;
/** Names that senders' gateways give, which name no service. */
const anonymous =
  /^(?:otp|sms|smsinfo|infosms|info|msg|message|auth|authmsg|verify|verification|verif|code|notice|alert|alerts|security|service|login|signin|2fa|mfa|pin|tan|bank|system|support|no-?reply|unknown|test|hello|hi|dear|mobile|phone|web발신|국외발신|국제발신)$/i;
/** Indian headers carry operator and circle before the name and a kind behind it: `VM-HDFCBK-S`. */
const indianHeader = /^[A-Z]{2}-([A-Z0-9]{3,9})(?:-[A-Z])?$/;

/** The service a code is for, where the text says so or its sender has a name; else undefined. Never a guess. */
export function readService(reading: Reading, winner: Candidate): string | undefined {
  const { text } = reading.page;
  return inBrackets(reading) ?? besideWord(reading, winner) ?? atStart(reading, text) ?? bySender(reading.from);
}

function inBrackets(reading: Reading): string | undefined {
  const { text } = reading.page;
  const [first, last] = [bracketed.exec(text), bracketedLast.exec(text.slice(-nameLimit - 2))];
  for (const found of [first, last]) {
    const inside = found?.slice(1).find((part) => part !== undefined);
    const start = found === last ? text.length - (found?.[0].length ?? 0) + 1 : text.indexOf(inside ?? '');
    const clean = cleaned(inside);
    if (clean !== undefined && !isKnown(reading, start, start + clean.length)) return clean;
  }
  return undefined;
}

function atStart(reading: Reading, text: string): string | undefined {
  const found = cleaned(opening.exec(text.slice(0, 2 * nameLimit))?.[1]);
  if (found === undefined) return undefined;
  const start = text.indexOf(found);
  return isKnown(reading, start, start + found.length) ? undefined : found;
}

/** Names stand before the word or behind it; in German every noun is capitalised, so there only before. */
function besideWord(reading: Reading, winner: Candidate): string | undefined {
  const keyword = winner.keyword;
  if (keyword === undefined) return undefined;
  const { text } = reading.page;
  const head = text.slice(Math.max(0, keyword.start - 2 * nameLimit), keyword.start);
  const before = knownTail(reading, keyword.start, cleaned(rightBefore.exec(head)?.[1]));
  if (before !== undefined) return before;
  if (keyword.language === 'de') return undefined;
  const found = cleaned(rightBehind.exec(text.slice(keyword.tail, keyword.tail + 2 * nameLimit))?.[1]);
  if (found === undefined) return undefined;
  const start = text.indexOf(found, keyword.tail);
  return isKnown(reading, start, start + found.length) ? undefined : found;
}

/** What is left of `Your Contoso` when the words that a pack knows are taken off its front. */
function knownTail(reading: Reading, end: number, found: string | undefined): string | undefined {
  if (found === undefined) return undefined;
  let rest = found;
  for (let start = end - 1 - rest.length; rest !== ''; start = end - 1 - rest.length) {
    const first = rest.split(' ', 1)[0] ?? '';
    if (!isKnown(reading, start, start + first.length)) return cleaned(rest);
    rest = rest.slice(first.length + 1);
  }
  return undefined;
}

/** True where a word of a pack, or a number that may be the code, stands in the stretch. */
function isKnown(reading: Reading, start: number, end: number): boolean {
  const inside = (from: number, to: number) => from < end && to > start;
  return (
    reading.hits.some((hit) => inside(hit.start, hit.tail)) ||
    reading.pieces.some((piece) => piece.code !== undefined && inside(piece.from, piece.end))
  );
}

/** A sender that is a name; a number or a gateway's own label names nothing. */
function bySender(from: string): string | undefined {
  const sender = from.trim();
  return cleaned(indianHeader.exec(sender)?.[1] ?? (/^[^+\d]|\p{L}{3}/u.test(sender) ? sender : undefined));
}

function cleaned(found: string | undefined): string | undefined {
  const clean = found?.trim().replace(/[.:'-]{1,5}$/, '');
  if (clean === undefined || clean.length < 2 || clean.length > nameLimit) return undefined;
  return letter.test(clean) && !anonymous.test(clean) ? clean : undefined;
}
