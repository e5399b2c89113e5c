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

/** Words packed into flat arrays: a step costs no object, and ten thousand words take a megabyte. */
export interface Trie<T> {
  /** Node by first unit; 0 is none. */
  readonly roots: Uint32Array;
  /** The edges of node n are `edges[n]` up to `edges[n + 1]`. */
  readonly edges: Uint32Array;
  readonly units: Uint16Array;
  readonly targets: Uint32Array;
  readonly leaves: ReadonlyMap<number, Leaf<T>>;
  /** 1 where `leaves` holds the node. */
  readonly ends: Uint8Array;
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
  const targets: number[] = [];
  const leaves = new Map<number, Leaf<T>>();
  const shared = new Map<T, { closed?: Leaf<T>; open?: Leaf<T> }>();
  // Breadth first, so that the edges of a node lie together.
  for (let node = 0; node < ranges.length; node += 1) {
    const { from, to, depth } = ranges[node] ?? { from: 0, to: 0, depth: 0 };
    let next = from;
    while (next < to && entries[next]?.units.length === depth) next += 1;
    if (next > from) leaves.set(node, leafOf(entries.slice(from, next), shared));
    while (next < to) {
      const start = next;
      const unit = entries[start]?.units.charCodeAt(depth) ?? 0;
      while (next < to && entries[next]?.units.charCodeAt(depth) === unit) next += 1;
      units.push(unit);
      targets.push(ranges.length);
      ranges.push({ from: start, to: next, depth: depth + 1 });
    }
    edges.push(units.length);
  }
  const roots = new Uint32Array(0x10000);
  for (let edge = 0; edge < (edges[1] ?? 0); edge += 1) roots[units[edge] ?? 0] = targets[edge] ?? 0;
  const ends = new Uint8Array(ranges.length);
  for (const node of leaves.keys()) ends[node] = 1;
  return {
    roots,
    edges: Uint32Array.from(edges),
    units: Uint16Array.from(units),
    targets: Uint32Array.from(targets),
    leaves,
    ends,
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
    if (found === unit) return trie.targets[middle] ?? 0;
    if (found < unit) low = middle + 1;
    else high = middle - 1;
  }
  return 0;
}

/** Most nodes end one word; those of one meaning share their leaf, or ten thousand of them would weigh more than the words. */
function leafOf<T>(entries: readonly Entry<T>[], shared: Map<T, { closed?: Leaf<T>; open?: Leaf<T> }>): Leaf<T> {
  const [only] = entries;
  if (only === undefined || entries.length > 1) return makeLeaf(entries);
  const known = shared.get(only.value) ?? {};
  shared.set(only.value, known);
  if (only.open) known.open ??= makeLeaf(entries);
  else known.closed ??= makeLeaf(entries);
  return (only.open ? known.open : known.closed) ?? makeLeaf(entries);
}

function makeLeaf<T>(entries: readonly Entry<T>[]): Leaf<T> {
  return {
    closed: entries.map((entry) => entry.value),
    open: entries.filter((entry) => entry.open).map((entry) => entry.value),
  };
}
