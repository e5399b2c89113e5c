/** A Prometheus histogram that costs a few numbers, and its text only at a scrape. */
export interface Histogram {
  /** Without the prefix. */
  readonly name: string;
  observe(labels: Readonly<Record<string, string>>, value: number): void;
  /** The text format (version 0.0.4), a line each. */
  lines(prefix: string): string[];
}

interface Series {
  readonly labels: Readonly<Record<string, string>>;
  /** How many fell into each bucket alone; the last has no bound. */
  readonly counts: number[];
  sum: number;
}

/** `bounds` grow; each is the most that its bucket takes. */
export function createHistogram(name: string, help: string, bounds: readonly number[]): Histogram {
  const all = new Map<string, Series>();
  return {
    name,
    observe(labels, value) {
      const key = Object.values(labels).join('\n');
      const series = all.get(key) ?? { labels, counts: Array.from({ length: bounds.length + 1 }, () => 0), sum: 0 };
      all.set(key, series);
      const found = bounds.findIndex((bound) => value <= bound);
      const bucket = found < 0 ? bounds.length : found;
      series.counts[bucket] = (series.counts[bucket] ?? 0) + 1;
      series.sum += value;
    },
    lines(prefix) {
      const full = `${prefix}${name}`;
      const series = [...all.values()].flatMap((one) => seriesLines(full, one, bounds));
      return [`# HELP ${full} ${help}`, `# TYPE ${full} histogram`, ...series];
    },
  };
}

function seriesLines(name: string, { labels, counts, sum }: Series, bounds: readonly number[]): string[] {
  const given = Object.entries(labels).map(([label, value]) => `${label}="${value}"`);
  const set = (more: readonly string[]) => (more.length === 0 ? '' : `{${more.join(',')}}`);
  let total = 0;
  const buckets = counts.map((count, index) => {
    total += count;
    return `${name}_bucket${set([`le="${bounds[index] ?? '+Inf'}"`, ...given])} ${total}`;
  });
  return [...buckets, `${name}_sum${set(given)} ${sum}`, `${name}_count${set(given)} ${total}`];
}
