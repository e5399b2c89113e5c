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
  /** The units of node n behind its first are `labels[labelAt[n]]` up to `labels[labelAt[n + 1]]`. */
  readonly labelAt: Uint32Array;
  readonly labels: Uint16Array;
  /** The edges of node n are `edges[n]` up to `edges[n + 1]`; edge e leads to node e + 1. */
  readonly edges: Uint32Array;
  /** First units, in order. */
  readonly units: Uint16Array;
  /** By node: where in `leaves` its leaf is; 0 is none. */
  readonly leafAt: Uint16Array;
  readonly leaves: readonly Leaf<T>[];
}

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
  const labelAt = [0];
  const labels: number[] = [];
  const edges = [0];
  const units: number[] = [];
  const leafAt: number[] = [];
  const leaves = new Leaves<T>();
  // Breadth first, so that the edges of a node lie together.
  for (let node = 0; node < ranges.length; node += 1) {
    const { from, to, depth } = ranges[node] ?? { from: 0, to: 0, depth: 0 };
    const first = words[from] ?? '';
    const end = node === 0 ? 0 : sharedDepth(first, words[to - 1] ?? '');
    for (let at = depth; at < end; at += 1) labels.push(first.charCodeAt(at));
    labelAt.push(labels.length);
    const ends = first.length === end;
    leafAt.push(ends ? leaves.at(byUnits.get(first) ?? []) : 0);
    for (let next = ends ? from + 1 : from; next < to; ) {
      const start = next;
      const unit = words[start]?.charCodeAt(end) ?? 0;
      while (next < to && words[next]?.charCodeAt(end) === unit) next += 1;
      units.push(unit);
      ranges.push({ from: start, to: next, depth: end + 1 });
    }
    edges.push(units.length);
  }
  const roots = new Uint16Array(0x10000);
  for (let edge = 0; edge < (edges[1] ?? 0); edge += 1) roots[units[edge] ?? 0] = edge + 1;
  return {
    roots,
    labelAt: Uint32Array.from(labelAt),
    labels: Uint16Array.from(labels),
    edges: Uint32Array.from(edges),
    units: Uint16Array.from(units),
    leafAt: Uint16Array.from(leafAt),
    leaves: leaves.all,
  };
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
  const { edges, units } = trie;
  let low = edges[node] ?? 0;
  let high = (edges[node + 1] ?? 0) - 1;
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
export function follow<T>({ labelAt, labels }: Trie<T>, node: number, text: Uint16Array, at: number): number {
  const to = labelAt[node + 1] ?? 0;
  let end = at;
  for (let label = labelAt[node] ?? 0; label < to; label += 1) {
    if (text[end] !== labels[label]) return -1;
    end += 1;
  }
  return end;
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
