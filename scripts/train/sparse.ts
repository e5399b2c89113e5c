import type { SparseRows } from './logistic.ts';
import type { Row } from './rows.ts';

/** The features of at least `fewest` messages, in the order of the alphabet, each with its column. */
export function chooseFeatures(rows: readonly Row[], fewest: number): Map<string, number> {
  const seen = new Map<string, { readonly last: number; readonly count: number }>();
  for (const { features, message } of rows) {
    for (const name of features.keys()) {
      const { last, count } = seen.get(name) ?? { last: -1, count: 0 };
      if (last !== message) seen.set(name, { last: message, count: count + 1 });
    }
  }
  const names = [...seen].filter(([, { count }]) => count >= fewest).map(([name]) => name);
  return new Map(names.sort().map((name, column) => [name, column]));
}

/** One row of cells, each a column and its value, after the other. */
export function toSparse(rows: readonly (readonly (readonly [number, number])[])[], width: number): SparseRows {
  const starts = new Int32Array(rows.length + 1);
  for (const [at, cells] of rows.entries()) starts[at + 1] = (starts[at] ?? 0) + cells.length;
  const cells = rows.flat();
  return {
    starts,
    columns: Int32Array.from(cells, ([column]) => column),
    values: Float64Array.from(cells, ([, value]) => value),
    width,
  };
}
