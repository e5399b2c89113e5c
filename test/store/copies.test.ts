import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { backupDatabase, restoreDatabase } from '../../src/store/copies.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import { tempFolder } from '../temp-folder.ts';
import { children, damageDatabase, fillDatabase, turnsUntil } from './large-database.ts';

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

test('the event loop turns while a copy is made and while it is checked', async () => {
  const folder = tempFolder();
  fillDatabase(folder, 20);
  const size = statSync(join(folder, 'sim2mqtt.db')).size;
  const unfinished = join(folder, 'one.db.unfinished');
  let done = false;
  const backup = backupDatabase(folder, join(folder, 'one.db')).finally(() => {
    done = true;
  });
  let [copying, checking] = [0, 0];
  await turnsUntil(() => {
    if (done) return true;
    if ((statSync(unfinished, { throwIfNoEntry: false })?.size ?? 0) < size) copying += 1;
    else checking += 1;
    return undefined;
  });
  expect(await backup).toBe(size);
  // Were the check made here, the loop would turn once or twice after the last page.
  expect(copying).toBeGreaterThan(50);
  expect(checking).toBeGreaterThan(50);
});

test('a copy that is cut off is ended at once and leaves nothing', async () => {
  const folder = tempFolder();
  fillDatabase(folder, 1);
  const before = children();
  const stop = new AbortController();
  const backup = backupDatabase(folder, join(folder, 'one.db'), stop.signal);
  const pid = await turnsUntil(() => children().find((child) => !before.includes(child)));
  process.kill(pid, 'SIGSTOP');
  stop.abort(new Error('enough'));
  await expect(backup).rejects.toThrow('enough');
  expect(children()).not.toContain(pid);
  expect(readdirSync(folder).filter((name) => name.startsWith('one.db'))).toEqual([]);
});

test('a copy whose process is killed says so, and one of a damaged database says what is wrong; neither leaves a file', async () => {
  const folder = tempFolder();
  fillDatabase(folder, 1);
  const before = children();
  const killed = backupDatabase(folder, join(folder, 'one.db'));
  process.kill(await turnsUntil(() => children().find((child) => !before.includes(child))), 'SIGKILL');
  await expect(killed).rejects.toThrow('ended with SIGKILL');
  damageDatabase(folder);
  await expect(backupDatabase(folder, join(folder, 'one.db'))).rejects.toMatchObject({
    code: 'store.corrupt',
    message: expect.stringMatching(/^the copy is not a whole sim2mqtt database: \S/),
  });
  expect(readdirSync(folder).filter((name) => name.startsWith('one.db'))).toEqual([]);
});

describe('a copy whose process cannot be started fails, and nothing else does:', () => {
  test('the program was replaced by an upgrade', async () => {
    const folder = tempFolder();
    fillDatabase(folder, 1);
    const { execPath } = process;
    process.execPath = join(folder, 'gone');
    try {
      await expect(backupDatabase(folder, join(folder, 'one.db'))).rejects.toThrow(/cannot be started .*ENOENT/);
    } finally {
      process.execPath = execPath;
    }
    expect(readdirSync(folder).filter((name) => name.startsWith('one.db'))).toEqual([]);
    expect(await backupDatabase(folder, join(folder, 'one.db'))).toBeGreaterThan(0);
  });

  test('no file can be opened any more', () => {
    const program = `
      import { openSync } from 'node:fs';
      import { copyApart } from ${JSON.stringify(new URL('../../src/store/copy-apart.ts', import.meta.url).href)};
      const open = () => { for (;;) openSync('/dev/null'); };
      try { open(); } catch {}
      await copyApart({ source: 'x', target: 'y' }).catch(({ message }) => console.log(message));
      await new Promise((resolve) => setTimeout(resolve, 50));
      console.log('alive');`;
    const run = 'ulimit -n 64; exec "$0" --disable-warning=ExperimentalWarning --input-type=module -e "$1"';
    const { stdout, stderr } = spawnSync('sh', ['-c', run, process.execPath, program], { encoding: 'utf8' });
    expect(stderr).toBe('');
    expect(stdout).toMatch(/cannot be started .*EMFILE.*\nalive\n$/);
  });
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
