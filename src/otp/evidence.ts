import { charClass, isCapital } from './fold.ts';
import type { Hit } from './lexicon.ts';
import type { Page } from './page.ts';
import { gapOf, type Reading } from './reading.ts';

/**
 * A word like `code` or `PIN` names any secret. What else the message says decides: a warning, a life of minutes or a
 * purpose speak for a one-time code; common words of its sentence that no pack knows speak of something else.
 */
const bySupport = [0.7, 0.8, 0.86, 0.88] as const;
/** Each strange letter of a common word costs this: dear where nothing speaks for a code. */
const letterCost = [0.025, 0.015, 0.01, 0.008] as const;
/** The nearest words say most: further away than this, in units, they are not counted. */
const reach = 48;
const looseLimit = 30;
/** A word grown onto the front of it, `cellarcode`, counts as so many letters more. */
const compound = 14;

/** The score of a word that names some secret, from 0 to 1, before any number is tied to it. */
export function weighPlain(reading: Reading, hit: Hit): number {
  const support = supportOf(reading, hit);
  const loose = Math.min(looseLetters(reading, hit), looseLimit);
  return Math.max(0, (bySupport[support] ?? 0) - loose * (letterCost[support] ?? 0));
}

/** How many kinds of words in the whole message speak for a one-time code. */
function supportOf({ byKind }: Reading, hit: Hit): number {
  const purpose =
    byKind.otp.length + byKind.receipt.length > 0 || byKind.qualifier.some((other) => other.start !== hit.start);
  return Number(byKind.warn.length > 0) + Number(byKind.term.length > 0) + Number(purpose);
}

/** Letters of the words around that no pack knows, and of what is grown onto the front of this one. */
function looseLetters({ page, gaps, hits }: Reading, hit: Hit): number {
  const grown =
    hit.start > 0 &&
    ((isGrown(page.classes, hit.start) && !isNamed(page, hit)) ||
      (isHan(page.text.charAt(hit.start - 1)) && !hits.some(({ end }) => end === hit.start)));
  return gaps.commonAround({ start: hit.start, end: hit.tail }, reach) + (grown ? compound : 0);
}

function isGrown(classes: Uint8Array, at: number): boolean {
  return classes[at - 1] === charClass.letter && classes[at] === charClass.letter;
}

/** `your Hjólakóði`: in the middle of a sentence, a capital begins a name, but in German any noun. */
function isNamed({ text, classes }: Page, { start, language }: Hit): boolean {
  if (language === 'de') return false;
  let at = start;
  while (at > 0 && classes[at - 1] === charClass.letter) at -= 1;
  return classes[at - 1] === charClass.space && classes[at - 2] === charClass.letter && isCapital(text.charCodeAt(at));
}

/** Chinese signs before a word for a number make it the number of something: `診察券番号`. */
function isHan(sign: string): boolean {
  return sign >= '\u4e00' && sign <= '\u9fff';
}

/** A purpose right before a number: `sign-in: 482913`. */
const byHint = 0.56;
const hintLetterCost = 0.01;

/** The score of a word that makes a code a one-time code where no code is named, before any number is tied to it. */
export function weighHint({ gaps }: Reading, hit: Hit): number {
  return byHint - hintLetterCost * gaps.commonAround({ start: hit.start, end: hit.tail }, reach);
}

/** What an imperative is worth by itself. */
const byAction = 0.62;
/** Where the message speaks of another kind of secret, it is worth less than a number needs. */
const byActionElsewhere = 0.45;
/** A screen or a box to type in, a warning or a life of minutes says what is typed. */
const supportedAction = 0.7;
const actionLetterCost = 0.015;

/** The score of a word that tells the reader to type something, before any number is tied to it. */
export function weighAction(reading: Reading, hit: Hit): number {
  const { byKind, gaps } = reading;
  const elsewhere = (other: Hit) => other.start < hit.start || gapOf(reading, hit, other).stops === 0;
  const topic = (other: Hit) => elsewhere(other) && !isDone(reading, other, hit);
  if (byKind.topic.some(topic) || byKind.place.some((other) => !isDone(reading, other, hit))) return byActionElsewhere;
  if (byKind.field.length + byKind.warn.length + byKind.term.length > 0) return supportedAction;
  return byAction - actionLetterCost * gaps.commonAround({ start: hit.start, end: hit.tail }, reach);
}

const ownNumber = /^[\s.:#-]{0,3}\d/;

/** `Seat 14. To change it, enter`: its own number is right behind it, and what is typed has a purpose of its own. */
function isDone(reading: Reading, other: Hit, hit: Hit): boolean {
  if (other.start > hit.start || gapOf(reading, other, hit).stops === 0) return false;
  const purpose = reading.byKind.qualifier.some(
    (word) => word.start < hit.start && word.start > other.start && gapOf(reading, word, hit).stops === 0,
  );
  return purpose && ownNumber.test(reading.page.text.slice(other.tail, other.tail + 4));
}
