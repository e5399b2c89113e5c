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

/** The parts whose names start with `dev` may be read by whoever writes rules; the others only get measured. */
export const corpusParts = ['dev', 'dev-2', 'dev-3', 'dev-4', 'held-out', 'held-out-3'] as const;
export type CorpusPart = (typeof corpusParts)[number];

/** The messages of one part of the benchmark corpus, by language in the order of the alphabet. */
export function readCorpus(part: CorpusPart): BenchMessage[] {
  const folder = new URL(`../../test/fixtures/otp/bench/${part}/`, import.meta.url);
  const files = readdirSync(folder).filter((name) => name.endsWith('.json'));
  return files.sort().flatMap((name) => JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as BenchMessage[]);
}
