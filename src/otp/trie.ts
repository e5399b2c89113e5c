/** A word to be found, as folded UTF-16 units, and what it means. */
export interface Entry<T> {
  readonly units: string;
  readonly value: T;
  /** It may go on after its last unit. */
  readonly open: boolean;
}

/** What ends at a node: values where a word of the text must end too, and values whatever follows. */
export interface Leaf<T> {
  readonly closed: readonly T[];
  readonly open: readonly T[];
}

/** Words packed into flat arrays, units that only follow one another in one node: a step costs no object. */
export interface Trie<T> {
  /** Node by first unit; 0 is none. */
  readonly roots: Uint16Array;
  /** A bit by the hash of two units: set where a word may start with them. */
  readonly pairs: Uint8Array;
  /** By unit: 1 where it is a word by itself. */
  readonly alone: Uint8Array;
  /** Three places a node, so that a step finds them in one line of the cache: where its label, its edges and its leaf are. */
  readonly nodes: Uint32Array;
  /** The units of a node behind its first; they end where those of the next node begin. */
  readonly labels: Uint16Array;
  /** First units of the nodes that the edges of a node lead to, in order; edge e leads to node e + 1. */
  readonly units: Uint16Array;
  /** 0 is none. */
  readonly leaves: readonly Leaf<T>[];
}

const nodeSize = 3;
const pairCount = 0x10000;

/** Words that share their first `depth` units: one node, with all units that they share beyond. */
interface Range {
  readonly from: number;
  readonly to: number;
  readonly depth: number;
}

/** Entries of the same units keep their order; the same entry twice counts once. */
export function buildTrie<T>(entries: readonly Entry<T>[]): Trie<T> {
  const byUnits = groupByUnits(entries);
  // UTF-16 order, so that words with a common beginning lie together.
  const words = [...byUnits.keys()].sort();
  const ranges: Range[] = [{ from: 0, to: words.length, depth: 0 }];
  const nodes: number[] = [];
  const labels: number[] = [];
  const units: number[] = [];
  const leaves = new Leaves<T>();
  // Breadth first, so that the edges of a node lie together.
  for (let node = 0; node < ranges.length; node += 1) {
    const { from, to, depth } = ranges[node] ?? { from: 0, to: 0, depth: 0 };
    const first = words[from] ?? '';
    const end = node === 0 ? 0 : sharedDepth(first, words[to - 1] ?? '');
    const ends = first.length === end;
    nodes.push(labels.length, units.length, ends ? leaves.at(byUnits.get(first) ?? []) : 0);
    for (let at = depth; at < end; at += 1) labels.push(first.charCodeAt(at));
    for (let next = ends ? from + 1 : from; next < to; ) {
      const start = next;
      const unit = words[start]?.charCodeAt(end) ?? 0;
      while (next < to && words[next]?.charCodeAt(end) === unit) next += 1;
      units.push(unit);
      ranges.push({ from: start, to: next, depth: end + 1 });
    }
  }
  const roots = new Uint16Array(0x10000);
  nodes.push(labels.length, units.length, 0);
  for (let edge = 0; edge < (nodes[nodeSize + 1] ?? 0); edge += 1) roots[units[edge] ?? 0] = edge + 1;
  return {
    roots,
    ...readBeginnings(words),
    nodes: Uint32Array.from(nodes),
    labels: Uint16Array.from(labels),
    units: Uint16Array.from(units),
    leaves: leaves.all,
  };
}

function readBeginnings(words: readonly string[]): { readonly pairs: Uint8Array; readonly alone: Uint8Array } {
  const [pairs, alone] = [new Uint8Array(pairCount / 8), new Uint8Array(0x10000)];
  for (const word of words) {
    if (word.length === 1) alone[word.charCodeAt(0)] = 1;
    else {
      const pair = pairOf(word.charCodeAt(0), word.charCodeAt(1));
      pairs[pair >> 3] = (pairs[pair >> 3] ?? 0) | (1 << (pair & 7));
    }
  }
  return { pairs, alone };
}

function pairOf(unit: number, next: number): number {
  return (unit * 331 + next) & (pairCount - 1);
}

/** The node of the first unit of a place, or 0 where no word starts with what stands there. */
export function rootAt<T>({ roots, pairs, alone }: Trie<T>, text: Uint16Array, at: number): number {
  const unit = text[at] ?? 0;
  const pair = pairOf(unit, text[at + 1] ?? 0);
  if (((pairs[pair >> 3] ?? 0) & (1 << (pair & 7))) === 0 && alone[unit] === 0) return 0;
  return roots[unit] ?? 0;
}

function groupByUnits<T>(entries: readonly Entry<T>[]): Map<string, Entry<T>[]> {
  const byUnits = new Map<string, Entry<T>[]>();
  for (const entry of entries) {
    const list = byUnits.get(entry.units);
    if (list === undefined) byUnits.set(entry.units, [entry]);
    else if (!list.some(({ value, open }) => value === entry.value && open === entry.open)) list.push(entry);
  }
  return byUnits;
}

/** How many units sorted words share: what the first and the last do. */
function sharedDepth(first: string, last: string): number {
  let depth = 0;
  while (depth < first.length && first.charCodeAt(depth) === last.charCodeAt(depth)) depth += 1;
  return depth;
}

/** The node one unit further, or 0. The edges of a node lie in order of their units. */
export function step<T>(trie: Trie<T>, node: number, unit: number): number {
  const { nodes, units } = trie;
  let low = nodes[node * nodeSize + 1] ?? 0;
  let high = (nodes[node * nodeSize + nodeSize + 1] ?? 0) - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const found = units[middle] ?? 0;
    if (found === unit) return middle + 1;
    if (found < unit) low = middle + 1;
    else high = middle - 1;
  }
  return 0;
}

/** Where the text goes on behind a node whose first unit stands before `at`, or -1 where it differs from the node's others. */
export function follow<T>({ nodes, labels }: Trie<T>, node: number, text: Uint16Array, at: number): number {
  const to = nodes[node * nodeSize + nodeSize] ?? 0;
  let end = at;
  for (let label = nodes[node * nodeSize] ?? 0; label < to; label += 1) {
    if (text[end] !== labels[label]) return -1;
    end += 1;
  }
  return end;
}

/** What ends at a node, undefined where nothing does. */
export function leafAt<T>({ nodes, leaves }: Trie<T>, node: number): Leaf<T> | undefined {
  const at = nodes[node * nodeSize + 2] ?? 0;
  return at === 0 ? undefined : leaves[at];
}

/** Most nodes end one word; those of one meaning share their leaf, or twenty thousand of them would weigh more than the words. */
class Leaves<T> {
  /** 0 is none. */
  readonly all: Leaf<T>[] = [{ closed: [], open: [] }];
  readonly #shared = { closed: new Map<T, number>(), open: new Map<T, number>() };

  at(entries: readonly Entry<T>[]): number {
    const [only] = entries;
    if (only === undefined || entries.length > 1) return this.#add(entries);
    const shared = this.#shared[only.open ? 'open' : 'closed'];
    const at = shared.get(only.value) ?? this.#add(entries);
    shared.set(only.value, at);
    return at;
  }

  #add(entries: readonly Entry<T>[]): number {
    const closed = entries.map(({ value }) => value);
    const open = entries.filter((entry) => entry.open).map(({ value }) => value);
    return this.all.push({ closed, open }) - 1;
  }
}
