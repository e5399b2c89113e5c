import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { backupDatabase, keyBeside, restoreDatabase } from '../../src/store/copies.ts';
import { openStore } from '../../src/store/store.ts';
import { openVault } from '../../src/store/vault.ts';
import { tempFolder } from '../temp-folder.ts';

test('the key goes with a copy and comes back with it; another one that was there is kept', async () => {
  const folder = tempFolder();
  openStore(folder).close();
  const sealed = openVault(folder).seal('test', 'secret');
  const file = join(tempFolder(), 'one.db');
  await backupDatabase(folder, file);
  expect(keyBeside(file)).toBe(file.replace(/db$/, 'key'));
  expect(statSync(keyBeside(file)).mode & 0o777).toBe(0o600);
  const other = tempFolder();
  openVault(other);
  const before = readFileSync(join(other, 'secret.key'));
  restoreDatabase(file, other, new Date(0));
  expect(openVault(other).open('test', sealed)).toBe('secret');
  expect(readFileSync(join(other, 'secret.key.before-restore-1970-01-01T00-00-00-000Z'))).toEqual(before);
});

test('a backup without a key beside it leaves the key that is there', async () => {
  const folder = tempFolder();
  openStore(folder).close();
  const file = join(tempFolder(), 'one');
  await backupDatabase(folder, file);
  writeFileSync(join(folder, 'secret.key'), Buffer.alloc(32, 1));
  restoreDatabase(file, folder, new Date(0));
  expect(readFileSync(join(folder, 'secret.key'))).toEqual(Buffer.alloc(32, 1));
});
