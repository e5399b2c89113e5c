import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { migrations } from '../../src/store/migrations/migrations.ts';

const folder = new URL('../../src/store/migrations/', import.meta.url);
const list = new URL('../fixtures/migrations.sha256', import.meta.url);
const files = readdirSync(folder)
  .filter((name) => name !== 'migrations.ts')
  .sort();
/** As sha256sum writes it: the hash, two blanks, the name. */
const landed = readFileSync(list, 'utf8')
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => line.split('  ') as [hash: string, name: string]);

const hashOf = (name: string) =>
  createHash('sha256')
    .update(readFileSync(new URL(name, folder)))
    .digest('hex');

test.each(landed.map(([hash, name]) => [name, hash] as const))('%s is as it landed', (name, hash) => {
  expect(files, `${name} is gone, and databases have had it: put it back, and add a new migration instead`).toContain(
    name,
  );
  const changed = `${name} was changed, and a database that has had it never gets the change: put it back, and add a new migration instead`;
  expect(hashOf(name), changed).toBe(hash);
});

test('every migration is in the list of those that do not change any more', () => {
  const names = landed.map(([, name]) => name);
  const lines = files.filter((name) => !names.includes(name)).map((name) => `${hashOf(name)}  ${name}`);
  expect(lines, `once it is finished, add to the end of test/fixtures/migrations.sha256:\n${lines.join('\n')}`).toEqual(
    [],
  );
});

test('the migrations are run in the order of their numbers, none left out', async () => {
  const numbers = files.map((name) => Number(/^(\d{4})-[a-z-]+\.ts$/.exec(name)?.[1]));
  expect(numbers).toEqual(files.map((_, index) => index + 1));
  const inOrder = await Promise.all(
    files.map((name) => import(new URL(name, folder).href) as Promise<{ sql: string }>),
  );
  expect(migrations).toEqual(inOrder.map(({ sql }) => sql));
});
