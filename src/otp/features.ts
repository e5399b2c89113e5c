import { charClass } from './fold.ts';
import type { Hit } from './lexicon.ts';
import { textLimit } from './normalise.ts';
import { wordKinds } from './pack.ts';
import type { Reading } from './reading.ts';
import type { Piece } from './shape.ts';

/** What a feature is about: a word of the message, what stands to the left or right of the number, … */
export const slotNames = [
  'word',
  'gram',
  'kind',
  'shape',
  'candidates',
  'pieces',
  'size',
  'hash',
  'sender',
  'left',
  'right',
  'left-word-1',
  'left-word-2',
  'right-word-1',
  'right-word-2',
  'left-kind-1',
  'left-kind-2',
  'left-kind-3',
  'right-kind-1',
  'right-kind-2',
  'form',
  'length',
  'opening',
  'closing',
  'left-shape',
  'right-shape',
] as const;
/** Its place among the names. */
export type Slot = number;

const slot = Object.fromEntries(slotNames.map((name, at) => [name, at])) as Record<(typeof slotNames)[number], Slot>;

/** Takes the features of a message or of a number in it, one by one. */
export interface FeatureSink {
  /** A stretch of `View.units`. */
  stretch(slot: Slot, from: number, to: number): void;
  /** One of a few known values. */
  value(slot: Slot, value: string): void;
}

/** A message as its features are read from it. Valid until the next message is viewed. */
export interface View {
  readonly reading: Reading;
  /** The folded text, `0` for every unit of what may be a code and every other digit, `1` for those of a mask. */
  readonly units: Uint16Array;
  readonly candidates: number;
}

const zero = 0x30;
const one = 0x31;
/** Scripts without spaces are read by so many signs at a time. */
const longestGram = 2;
/** Of a script without spaces, so many signs beside the number are its nearest word. */
const nearSigns = 4;
/** Longer words, and longer rows of digits, are cut. */
const longestWord = 16;
/** Words beside the number are looked for so far, in units. */
const nearReach = 40;
/** A number that starts before this unit opens the message. */
const openingReach = 8;

/** Telephone numbers are longer. */
const longestShortCode = 7;

const edges = [2, 4, 7] as const;
const numbers = Array.from({ length: 9 }, (_, at) => String(at));

// As in page.ts: one message at a time, nothing outlives the call.
const units = new Uint16Array(textLimit + 1);
/** What each unit belongs to: a row of equal marks is a token. */
const marks = new Uint8Array(textLimit + 1);
const mark = { none: 0, letter: 1, unspaced: 2, newline: 3, zero: 4, one: 5 } as const;
const markOfClass: Readonly<Record<number, number>> = {
  [charClass.letter]: mark.letter,
  [charClass.unspaced]: mark.unspaced,
  [charClass.newline]: mark.newline,
  [charClass.digit]: mark.zero,
};
const marksOfClasses = Uint8Array.from({ length: 8 }, (_, kind) => markOfClass[kind] ?? mark.none);

/** `candidates`: how many numbers of the message may be its code, masked ones included. */
export function viewMessage(reading: Reading, candidates: number): View {
  const { page, pieces } = reading;
  for (let at = 0; at < page.length; at += 1) {
    const kind = page.classes[at] ?? 0;
    units[at] = kind === charClass.digit ? zero : (page.folded[at] ?? 0);
    marks[at] = marksOfClasses[kind] ?? mark.none;
  }
  for (const { from, end, code } of pieces) {
    units.fill(code === undefined ? one : zero, from, end);
    marks.fill(code === undefined ? mark.one : mark.zero, from, end);
  }
  return { reading, units, candidates };
}

/** Every word of the message. */
export function readWords({ reading: { end: length } }: View, sink: FeatureSink): void {
  for (let at = 0; at < length; ) {
    const end = tokenEnd(at, length);
    if (marks[at] === mark.unspaced) readGrams(at, end, sink);
    else if (marks[at] !== mark.none) sink.stretch(slot.word, at, Math.min(end, at + longestWord));
    at = end;
  }
}

function readGrams(from: number, to: number, sink: FeatureSink): void {
  for (let at = from; at < to; at += 1) {
    for (let end = at + 1; end <= to && end <= at + longestGram; end += 1) sink.stretch(slot.gram, at, end);
  }
}

/** What the packs and the shapes find in the message, wherever it stands. */
export function readTraits({ reading, candidates }: View, sink: FeatureSink): void {
  const { byKind, pieces, page, end } = reading;
  for (const kind of wordKinds) if (byKind[kind].length > 0) sink.value(slot.kind, kind);
  for (let at = 0; at < pieces.length; at += 1) {
    const id = pieces[at]?.shape.id ?? '';
    if (pieces.findIndex(({ shape }) => shape.id === id) === at) sink.value(slot.shape, id);
  }
  sink.value(slot.candidates, numberOf(candidates, 6));
  sink.value(slot.pieces, numberOf(pieces.length, 8));
  sink.value(slot.size, numberOf(Math.floor(end / 20), 8));
  if (end < page.length) sink.value(slot.hash, '1');
  readSender(reading, sink);
}

/** Whether the sender has a name, and whether the text says it too. */
function readSender({ from, page }: Reading, sink: FeatureSink): void {
  const sender = from.trim();
  const isName = /\p{L}/u.test(sender);
  sink.value(
    slot.sender,
    isName ? 'name' : sender === '' ? 'none' : sender.length > longestShortCode ? 'number' : 'short',
  );
  if (isName && page.text.includes(sender)) sink.value(slot.sender, 'said');
}

/** What stands beside a number, and what it looks like. */
export function readNeighbours(view: View, piece: Piece, sink: FeatureSink): void {
  const { reading } = view;
  for (const n of edges) {
    sink.stretch(slot.left, Math.max(0, piece.start - n), piece.start);
    sink.stretch(slot.right, piece.end, Math.min(reading.end, piece.end + n));
  }
  readNearWords(view, piece, sink);
  readNearHits(reading.hits, piece, sink);
  sink.value(slot.form, piece.shape.id);
  sink.value(slot.length, numberOf(piece.code?.length ?? 0, 8));
  if (piece.start < openingReach) sink.value(slot.opening, '1');
  if (piece.end > reading.end - 3) sink.value(slot.closing, '1');
  const before = reading.pieces.findLast(({ end }) => end <= piece.start);
  const behind = reading.pieces.find(({ from }) => from >= piece.end);
  if (before !== undefined) sink.value(slot['left-shape'], before.shape.id);
  if (behind !== undefined) sink.value(slot['right-shape'], behind.shape.id);
}

const leftWords = [slot['left-word-1'], slot['left-word-2']];
const rightWords = [slot['right-word-1'], slot['right-word-2']];

function readNearWords({ reading: { end: length } }: View, piece: Piece, sink: FeatureSink): void {
  let at = piece.start;
  for (let found = 0; found < leftWords.length && at > 0 && piece.start - at < nearReach; ) {
    const start = tokenStart(at);
    const word = leftWords[found];
    if (word !== undefined && marks[start] !== mark.none) {
      const from = Math.max(start, at - longestOf(start));
      sink.stretch(word, from, at);
      found += 1;
    }
    at = start;
  }
  at = piece.end;
  for (let found = 0; found < rightWords.length && at < length && at - piece.end < nearReach; ) {
    const end = tokenEnd(at, length);
    const word = rightWords[found];
    if (word !== undefined && marks[at] !== mark.none) {
      const to = Math.min(end, at + longestOf(at));
      sink.stretch(word, at, to);
      found += 1;
    }
    at = end;
  }
}

function longestOf(at: number): number {
  return marks[at] === mark.unspaced ? nearSigns : longestWord;
}

const leftKinds = [slot['left-kind-1'], slot['left-kind-2'], slot['left-kind-3']];
const rightKinds = [slot['right-kind-1'], slot['right-kind-2']];

/** The known words before a number and behind it, nearest first. */
function readNearHits(hits: readonly Hit[], piece: Piece, sink: FeatureSink): void {
  let found = 0;
  for (let at = hits.length - 1; at >= 0 && found < leftKinds.length; at -= 1) {
    const [hit, place] = [hits[at], leftKinds[found]];
    if (hit === undefined || place === undefined || hit.tail > piece.start) continue;
    sink.value(place, hit.kind);
    found += 1;
  }
  found = 0;
  for (let at = 0; at < hits.length && found < rightKinds.length; at += 1) {
    const [hit, place] = [hits[at], rightKinds[found]];
    if (hit === undefined || place === undefined || hit.start < piece.end) continue;
    sink.value(place, hit.kind);
    found += 1;
  }
}

function numberOf(count: number, most: number): string {
  return numbers[Math.min(count, most)] ?? '';
}

function tokenEnd(at: number, length: number): number {
  let end = at + 1;
  while (end < length && marks[end] === marks[at]) end += 1;
  return end;
}

/** `at`: where the token ends. */
function tokenStart(at: number): number {
  let start = at - 1;
  while (start > 0 && marks[start - 1] === marks[at - 1]) start -= 1;
  return start;
}
