import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

// A file is a list of exchanges. # title; > command; < line of the reply, its final result left out where it is OK; ~ no final result comes;
// * line that comes by itself; = what it means, as JSON; ! the error's code, and its number.
export interface Exchange {
  readonly title: string;
  readonly command: string;
  readonly reply: readonly string[];
  readonly ends: boolean;
  readonly unasked: readonly string[];
  readonly means: string;
}

const folder = new URL('../fixtures/transcripts/', import.meta.url).pathname;

/** Under the folder of their family. */
export function transcripts(pattern = '*/*.txt'): readonly string[] {
  return globSync(pattern, { cwd: folder }).sort();
}

export function exchangesOf(file: string): readonly Exchange[] {
  const exchanges: Exchange[] = [];
  const nothing = { title: '', command: '', reply: [] as string[], ends: true, unasked: [] as string[] };
  let next = structuredClone(nothing);
  for (const line of readFileSync(join(folder, file), 'utf8').split('\n')) {
    const [mark, text] = [line[0], line.slice(2)];
    if (mark === '#') next = { ...structuredClone(nothing), title: text };
    else if (mark === '>') next.command = text;
    else if (mark === '<') next.reply.push(text);
    else if (mark === '~') next.ends = false;
    else if (mark === '*') next.unasked.push(text);
    else if (mark === '=' || mark === '!') exchanges.push({ ...next, means: line });
    else if (line !== '') throw new Error(`${file}: what is ${line}?`);
  }
  return exchanges;
}
