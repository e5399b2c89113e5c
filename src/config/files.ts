import { resolve } from 'node:path';
import type { RawFault } from './faults.ts';
import { readSmallFile } from './read-file.ts';
import { valueAt, withValue } from './value.ts';

/** Files that are named in the configuration and read when they are used. */
const paths = ['ca_file', 'cert_file', 'key_file'].map((key) => ['mqtt', key] as const);

/** Their paths made absolute, relative ones starting from `folder`; a fault for each that cannot be read. */
export function resolveFiles(value: unknown, folder: string): { value: unknown; faults: RawFault[] } {
  const faults: RawFault[] = [];
  const rules = valueAt(value, ['otp', 'folder']);
  let resolved =
    typeof rules === 'string' ? (withValue(value, ['otp', 'folder'], resolve(folder, rules)) ?? value) : value;
  for (const path of paths) {
    const named = valueAt(value, path);
    if (typeof named !== 'string' || named === '') continue;
    const file = resolve(folder, named);
    const read = readSmallFile(file);
    if ('text' in read) resolved = withValue(resolved, path, file) ?? resolved;
    else faults.push({ path, message: `cannot be read: ${read.reason}` });
  }
  return { value: resolved, faults };
}
