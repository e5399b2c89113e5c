import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { expect, test } from 'vitest';
import { GatewayError } from '../../src/errors.ts';
import { migrationCopy, openDatabase } from '../../src/store/database.ts';
import { migrations } from '../../src/store/migrations/migrations.ts';
import { openStore } from '../../src/store/store.ts';
import { tempFolder } from '../temp-folder.ts';

function thrownBy(work: () => unknown): GatewayError {
  try {
    work();
  } catch (error) {
    if (error instanceof GatewayError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

test('a new database is in WAL mode and syncs fully', () => {
  const folder = tempFolder();
  openDatabase(folder).close();
  const sqlite = new Sqlite(join(folder, 'sim2mqtt.db'));
  expect(sqlite.pragma('journal_mode', { simple: true })).toBe('wal');
  expect(sqlite.pragma('user_version', { simple: true })).toBe(migrations.length);
  sqlite.close();
});

test('a migration keeps a copy of what was there, and a program that is older names it as the way back', () => {
  const folder = tempFolder();
  const steps = ['CREATE TABLE one (a)', 'ALTER TABLE one ADD COLUMN b'];
  const [first = ''] = steps;
  const old = openDatabase(folder, [first]);
  old.commit(() => old.prepare('INSERT INTO one VALUES (42)').run());
  old.close();
  openDatabase(folder, steps).close();

  const copy = migrationCopy(folder, 1);
  const sqlite = new Sqlite(copy);
  expect(sqlite.pragma('user_version', { simple: true })).toBe(1);
  expect(sqlite.prepare('SELECT * FROM one').all()).toEqual([{ a: 42 }]);
  sqlite.close();

  const error = thrownBy(() => openDatabase(folder, [first]));
  expect(error.code).toBe('store.newer');
  expect(error.hint).toContain(copy);
  openDatabase(folder, steps).close();
});

test('a gateway of the first schema keeps its messages, and what waits of them', () => {
  const folder = tempFolder();
  const before = openDatabase(folder, migrations.slice(0, 1));
  before
    .prepare(`INSERT INTO messages (n, id, direction, modem, peer, text, encoding, parts, created_at)
    VALUES (7, 'msg_1', 'out', 'm1', '+15551234567', 'hello', 'gsm7', 1, 1)`)
    .run();
  before
    .prepare(`INSERT INTO outbox (n, modem, status, status_report, retries_left, next_try_at, updated_at)
    VALUES (7, 'm1', 'queued', 1, 0, 1, 1)`)
    .run();
  before.close();
  const store = openStore(folder);
  expect(store.outbox.next('m1', 2)).toMatchObject({ id: 'msg_1', text: 'hello', confidential: false });
  store.close();
});

test('a migration that fails leaves the database as it was', () => {
  const folder = tempFolder();
  openDatabase(folder, ['CREATE TABLE one (a)']).close();
  expect(() => openDatabase(folder, ['CREATE TABLE one (a)', 'CREATE TABLE two (a); CREATE nonsense'])).toThrow();
  const sqlite = new Sqlite(join(folder, 'sim2mqtt.db'));
  expect(sqlite.pragma('user_version', { simple: true })).toBe(1);
  expect(sqlite.prepare("SELECT name FROM sqlite_master WHERE name = 'two'").all()).toEqual([]);
  sqlite.close();
});

test('a file that is no database is called damaged', () => {
  const folder = tempFolder();
  writeFileSync(join(folder, 'sim2mqtt.db'), 'this is not a database, it is a text of some length'.repeat(100));
  expect(thrownBy(() => openDatabase(folder)).code).toBe('store.corrupt');
});

test('what a failed commit did is undone, and the next one works', () => {
  const store = openStore(tempFolder());
  const add = (id: string) =>
    store.events.append({ id, modem: null, time: 1, body: { type: 'alert', code: 'x', message: 'y' } });
  expect(() =>
    store.db.commit(() => {
      add('evt_1');
      throw new Error('no');
    }),
  ).toThrow('no');
  store.db.commit(() => add('evt_2'));
  expect(store.events.after(0, 10).map(({ seq, id }) => [seq, id])).toEqual([[1, 'evt_2']]);
  store.close();
});

test('a full disk is a passing fault with a hint, and nothing is half done', () => {
  const folder = tempFolder();
  const store = openStore(folder);
  // A page limit is what a full disk looks like to SQLite: SQLITE_FULL.
  const pages = store.db.prepare<[], { max_page_count: number }>('PRAGMA max_page_count = 1').get();
  const text = 'x'.repeat(100_000);
  const error = thrownBy(() =>
    store.db.commit(() =>
      store.events.append({ id: 'e', modem: null, time: 1, body: { type: 'alert', code: 'x', message: text } }),
    ),
  );
  expect(error.code).toBe('store.full');
  expect(error.transient).toBe(true);
  expect(error.hint).toContain('disk');
  expect(store.events.lastSeq()).toBe(0);
  expect(pages?.max_page_count).toBeGreaterThan(1);
  store.close();
});

test('a data folder that cannot be one, and a disk that turned read-only, are named with a way out', () => {
  const file = join(tempFolder(), 'file');
  writeFileSync(file, '');
  expect(thrownBy(() => openStore(file))).toMatchObject({ code: 'store.unwritable', transient: true });
  const store = openStore(tempFolder());
  store.db.prepare('PRAGMA query_only = 1').run();
  const error = thrownBy(() => store.check());
  expect(error).toMatchObject({ code: 'store.unwritable' });
  expect(error.hint).toContain('--data');
  store.close();
});
