// What the messages made to be slow cost, each at its best of several, as CPU time.
// Usage: node scripts/bench/otp-hostile.ts
import { readFileSync } from 'node:fs';
import { createExtractor } from '../../src/otp/otp.ts';

/** A message made to be slow; `text` has at most 1,600 UTF-16 units, the most that ten SMS of GSM text come near. */
export interface HostileMessage {
  readonly id: string;
  readonly text: string;
}

const textLength = 1600;
const rounds = 9;
const limitMs = 5;

/** The hostile corpus. A file entry is a recipe: `repeat` fills the room between `prefix` and `suffix`. */
export function readHostile(): HostileMessage[] {
  const file = new URL('../../test/fixtures/otp/bench/hostile.json', import.meta.url);
  const recipes = JSON.parse(readFileSync(file, 'utf8')) as Record<'id' | 'prefix' | 'repeat' | 'suffix', string>[];
  return recipes.map(({ id, prefix, repeat, suffix }) => {
    const room = textLength - prefix.length - suffix.length;
    return { id, text: prefix + repeat.repeat(Math.ceil(room / repeat.length)).slice(0, room) + suffix };
  });
}

function cpuMs(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

if (import.meta.main) {
  const extractor = createExtractor();
  const costs = readHostile().map(({ id, text }) => {
    const runs = Array.from({ length: rounds }, () => cpuMs(() => extractor.extract({ from: '', text })));
    return { id, ms: Math.min(...runs) };
  });
  costs.sort((a, b) => b.ms - a.ms);
  const mean = costs.reduce((sum, { ms }) => sum + ms, 0) / costs.length;
  const slow = costs.filter(({ ms }) => ms > limitMs).length;
  console.log(
    `${costs.length} hostile messages, mean ${mean.toFixed(2)} ms, ${slow} above ${limitMs} ms; the slowest:`,
  );
  for (const { id, ms } of costs.slice(0, 10)) console.log(`${ms.toFixed(2).padStart(8)} ms  ${id}`);
}
