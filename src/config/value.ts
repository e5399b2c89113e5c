import type { Path } from './faults.ts';

/** Undefined where the way there is not what the schema says. */
export function valueAt(value: unknown, path: Path): unknown {
  let here = value;
  for (const key of path) {
    if (typeof here !== 'object' || here === null || !Object.hasOwn(here, key)) return undefined;
    here = (here as Record<string | number, unknown>)[key];
  }
  return here;
}

/** A copy with the value at `path` set; undefined where something on the way is neither mapping nor list. */
export function withValue(base: unknown, path: Path, value: unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return value;
  if (typeof key === 'number') {
    const items = base === undefined ? [] : base;
    if (!Array.isArray(items) || key > items.length) return undefined;
    const item = withValue(items[key], rest, value);
    return item === undefined ? undefined : items.toSpliced(key, 1, item);
  }
  if (base !== undefined && (typeof base !== 'object' || base === null || Array.isArray(base))) return undefined;
  const child = withValue((base as Record<string, unknown> | undefined)?.[key], rest, value);
  return child === undefined ? undefined : { ...base, [key]: child };
}
