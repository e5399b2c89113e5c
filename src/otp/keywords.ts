import { weighAction, weighHint, weighPlain } from './evidence.ts';
import { isCapital } from './fold.ts';
import type { Hit } from './lexicon.ts';
import { gapOf, type Reading, together, wholeWord } from './reading.ts';

/**
 * How surely a word announces a one-time code: `named` says so itself, `qualified` with a word beside it, `plain` is
 * a code of some kind, `hint` and `action` only speak of one.
 */
export type Strength = 'named' | 'qualified' | 'plain' | 'hint' | 'action';

/** A word that may announce the code. */
export interface Keyword extends Hit {
  readonly strength: Strength;
  /** It names some other secret: what follows it is none of ours. */
  readonly decoy: boolean;
  /** It is spoken of in a warning, or is dead: it announces nothing beyond its own sentence. */
  readonly warned: boolean;
  readonly dead: boolean;
  /** Nothing says that it is a one-time code, and the sentence before or behind speaks of another kind. */
  readonly doubtful: boolean;
  /** What it is worth right beside a number, from 0 to 1. */
  readonly weight: number;
}

/** A qualifier reaches this many strange letters and units. */
const qualifierReach = { strange: 12, length: 50 };
/** A topic turns every plain `code` of its sentence within so many units. */
const topicReach = 60;
const expiredReach = 14;
/** An errand and its number are so far apart at most, in units. */
const numberedReach = 8;
/** The hour that a code lives until stands so near, in units; what is done about an errand, too. */
const untilReach = 16;
const changedReach = 16;
/** An imperative stands so near the word, in units. */
const typedReach = 24;
/** Where the verb comes first, it stands right before the word. */
const expiredBefore = 3;

/** The words of a reading that may announce a code, in order. */
export function findKeywords(reading: Reading): Keyword[] {
  return reading.hits.flatMap((hit) => {
    const strength = strengthOf(reading, hit);
    if (strength === undefined) return [];
    const dead = isDead(reading, hit);
    const decoy = isDecoy(reading, hit, strength);
    const doubtful = isDoubtful(reading, hit, strength);
    const weight = weightOf(reading, hit, strength);
    return [{ ...hit, strength, decoy, dead, warned: isWarned(reading, hit), doubtful, weight }];
  });
}

const base = { named: 0.98, qualified: 0.96 };

function weightOf(reading: Reading, hit: Hit, strength: Strength): number {
  if (strength === 'plain') return weighPlain(reading, hit);
  if (strength === 'hint') return weighHint(reading, hit);
  return strength === 'action' ? weighAction(reading, hit) : base[strength];
}

function strengthOf(reading: Reading, hit: Hit): Strength | undefined {
  if (hit.kind === 'otp' || hit.kind === 'receipt') return 'named';
  if (hit.kind === 'qualifier') return 'hint';
  if (hit.kind === 'action') return isForbidden(reading, hit) ? undefined : 'action';
  if (hit.kind !== 'code') return undefined;
  const qualified = reading.byKind.qualifier.some((other) => {
    const gap = gapOf(reading, wholeWord(hit), wholeWord(other));
    return together(gap) && gap.strange <= qualifierReach.strange && gap.length <= qualifierReach.length;
  });
  return qualified ? 'qualified' : 'plain';
}

/** `do not enter`. */
function isForbidden(reading: Reading, hit: Hit): boolean {
  return reading.byKind.warn.some(({ start, tail }) => start < hit.start && hit.start - tail <= 1);
}

/** A topic beside a strong word, or in the sentence of a weak one, makes it some other secret. */
function isDecoy(reading: Reading, hit: Hit, strength: Strength): boolean {
  if (strength === 'action') return false;
  if (isSettled(reading, hit, strength)) return true;
  const brief = livesMinutes(reading, hit);
  const loose = strength === 'plain' || strength === 'hint' || (hit.kind === 'receipt' && !brief);
  const reach = loose ? topicReach : 2;
  const within = (other: Hit, units: number) => {
    const gap = gapOf(reading, wholeWord(hit), wholeWord(other));
    return gap.length <= units && together(gap);
  };
  const named = (other: Hit) => strength === 'named' && isName(reading, other, hit);
  if (reading.byKind.topic.some((other) => within(other, reach) && !named(other))) return true;
  const errand = (other: Hit) => within(other, reach) && !isNumbered(reading, other) && !isChanged(reading, other, hit);
  const own = hit.kind !== 'otp' && !isTyped(reading, hit, strength) && !brief;
  if (own && reading.byKind.errand.some(errand)) return true;
  // `OTP` and the like, which every language knows, are never the code of a door.
  const place = (other: Hit) => within(other, topicReach) && !named(other);
  return hit.language !== 'common' && reading.byKind.place.some(place);
}

/** A purpose may well be an errand, and a code be typed to get on with one: `to confirm your order`, `enter the code`. */
function isTyped(reading: Reading, hit: Hit, strength: Strength): boolean {
  if (strength === 'hint') return true;
  return (
    (strength === 'plain' || hit.kind === 'receipt') &&
    reading.byKind.action.some((action) => {
      const gap = gapOf(reading, wholeWord(action), wholeWord(hit));
      return together(gap) && gap.strange === 0 && gap.length <= typedReach;
    })
  );
}

/** What can be fetched can be fetched for longer than minutes; a courier comes in minutes, but that is said first. */
function livesMinutes({ byKind, pieces }: Reading, hit: Hit): boolean {
  const until = (term: Hit) =>
    pieces.some(({ shape, from }) => shape.id === 'time' && from >= term.start && from - term.tail <= untilReach);
  return byKind.term.some(
    (term) => term.start > hit.start && (byKind.unit.some(({ start }) => start === term.start) || until(term)),
  );
}

/** `to exchange your ticket, code 4821`: what is done about the errand is the purpose of the code behind the comma. */
function isChanged(reading: Reading, errand: Hit, hit: Hit): boolean {
  if (errand.start > hit.start || !reading.page.text.slice(errand.tail, hit.start).includes(',')) return false;
  return reading.byKind.qualifier.some((purpose) => {
    const gap = gapOf(reading, wholeWord(purpose), wholeWord(errand));
    return purpose.start < errand.start && together(gap) && gap.strange === 0 && gap.length <= changedReach;
  });
}

/** `your Garage verification code`: a capital in the middle of a sentence, where the word itself has none, begins a name. */
function isName({ page, gaps }: Reading, place: Hit, hit: Hit): boolean {
  if (place.language === 'common' || hit.language === 'de') return false;
  const capital = (at: number) => isCapital(page.text.charCodeAt(at));
  if (place.start >= hit.start || !capital(place.start) || capital(hit.start)) return false;
  const word = page.text.slice(0, place.start).search(/\p{L}/u);
  return word >= 0 && hit.start - place.tail <= 1 && gaps.between(word, hit.start).stops === 0;
}

/** `booking DGBTKA`: letters that number it. */
const locator = /^[ :#]{1,3}[A-Z]{5,7}(?![A-Za-z0-9])/;

/** An errand beside a number of its own: `request 60702918`. */
function isNumbered(reading: Reading, errand: Hit): boolean {
  return (
    locator.test(reading.page.text.slice(errand.tail, errand.tail + 12)) ||
    (reading.pieces.length > 1 &&
      reading.pieces.some(
        ({ from, end }) =>
          (from >= errand.tail && from - errand.tail <= numberedReach) ||
          (end <= errand.start && errand.start - end <= numberedReach),
      ))
  );
}

/** Where nothing is left to enter, the number of a payment or a booking is a reference. */
function isSettled(reading: Reading, hit: Hit, strength: Strength): boolean {
  const { byKind } = reading;
  if (byKind.action.length > 0) return false;
  if (hit.kind === 'receipt' && (byKind.done.length > 0 || isDated(reading))) return true;
  if (byKind.done.length === 0) return false;
  return strength !== 'named' && byKind.warn.length + byKind.term.length === 0;
}

const amounts = /^(?:amount|decimal)/;
const moments = /^(?:time|clock|date)/;

/** A sum with its card and its day or hour is history, where nothing lives for minutes and nobody warns. */
function isDated({ byKind, pieces }: Reading): boolean {
  if (byKind.term.length + byKind.warn.length > 0 || !pieces.some(({ shape }) => shape.id === 'tail')) return false;
  return pieces.some(({ shape }) => amounts.test(shape.id)) && pieces.some(({ shape }) => moments.test(shape.id));
}

function isDoubtful(reading: Reading, hit: Hit, strength: Strength): boolean {
  if (strength !== 'plain') return false;
  // A share of the price is taken off.
  if (reading.pieces.some(({ shape }) => shape.id === 'percent')) return true;
  const errands = reading.byKind.errand.filter(({ start }) => start < hit.start);
  return [...reading.byKind.topic, ...errands, ...reading.byKind.place].some((other) => {
    const gap = gapOf(reading, wholeWord(hit), wholeWord(other));
    return gap.stops + gap.newlines === 1 && gap.length <= topicReach;
  });
}

function isWarned(reading: Reading, hit: Hit): boolean {
  return reading.byKind.warn.some((other) => together(gapOf(reading, hit, other)));
}

/** `your code has expired`, `the previous code`. */
function isDead(reading: Reading, hit: Hit): boolean {
  if (hit.kind !== 'otp' && hit.kind !== 'code' && hit.kind !== 'receipt') return false;
  const former = reading.byKind.former.some((other) => {
    const gap = gapOf(reading, wholeWord(hit), wholeWord(other));
    return together(gap) && other.start <= hit.start && gap.length <= 2;
  });
  return former || reading.byKind.expired.some((other) => expires(reading, hit, other));
}

/** An `expired` behind the word kills it, unless there is a number between, which it kills instead. */
function expires(reading: Reading, hit: Hit, expired: Hit): boolean {
  const gap = gapOf(reading, wholeWord(hit), wholeWord(expired));
  if (!together(gap)) return false;
  if (expired.start < hit.start) {
    // `4821 has expired, new code 7733`: it killed what stands before it.
    const other = reading.pieces.some(
      (piece) => piece.end <= expired.start && together(gapOf(reading, piece, expired)),
    );
    return !other && gap.strange === 0 && gap.length <= expiredBefore;
  }
  if (gap.strange > expiredReach) return false;
  return !reading.pieces.some(({ start }) => start >= hit.end && start < expired.start);
}
