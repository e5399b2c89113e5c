import { charClass, classOf, foldAt } from './fold.ts';
import { type LanguagePack, type WordKind, wordKinds } from './pack.ts';
import type { Page } from './page.ts';
import { buildTrie, type Entry, follow, leafAt, rootAt, step, type Trie } from './trie.ts';

/** A word of a pack, found in a text. */
export interface Hit {
  readonly kind: WordKind;
  readonly language: string;
  readonly start: number;
  readonly end: number;
  /** Where the whole word ends: `end` and any ending the pack allows. */
  readonly tail: number;
}

interface Word {
  readonly kind: WordKind;
  readonly pack: number;
  /** Latin words of up to two letters: too common across languages to count outside their own. */
  readonly short: boolean;
  readonly naming: boolean;
  readonly against: boolean;
}

/** All words of all packs, in two tries: every word, and those that may start inside a word of the text. */
export interface Lexicon {
  readonly languages: readonly string[];
  readonly words: Trie<Word>;
  readonly inner: Trie<Word>;
  /** By pack: its words turn up in messages of every language. */
  readonly native: readonly boolean[];
  /** The packs whose language has a letter that most others have not, by UTF-16 unit. */
  readonly letters: ReadonlyMap<number, readonly number[]>;
  /** 1 for each unit that `letters` knows: most do not ask. */
  readonly telling: Uint8Array;
  /** One message is weighed at a time, and its weights are not kept. */
  readonly weights: Weights;
}

interface Span {
  readonly start: number;
  readonly end: number;
  readonly words: readonly Word[];
  /** A shorter word was found at the same place. */
  readonly nested: boolean;
}

/** More words than this in one message are hostile; the rest of it is not read. */
const spanLimit = 300;
/** The packs whose words turn up in messages of every language. */
const everywhere: ReadonlySet<string> = new Set(['common', 'en']);
/** What else a word may mean in a language foreign to the text does not count against a number. */
const against: ReadonlySet<WordKind> = new Set([
  'topic',
  'errand',
  'place',
  'former',
  'done',
  'label',
  'number',
  'trailer',
  'unit',
  'warn',
  'expired',
]);
/** What names a code names one in a text of any language. */
const naming: ReadonlySet<WordKind> = new Set(['otp', 'receipt']);
/** A language that knows less than this share of what the main one does, besides what both know, is foreign to the text. */
const foreignShare = 0.33;
/** What a letter of few languages says, in units. */
const letterWeight = 2;

export function buildLexicon(packs: readonly LanguagePack[]): Lexicon {
  const words: Entry<Word>[] = [];
  const inner: Entry<Word>[] = [];
  for (const [pack, list] of packs.entries()) {
    for (const kind of wordKinds) {
      const usual = { kind, pack, short: false, naming: naming.has(kind), against: against.has(kind) };
      const meanings = { usual, short: { ...usual, short: true } };
      for (const word of list[kind] ?? []) {
        const { entry, anywhere } = readWord(word, meanings);
        words.push(entry);
        if (anywhere) inner.push(entry);
      }
    }
  }
  const languages = packs.map((pack) => pack.language);
  const native = languages.map((language) => everywhere.has(language));
  const letters = indexLetters(packs);
  const telling = new Uint8Array(0x10000);
  for (const unit of letters.keys()) telling[unit] = 1;
  const weights = {
    all: new Float64Array(packs.length),
    alone: new Float64Array(packs.length),
    foreign: new Uint8Array(packs.length),
  };
  return { languages, native, words: buildTrie(words), inner: buildTrie(inner), letters, telling, weights };
}

function indexLetters(packs: readonly LanguagePack[]): Map<number, number[]> {
  const letters = new Map<number, number[]>();
  for (const [pack, { letters: own = '' }] of packs.entries()) {
    for (let at = 0; at < own.length; at += 1) {
      const unit = own.charCodeAt(at);
      letters.set(unit, [...(letters.get(unit) ?? []), pack]);
    }
  }
  return letters;
}

/** The words of a page by start; of nested ones the longest. A word of several kinds is there once for each. */
export function findWords(lexicon: Lexicon, page: Page): Hit[] {
  const all = findSpans(lexicon, page, undefined);
  if (all.length === 0) return [];
  const main = weigh(all, lexicon, page);
  const { all: weights, foreign } = lexicon.weights;
  // A long word of a foreign language may hide a short one of the text's own.
  const hidden = all.some((span) => mayHide(page, span) && span.words.every((word) => isForeign(word, foreign)));
  const spans = hidden ? findSpans(lexicon, page, foreign) : all;
  const hits: Hit[] = [];
  for (const span of spans) {
    const pack = languageOf(span, weights, foreign);
    const language = lexicon.languages[pack] ?? '';
    const own = weights[pack] === weights[main] || language === 'common';
    const tail = wordEnd(page, span.end);
    for (const word of span.words) {
      if ((word.pack !== pack && !isEverywhere(word, lexicon)) || (word.short && !own) || isForeign(word, foreign))
        continue;
      hits.push({ kind: word.kind, language, start: span.start, end: span.end, tail });
    }
  }
  return hits;
}

/** A `wifi` is a network in every language, whatever else it is in one. */
function isEverywhere({ pack, kind }: Word, { languages }: Lexicon): boolean {
  return kind === 'place' && languages[pack] === 'common';
}

/** A shorter word starts where it does, or another word inside it. */
function mayHide(page: Page, { start, end, nested }: Span): boolean {
  if (nested) return true;
  for (let at = start; at < end; at += 1) if (page.classes[at] !== charClass.letter) return true;
  return false;
}

function isForeign(word: Word, foreign: Uint8Array): boolean {
  return !word.naming && foreign[word.pack] === 1;
}

/** Reads `word`, `word*` and `*word`; packs hold their words normalised. */
function readWord(
  word: string,
  meanings: { readonly usual: Word; readonly short: Word },
): { readonly entry: Entry<Word>; readonly anywhere: boolean } {
  const inside = word.startsWith('*');
  const open = word.length > 1 && word.endsWith('*');
  const text = word.slice(inside ? 1 : 0, open ? -1 : undefined);
  const codes: number[] = [];
  for (let at = 0; at < text.length; at += 1) codes.push(foldAt(text, at));
  const units = String.fromCharCode(...codes);
  const spaced = classOf(text.charCodeAt(0)) === charClass.letter;
  const short = text.length <= 2 && spaced && text.charCodeAt(0) < 0x250;
  return { entry: { units, value: short ? meanings.short : meanings.usual, open }, anywhere: inside || !spaced };
}

function findSpans(lexicon: Lexicon, page: Page, foreign: Uint8Array | undefined): Span[] {
  const spans: Span[] = [];
  let covered = 0;
  for (let at = 0; at < page.length && spans.length < spanLimit; at += 1) {
    const trie = startsWord(page, at) ? lexicon.words : lexicon.inner;
    const root = rootAt(trie, page.folded, at);
    if (root === 0) continue;
    const span = longest(page, at, root, { trie, foreign });
    if (span === undefined || span.end <= covered) continue;
    covered = span.end;
    spans.push(span);
  }
  return spans;
}

interface Search {
  readonly trie: Trie<Word>;
  /** Packs whose words are passed over, except those that name a code. */
  readonly foreign: Uint8Array | undefined;
}

/** `root`: the node of the first unit. */
function longest(page: Page, start: number, root: number, { trie, foreign }: Search): Span | undefined {
  let node = root;
  let found: Span | undefined;
  for (let end = follow(trie, node, page.folded, start + 1); end >= 0; end = follow(trie, node, page.folded, end + 1)) {
    const leaf = leafAt(trie, node);
    if (leaf !== undefined) {
      const words = endsWord(page, end) ? leaf.closed : leaf.open;
      if (words.length > 0 && (foreign === undefined || words.some((word) => !isForeign(word, foreign)))) {
        found = { start, end, words, nested: found !== undefined };
      }
    }
    node = step(trie, node, page.folded[end] ?? 0);
    if (node === 0) break;
  }
  return found;
}

/** By pack. */
interface Weights {
  /** How much of the text it explains, in units. */
  readonly all: Float64Array;
  /** How much of it the main pack does not. */
  readonly alone: Float64Array;
  /** 1 where its words are there by chance: what it knows and the main one does not is too little to speak of. */
  readonly foreign: Uint8Array;
}

/** Fills the lexicon's weights; returns the pack that explains most of the text. */
function weigh(spans: readonly Span[], lexicon: Lexicon, page: Page): number {
  const { all, alone, foreign } = lexicon.weights;
  all.fill(0);
  for (const { words, start, end } of spans) {
    let last = -1;
    for (const { pack } of words) {
      if (pack !== last) all[pack] = (all[pack] ?? 0) + (end - start);
      last = pack;
    }
  }
  weighLetters(all, lexicon, page);
  let main = 0;
  for (let pack = 1; pack < all.length; pack += 1) if ((all[pack] ?? 0) > (all[main] ?? 0)) main = pack;
  const least = (all[main] ?? 0) * foreignShare;
  speakAlone(spans, main, alone);
  for (let pack = 0; pack < all.length; pack += 1) {
    foreign[pack] = lexicon.native[pack] !== true && pack !== main && (alone[pack] ?? 0) < least ? 1 : 0;
  }
  return main;
}

/** A letter that few languages write tells them from the others. */
function weighLetters(weights: Float64Array, { letters, telling }: Lexicon, page: Page): void {
  for (let at = 0; at < page.length; at += 1) {
    const unit = page.text.charCodeAt(at);
    if (telling[unit] !== 1) continue;
    for (const pack of letters.get(unit) ?? []) weights[pack] = (weights[pack] ?? 0) + letterWeight;
  }
}

/** How much each pack explains that the main one does not, by words that do not count against a number. */
function speakAlone(spans: readonly Span[], main: number, alone: Float64Array): void {
  alone.fill(0);
  for (const { words, start, end } of spans) {
    if (knows(words, main)) continue;
    let last = -1;
    for (const { pack, against: counts } of words) {
      if (pack === last || counts) continue;
      alone[pack] = (alone[pack] ?? 0) + (end - start);
      last = pack;
    }
  }
}

/** The words of a span lie in the order of their packs. */
function knows(words: readonly Word[], main: number): boolean {
  for (const { pack } of words) if (pack >= main) return pack === main;
  return false;
}

/** A word that several languages know means what it means in the one that explains most of the text. */
function languageOf(span: Span, weights: Float64Array, foreign: Uint8Array): number {
  let chosen = -1;
  for (const word of span.words) {
    if (isForeign(word, foreign)) continue;
    if (chosen < 0 || (weights[word.pack] ?? 0) > (weights[chosen] ?? 0)) chosen = word.pack;
  }
  return chosen;
}

/** Between scripts, and between letters and digits, a new word starts without a space. */
function startsWord(page: Page, at: number): boolean {
  return page.classes[at] !== charClass.letter || page.classes[at - 1] !== charClass.letter;
}

function endsWord(page: Page, at: number): boolean {
  return page.classes[at] !== charClass.letter || page.classes[at - 1] !== charClass.letter;
}

function wordEnd(page: Page, end: number): number {
  if (page.classes[end - 1] !== charClass.letter) return end;
  let at = end;
  while (at < page.length && page.classes[at] === charClass.letter) at += 1;
  return at;
}
