import type { Path, RawFault } from './faults.ts';
import { valueAt } from './value.ts';

/** What the schema cannot say: faults between keys. Takes a value that may be wrong in other places. */
export function crossFaults(value: unknown): RawFault[] {
  return [
    ...duplicates(value, ['modems'], 'id'),
    ...duplicates(value, ['modems'], 'port', ['sim:']),
    ...duplicates(value, ['modems'], 'number'),
    ...duplicates(value, ['otp', 'rules'], 'id'),
    ...both(value, ['mqtt'], 'password'),
    ...items(value, ['modems']).flatMap((_, index) => both(value, ['modems', index], 'pin')),
    ...brokerFaults(value),
  ];
}

function brokerFaults(value: unknown): RawFault[] {
  const faults: RawFault[] = [];
  const url = textAt(value, ['mqtt', 'url']);
  const files = ['ca_file', 'cert_file', 'key_file'].filter((key) => valueAt(value, ['mqtt', key]) !== undefined);
  if (url !== undefined && /^(mqtts?|wss?):/.test(url) && !URL.canParse(url)) {
    faults.push({ path: ['mqtt', 'url'], message: 'is not a URL' });
  }
  if (url !== undefined && URL.canParse(url) && new URL(url).username !== '' && textAt(value, ['mqtt', 'username'])) {
    faults.push({ path: ['mqtt', 'username'], message: 'is given in mqtt.url too: choose one' });
  }
  if (!/^(mqtts|wss):/.test(url ?? '')) {
    faults.push(...files.map((key) => ({ path: ['mqtt', key], message: 'needs an mqtt.url with mqtts:// or wss://' })));
  }
  for (const [key, other] of [
    ['cert_file', 'key_file'],
    ['key_file', 'cert_file'],
  ] as const) {
    if (files.includes(key) && !files.includes(other)) {
      faults.push({ path: ['mqtt', other], message: `is missing: mqtt.${key} needs it` });
    }
  }
  return faults;
}

function both(value: unknown, path: Path, key: string): RawFault[] {
  const file = `${key}_file`;
  if (valueAt(value, [...path, key]) === undefined || valueAt(value, [...path, file]) === undefined) return [];
  return [{ path: [...path, file], message: `is set beside ${key}: choose one` }];
}

function duplicates(value: unknown, path: Path, key: string, repeatable: readonly string[] = []): RawFault[] {
  const first = new Map<string, number>();
  return items(value, path).flatMap((item, index) => {
    const text = textAt(item, [key]);
    if (text === undefined || repeatable.includes(text)) return [];
    const before = first.get(text);
    if (before === undefined) first.set(text, index);
    return before === undefined
      ? []
      : [{ path: [...path, index, key], message: `is the same as that of ${String(path.at(-1))}[${before}]` }];
  });
}

function items(value: unknown, path: Path): readonly unknown[] {
  const list = valueAt(value, path);
  return Array.isArray(list) ? list : [];
}

function textAt(value: unknown, path: Path): string | undefined {
  const text = valueAt(value, path);
  return typeof text === 'string' ? text : undefined;
}
