import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';

/** One labelled message; `code` is null where there is none, `alt` lists other right answers. */
export interface BenchMessage {
  readonly id: string;
  readonly lang: string;
  readonly class: string;
  readonly from: string;
  readonly body: string;
  readonly code: string | null;
  readonly alt?: readonly string[];
}

/** The parts that the context is learned from and that no rule was written from. */
export const freshParts = [
  'dev-5',
  'dev-6',
  'dev-7',
  'dev-8',
  'dev-9',
  'dev-10',
  'dev-11',
  'dev-12',
  'dev-13',
  'dev-14',
  'dev-15',
] as const;
/** The parts whose names start with `dev` may be read by whoever writes rules; the others only get measured. */
export const corpusParts = [
  'dev',
  'dev-2',
  'dev-3',
  'dev-4',
  ...freshParts,
  'held-out',
  'held-out-3',
  'held-out-4',
  'held-out-5',
  'held-out-6',
  'held-out-7',
] as const;
/** The parts that neither rules nor weights are made from. */
export const heldOutParts: readonly CorpusPart[] = corpusParts.filter((part) => part.startsWith('held-out'));
export type CorpusPart = (typeof corpusParts)[number];

/** The messages of one part of the benchmark corpus, by language in the order of the alphabet. */
export function readCorpus(part: CorpusPart): BenchMessage[] {
  const folder = new URL(`../../test/fixtures/otp/bench/${part}/`, import.meta.url);
  const files = readdirSync(folder).filter((name) => name.endsWith('.json'));
  return files.sort().flatMap((name) => JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as BenchMessage[]);
}

/** Of the development parts: whether the context was learned from them as they are. */
export function corpusDigest(): string {
  const hash = createHash('sha256');
  for (const part of corpusParts.filter((name) => name.startsWith('dev')))
    hash.update(JSON.stringify(readCorpus(part)));
  return hash.digest('hex').slice(0, 16);
}
