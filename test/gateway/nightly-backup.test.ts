import { chmodSync, existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { NightlyBackup, newestNightly } from '../../src/gateway/nightly-backup.ts';
import { createLogger } from '../../src/log.ts';
import { openStore } from '../../src/store/store.ts';
import { openVault } from '../../src/store/vault.ts';
import { children, damageDatabase, fillDatabase, turnsUntil } from '../store/large-database.ts';
import { tempFolder } from '../temp-folder.ts';

const log = createLogger({ write: () => {} });
const second = 1000;
const hour = 3_600_000;
/** Local time: `at` is what the machine's clock shows. */
const evening = new Date(2026, 10, 21, 22, 0).getTime();
const halfPastThree = new Date(2026, 10, 22, 3, 30).getTime();

function start({ keep = 7, now = evening, folder = tempFolder() } = {}) {
  const store = openStore(folder);
  onTestFinished(() => store.close());
  openVault(folder);
  let time = now;
  const clock = { now: () => time, sleep: () => new Promise<void>(() => {}) };
  const nightly = new NightlyBackup({ folder, at: '03:30', keep, store, clock, log, committed: () => {} });
  return {
    folder,
    store,
    nightly,
    backups: join(folder, 'backups'),
    clock: {
      set: (instant: number) => {
        time = instant;
      },
    },
    /** One tick at that time, and what it began. */
    at: async (instant: number) => {
      time = instant;
      nightly.tick();
      await nightly.settled();
    },
    say: (id: string) =>
      store.db.commit(() =>
        store.events.append({ id, modem: null, time, body: { type: 'alert', code: 'test', message: id } }),
      ),
    alerts: () => store.events.after(0, 100).map(({ body }) => ('code' in body ? body.code : body.type)),
  };
}

const databases = (folder: string) =>
  existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.db')) : [];

test('a copy is made at its time and not before, with the key beside it, for its owner alone', async () => {
  const { backups, folder, at } = start();
  await at(halfPastThree - second);
  expect(databases(backups)).toEqual([]);
  expect(newestNightly(folder)).toBeNull();
  await at(halfPastThree);
  const [copy = ''] = databases(backups);
  expect(copy).toMatch(/^nightly-2026-11-2\dT[\d-]+Z\.db$/);
  expect(newestNightly(folder)).toBe(halfPastThree);
  for (const name of [copy, copy.replace(/db$/, 'key')]) expect(statSync(join(backups, name)).mode & 0o777).toBe(0o600);
  await at(halfPastThree + 23 * hour);
  expect(databases(backups)).toHaveLength(1);
  await at(halfPastThree + 24 * hour);
  expect(databases(backups)).toHaveLength(2);
});

test('it waits for a quiet moment, but not for ever', async () => {
  const { backups, at, say } = start();
  for (let time = halfPastThree; time < halfPastThree + hour; time += 20 * second) {
    say(`at ${time}`);
    await at(time);
  }
  expect(databases(backups)).toEqual([]);
  say('still busy');
  await at(halfPastThree + hour);
  expect(databases(backups)).toHaveLength(1);
});

test('half a minute without an event is quiet', async () => {
  const { backups, at, say } = start();
  say('busy');
  await at(halfPastThree);
  await at(halfPastThree + 29 * second);
  expect(databases(backups)).toEqual([]);
  await at(halfPastThree + 30 * second);
  expect(databases(backups)).toHaveLength(1);
});

test('so many stay as are wanted, the newest; what else lies there is left alone', async () => {
  const { backups, at } = start({ keep: 3 });
  mkdirSync(backups, { recursive: true });
  writeFileSync(join(backups, 'before-schema-2.db'), '');
  for (let night = 0; night < 5; night += 1) await at(halfPastThree + night * 24 * hour);
  const kept = readdirSync(backups).sort();
  expect(kept.filter((name) => name.endsWith('.key'))).toHaveLength(3);
  expect(kept.filter((name) => name.endsWith('.db'))).toHaveLength(4);
  expect(newestNightly(join(backups, '..'))).toBe(halfPastThree + 96 * hour);
});

test('none is made where none are to be kept', async () => {
  const { backups, at } = start({ keep: 0 });
  await at(halfPastThree);
  expect(databases(backups)).toEqual([]);
});

test('a night that was missed is made up for after a start, and a first start makes up for nothing', async () => {
  const first = start();
  await first.at(halfPastThree);
  const noon = halfPastThree + 33 * hour;
  const again = start({ folder: first.folder, now: noon });
  await again.at(noon + 29 * second);
  expect(databases(again.backups)).toHaveLength(1);
  await again.at(noon + 30 * second);
  expect(databases(again.backups)).toHaveLength(2);
  const fresh = start({ now: noon });
  await fresh.at(noon + hour);
  expect(databases(fresh.backups)).toEqual([]);
});

test('a copy that does not hold together is told plainly, is none of those that are kept, and takes none of their places', async () => {
  const folder = tempFolder();
  fillDatabase(folder, 1);
  const first = start({ folder, keep: 3 });
  for (let night = 0; night < 3; night += 1) await first.at(halfPastThree + night * 24 * hour);
  first.store.close();
  const whole = databases(first.backups);
  expect(whole).toHaveLength(3);
  damageDatabase(folder);
  const { at, backups, store } = start({ folder, keep: 3, now: halfPastThree + 60 * hour });
  await at(halfPastThree + 72 * hour);
  expect(readdirSync(backups).filter((name) => !name.endsWith('.key'))).toEqual(whole);
  expect(newestNightly(folder)).toBe(halfPastThree + 48 * hour);
  const [alert] = store.events.after(0, 100).map(({ body }) => body);
  expect(alert).toMatchObject({
    type: 'alert',
    code: 'store.corrupt',
    message: expect.stringMatching(/^the nightly backup failed: the copy is not a whole sim2mqtt database: \S/),
    hint: expect.stringContaining('sim2mqtt restore FILE'),
  });
});

test('one under way when the gateway stops is ended at once, without a word and without a file; what a power cut left goes, too', async () => {
  const folder = tempFolder();
  fillDatabase(folder, 1);
  const { backups, nightly, clock, alerts } = start({ folder });
  mkdirSync(backups);
  for (const end of ['', '-journal', '-wal']) {
    writeFileSync(join(backups, `nightly-2026-11-20T02-30-00-000Z.db.unfinished${end}`), '');
  }
  writeFileSync(join(backups, 'mine.db.unfinished'), '');
  const before = children();
  clock.set(halfPastThree);
  nightly.tick();
  const pid = await turnsUntil(() => children().find((child) => !before.includes(child)));
  process.kill(pid, 'SIGSTOP');
  await nightly.close();
  expect([readdirSync(backups), alerts(), children().includes(pid)]).toEqual([['mine.db.unfinished'], [], false]);
  nightly.tick();
  await nightly.settled();
  expect(databases(backups)).toEqual([]);
});

test('one that fails is told once, tried again each hour, and told anew after one that succeeded', async () => {
  const { backups, at, alerts } = start();
  writeFileSync(backups, 'in the way');
  await at(halfPastThree);
  await at(halfPastThree + hour - second);
  await at(halfPastThree + hour);
  await at(halfPastThree + 2 * hour);
  expect(alerts()).toHaveLength(1);
  chmodSync(backups, 0o600);
  const { rmSync } = await import('node:fs');
  rmSync(backups);
  await at(halfPastThree + 3 * hour);
  expect(databases(backups)).toHaveLength(1);
});
