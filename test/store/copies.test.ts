import { chmodSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { backupDatabase, restoreDatabase } from '../../src/store/copies.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import { tempFolder } from '../temp-folder.ts';

function add(store: Store, id: string): void {
  store.db.commit(() =>
    store.events.append({ id, modem: null, time: 1, body: { type: 'alert', code: 'test', message: id } }),
  );
}

const idsIn = (folder: string) => {
  const store = openStore(folder);
  const ids = store.events.after(0, 100).map(({ id }) => id);
  store.close();
  return ids;
};

test('a backup of a database in use, restored elsewhere, holds what was committed', async () => {
  const folder = tempFolder();
  const store = openStore(folder);
  add(store, 'a');
  const file = join(folder, 'copies', 'one.db');
  expect(await backupDatabase(folder, file)).toBeGreaterThan(0);
  add(store, 'b');
  store.close();
  const other = tempFolder();
  expect(restoreDatabase(file, other, new Date(0))).toBeNull();
  expect(idsIn(other)).toEqual(['a']);
  expect(idsIn(folder)).toEqual(['a', 'b']);
});

test('a restore keeps the database it replaces, with what its log still held', async () => {
  const folder = tempFolder();
  const store = openStore(folder);
  add(store, 'a');
  const file = join(tempFolder(), 'one.db');
  await backupDatabase(folder, file);
  add(store, 'b');
  store.close();
  const kept = restoreDatabase(file, folder, new Date(0));
  expect(kept).toContain('before-restore-1970-01-01');
  expect(idsIn(folder)).toEqual(['a']);
  const aside = tempFolder();
  restoreDatabase(String(kept), aside, new Date(1));
  expect(idsIn(aside)).toEqual(['a', 'b']);
});

test('a file that is no whole database is refused and nothing is replaced', () => {
  const folder = tempFolder();
  const store = openStore(folder);
  add(store, 'a');
  store.close();
  const file = join(folder, 'bad.db');
  writeFileSync(file, readFileSync(join(folder, 'sim2mqtt.db')).subarray(0, 5000));
  expect(() => restoreDatabase(file, folder, new Date(0))).toThrow(/not a whole/);
  expect(() => restoreDatabase(join(folder, 'none.db'), folder, new Date(0))).toThrow(/no file/);
  expect(idsIn(folder)).toEqual(['a']);
});

test('a backup that fails leaves no file that looks like one', async () => {
  const folder = tempFolder();
  await expect(backupDatabase(folder, join(folder, 'one.db'))).rejects.toThrow(/no database/);
  expect(existsSync(join(folder, 'one.db'))).toBe(false);
  expect(readdirSync(folder)).toEqual([]);
});

test('a database, its log, a backup and what is restored from one are for their owner alone', async () => {
  const mask = process.umask(0o022);
  try {
    const folder = tempFolder();
    const store = openStore(folder);
    add(store, 'a');
    const file = join(folder, 'backups', 'one.db');
    await backupDatabase(folder, file);
    const mode = (path: string) => statSync(path).mode & 0o777;
    for (const name of ['sim2mqtt.db', 'sim2mqtt.db-wal', 'sim2mqtt.db-shm', 'backups/one.db']) {
      expect([name, mode(join(folder, name))]).toEqual([name, 0o600]);
    }
    store.close();
    chmodSync(file, 0o644);
    const other = tempFolder();
    restoreDatabase(file, other, new Date(0));
    expect(mode(join(other, 'sim2mqtt.db'))).toBe(0o600);
  } finally {
    process.umask(mask);
  }
});
