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

/** Words packed into flat arrays: a step costs no object, and twenty thousand words take a megabyte. */
export interface Trie<T> {
  /** Node by first unit; 0 is none. */
  readonly roots: Uint16Array;
  /** The edges of node n are `edges[n]` up to `edges[n + 1]`; edge e leads to node e + 1. */
  readonly edges: Uint32Array;
  readonly units: Uint16Array;
  /** By node: where in `leaves` its leaf is; 0 is none. */
  readonly leafAt: Uint16Array;
  readonly leaves: readonly Leaf<T>[];
}

/** Entries that share their first `depth` units: one node. */
interface Range {
  readonly from: number;
  readonly to: number;
  readonly depth: number;
}

/** Entries of the same units keep their order. */
export function buildTrie<T>(list: readonly Entry<T>[]): Trie<T> {
  const entries = list.toSorted((one, other) => (one.units < other.units ? -1 : one.units > other.units ? 1 : 0));
  const ranges: Range[] = [{ from: 0, to: entries.length, depth: 0 }];
  const edges = [0];
  const units: number[] = [];
  const leafAt: number[] = [];
  const leaves: Leaf<T>[] = [{ closed: [], open: [] }];
  const shared = new Map<T, { closed?: number; open?: number }>();
  // Breadth first, so that the edges of a node lie together.
  for (let node = 0; node < ranges.length; node += 1) {
    const { from, to, depth } = ranges[node] ?? { from: 0, to: 0, depth: 0 };
    let next = from;
    while (next < to && entries[next]?.units.length === depth) next += 1;
    leafAt.push(next > from ? leafOf(entries.slice(from, next), leaves, shared) : 0);
    while (next < to) {
      const start = next;
      const unit = entries[start]?.units.charCodeAt(depth) ?? 0;
      while (next < to && entries[next]?.units.charCodeAt(depth) === unit) next += 1;
      units.push(unit);
      ranges.push({ from: start, to: next, depth: depth + 1 });
    }
    edges.push(units.length);
  }
  const roots = new Uint16Array(0x10000);
  for (let edge = 0; edge < (edges[1] ?? 0); edge += 1) roots[units[edge] ?? 0] = edge + 1;
  return {
    roots,
    edges: Uint32Array.from(edges),
    units: Uint16Array.from(units),
    leafAt: Uint16Array.from(leafAt),
    leaves,
  };
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

/** Most nodes end one word; those of one meaning share their leaf, or twenty thousand of them would weigh more than the words. */
function leafOf<T>(
  entries: readonly Entry<T>[],
  leaves: Leaf<T>[],
  shared: Map<T, { closed?: number; open?: number }>,
): number {
  const add = () => leaves.push(makeLeaf(entries)) - 1;
  const [only] = entries;
  if (only === undefined || entries.length > 1) return add();
  const known = shared.get(only.value) ?? {};
  shared.set(only.value, known);
  const kind = only.open ? 'open' : 'closed';
  const at = known[kind] ?? add();
  known[kind] = at;
  return at;
}

function makeLeaf<T>(entries: readonly Entry<T>[]): Leaf<T> {
  return {
    closed: entries.map((entry) => entry.value),
    open: entries.filter((entry) => entry.open).map((entry) => entry.value),
  };
}
