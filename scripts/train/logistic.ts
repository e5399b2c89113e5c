/** Rows of a sparse matrix: row n holds `columns` and `values` from `starts[n]` up to `starts[n + 1]`. */
export interface SparseRows {
  readonly starts: Int32Array;
  readonly columns: Int32Array;
  readonly values: Float64Array;
  readonly width: number;
}

export interface Fit {
  readonly bias: number;
  readonly weights: Float64Array;
}

interface Problem {
  readonly rows: SparseRows;
  /** 1 where the row is right, else 0. */
  readonly right: Uint8Array;
  /** The rows to learn from. */
  readonly chosen: readonly number[];
  /** By row: how much an error costs against the size of the weights. */
  readonly costs: Float64Array;
}

/** Of L-BFGS: how many steps are remembered, and how many are made at most. */
const memory = 8;
const mostSteps = 300;
const flat = 1e-4;

/**
 * Logistic regression with an L2 penalty (the bias has none), by L-BFGS with a backtracking line search
 * (Nocedal and Wright, Numerical Optimization, algorithms 7.4 and 3.1). The same input gives the same weights.
 */
export function fitLogistic(problem: Problem): Fit {
  const size = problem.rows.width + 1;
  let point: Float64Array = new Float64Array(size);
  let { loss, gradient } = lossAt(problem, point);
  const steps: { readonly s: Float64Array; readonly y: Float64Array; readonly rho: number }[] = [];
  for (let n = 0; n < mostSteps && norm(gradient) > flat * Math.max(1, norm(point)); n += 1) {
    const direction = descend(gradient, steps);
    const slope = dot(gradient, direction);
    let length = n === 0 ? 1 / norm(gradient) : 1;
    let next = along(point, direction, length);
    let there = lossAt(problem, next);
    for (let tries = 0; there.loss > loss + 1e-4 * length * slope && tries < 40; tries += 1) {
      length /= 2;
      next = along(point, direction, length);
      there = lossAt(problem, next);
    }
    if (there.loss >= loss) break;
    const [s, y] = [minus(next, point), minus(there.gradient, gradient)];
    if (dot(s, y) > 1e-12) steps.push({ s, y, rho: 1 / dot(s, y) });
    if (steps.length > memory) steps.shift();
    point = next;
    ({ loss, gradient } = there);
  }
  return { bias: point[size - 1] ?? 0, weights: point.subarray(0, size - 1) };
}

/** The logit of a row. */
export function logitOf({ starts, columns, values }: SparseRows, row: number, { bias, weights }: Fit): number {
  let sum = bias;
  for (let at = starts[row] ?? 0; at < (starts[row + 1] ?? 0); at += 1) {
    sum += (weights[columns[at] ?? 0] ?? 0) * (values[at] ?? 0);
  }
  return sum;
}

function lossAt(
  { rows, right, chosen, costs }: Problem,
  point: Float64Array,
): { loss: number; gradient: Float64Array } {
  const { starts, columns, values, width } = rows;
  const fit = { bias: point[width] ?? 0, weights: point };
  const gradient = Float64Array.from(point);
  gradient[width] = 0;
  let loss = (dot(point, point) - fit.bias ** 2) / 2;
  for (const row of chosen) {
    const [sign, cost] = [right[row] === 1 ? 1 : -1, costs[row] ?? 0];
    const margin = sign * logitOf(rows, row, fit);
    loss += cost * (margin > 0 ? Math.log1p(Math.exp(-margin)) : Math.log1p(Math.exp(margin)) - margin);
    const slope = (-cost * sign) / (1 + Math.exp(margin));
    for (let at = starts[row] ?? 0; at < (starts[row + 1] ?? 0); at += 1) {
      const column = columns[at] ?? 0;
      gradient[column] = (gradient[column] ?? 0) + slope * (values[at] ?? 0);
    }
    gradient[width] = (gradient[width] ?? 0) + slope;
  }
  return { loss, gradient };
}

function descend(
  gradient: Float64Array,
  steps: readonly { readonly s: Float64Array; readonly y: Float64Array; readonly rho: number }[],
): Float64Array {
  let direction = gradient.map((value) => -value);
  const alphas = steps.toReversed().map(({ s, y, rho }) => {
    const alpha = rho * dot(s, direction);
    direction = along(direction, y, -alpha);
    return alpha;
  });
  const last = steps.at(-1);
  const scale = last === undefined ? 1 : 1 / (last.rho * dot(last.y, last.y));
  direction = direction.map((value) => value * scale);
  for (const [at, { s, y, rho }] of steps.entries()) {
    const alpha = alphas[steps.length - 1 - at] ?? 0;
    direction = along(direction, s, alpha - rho * dot(y, direction));
  }
  return direction;
}

function dot(one: Float64Array, other: Float64Array): number {
  let sum = 0;
  for (let at = 0; at < one.length; at += 1) sum += (one[at] ?? 0) * (other[at] ?? 0);
  return sum;
}

function norm(vector: Float64Array): number {
  return Math.sqrt(dot(vector, vector));
}

function along(from: Float64Array, direction: Float64Array, length: number): Float64Array<ArrayBuffer> {
  return new Float64Array(from.map((value, at) => value + length * (direction[at] ?? 0)));
}

function minus(one: Float64Array, other: Float64Array): Float64Array {
  return one.map((value, at) => value - (other[at] ?? 0));
}
