import { readFileSync } from 'node:fs';

/** The vectors of `test/fixtures/pdu`: octets and what they mean, with their sources; each file says how to read it. */
export interface Vector {
  readonly id: string;
  readonly hex: string;
  readonly direction: 'MT' | 'MO';
  readonly smscPresent: boolean;
  readonly tolerance?: 'lenient';
  readonly mayDecode?: boolean;
  readonly kind: string;
}

export function vectors<T>(name: string): readonly (Vector & T)[] {
  const file = new URL(`../fixtures/pdu/pdu-${name}.json`, import.meta.url);
  return JSON.parse(readFileSync(file, 'utf8')).vectors;
}

export function octets(hex: string): Uint8Array {
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

export function hexOf(data: Uint8Array): string {
  return Array.from(data, (octet) => octet.toString(16).padStart(2, '0').toUpperCase()).join('');
}

/** What `run` gives, or the error it throws. */
export function outcome<T>(run: () => T): { value: T } | { error: unknown } {
  try {
    return { value: run() };
  } catch (error) {
    return { error };
  }
}
