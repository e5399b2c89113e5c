import { charClass, classOf, foldUnit } from './fold.ts';
import { type LanguagePack, type WordKind, wordKinds } from './pack.ts';
import type { Page } from './page.ts';
import { buildTrie, type Entry, step, type Trie } from './trie.ts';

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
}

/** All words of all packs, in two tries: every word, and those that may start inside a word of the text. */
export interface Lexicon {
  readonly languages: readonly string[];
  readonly words: Trie<Word>;
  readonly inner: Trie<Word>;
}

interface Span {
  readonly start: number;
  readonly end: number;
  readonly words: readonly Word[];
}

/** More words than this in one message are hostile; the rest of it is not read. */
const spanLimit = 300;
/** The packs whose words turn up in messages of every language. */
const everywhere: ReadonlySet<string> = new Set(['common', 'en']);
/** What else a word may mean in a language foreign to the text does not count against a number. */
const against: ReadonlySet<WordKind> = new Set([
  'topic',
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
/** A language whose words for codes explain less than this share of what the text's own explains is foreign to it. */
const foreignShare = 0.25;

export function buildLexicon(packs: readonly LanguagePack[]): Lexicon {
  const words: Entry<Word>[] = [];
  const inner: Entry<Word>[] = [];
  for (const [pack, list] of packs.entries()) {
    for (const kind of wordKinds) {
      const meanings = { usual: { kind, pack, short: false }, short: { kind, pack, short: true } };
      // With and without accents, many words are the same.
      const seen = new Set<string>();
      for (const word of list[kind] ?? []) {
        const { entry, anywhere } = readWord(word, meanings);
        const key = `${entry.open} ${anywhere} ${entry.units}`;
        if (seen.has(key)) continue;
        seen.add(key);
        words.push(entry);
        if (anywhere) inner.push(entry);
      }
    }
  }
  return { languages: packs.map((pack) => pack.language), words: buildTrie(words), inner: buildTrie(inner) };
}

/** The words of a page by start; of nested ones the longest. A word of several kinds is there once for each. */
export function findWords(lexicon: Lexicon, page: Page): Hit[] {
  const spans = findSpans(lexicon, page);
  if (spans.length === 0) return [];
  const { weights, speaking } = weigh(spans, lexicon.languages.length);
  let heaviest = 0;
  for (const weight of weights) if (weight > heaviest) heaviest = weight;
  const hits: Hit[] = [];
  for (const span of spans) {
    const pack = languageOf(span, weights);
    const language = lexicon.languages[pack] ?? '';
    const weight = weights[pack] ?? 0;
    const own = weight === heaviest || language === 'common';
    const explains = (speaking[pack] ?? 0) >= heaviest * foreignShare || weight >= heaviest * 0.5;
    const foreign = !explains && !everywhere.has(language);
    const tail = wordEnd(page, span.end);
    for (const word of span.words) {
      if (word.pack !== pack || (word.short && !own) || (foreign && against.has(word.kind))) continue;
      hits.push({ kind: word.kind, language, start: span.start, end: span.end, tail });
    }
  }
  return hits;
}

/** Reads `word`, `word*` and `*word`; packs hold their words normalised. */
function readWord(
  word: string,
  meanings: { readonly usual: Word; readonly short: Word },
): { readonly entry: Entry<Word>; readonly anywhere: boolean } {
  const inside = word.startsWith('*');
  const open = word.length > 1 && word.endsWith('*');
  const text = word.slice(inside ? 1 : 0, open ? -1 : undefined);
  let units = '';
  for (let at = 0; at < text.length; at += 1) units += String.fromCharCode(foldUnit(text.charCodeAt(at)));
  const spaced = classOf(text.charCodeAt(0)) === charClass.letter;
  const short = text.length <= 2 && spaced && text.charCodeAt(0) < 0x250;
  return { entry: { units, value: short ? meanings.short : meanings.usual, open }, anywhere: inside || !spaced };
}

function findSpans(lexicon: Lexicon, page: Page): Span[] {
  const spans: Span[] = [];
  let covered = 0;
  for (let at = 0; at < page.length && spans.length < spanLimit; at += 1) {
    const span = longest(page, at, startsWord(page, at) ? lexicon.words : lexicon.inner);
    if (span === undefined || span.end <= covered) continue;
    covered = span.end;
    spans.push(span);
  }
  return spans;
}

function longest(page: Page, start: number, trie: Trie<Word>): Span | undefined {
  let node = trie.roots[page.folded[start] ?? 0] ?? 0;
  let found: Span | undefined;
  for (let end = start + 1; node !== 0; end += 1) {
    const leafAt = trie.leafAt[node] ?? 0;
    if (leafAt !== 0) {
      const leaf = trie.leaves[leafAt];
      const words = (endsWord(page, end) ? leaf?.closed : leaf?.open) ?? [];
      if (words.length > 0) found = { start, end, words };
    }
    if (end >= page.length) break;
    node = step(trie, node, page.folded[end] ?? 0);
  }
  return found;
}

interface Weights {
  readonly weights: Float64Array;
  /** By words that do not count against a number. */
  readonly speaking: Float64Array;
}

/** How much of the text each pack explains, in units. */
function weigh(spans: readonly Span[], packs: number): Weights {
  const [weights, speaking] = [new Float64Array(packs), new Float64Array(packs)];
  for (const { words, start, end } of spans) {
    let [last, spoke] = [-1, -1];
    for (const { pack, kind } of words) {
      if (pack !== last) weights[pack] = (weights[pack] ?? 0) + (end - start);
      last = pack;
      if (pack === spoke || against.has(kind)) continue;
      speaking[pack] = (speaking[pack] ?? 0) + (end - start);
      spoke = pack;
    }
  }
  return { weights, speaking };
}

/** A word that several languages know means what it means in the one that explains most of the text. */
function languageOf(span: Span, weights: Float64Array): number {
  let chosen = span.words[0]?.pack ?? 0;
  for (const { pack } of span.words) if ((weights[pack] ?? 0) > (weights[chosen] ?? 0)) chosen = pack;
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
