import { closeSync, openSync, readdirSync, readFileSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import Sqlite from 'better-sqlite3';
import { openStore } from '../../src/store/store.ts';

/** A whole database with so many megabytes more in it than anybody needs. */
export function fillDatabase(folder: string, megabytes: number): void {
  openStore(folder).close();
  const sqlite = new Sqlite(join(folder, 'sim2mqtt.db'));
  sqlite.pragma('synchronous = OFF');
  sqlite.exec(`CREATE TABLE ballast (x TEXT); CREATE INDEX ballast_by_x ON ballast (x);
    WITH RECURSIVE row(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM row WHERE n < ${megabytes * 1000})
    INSERT INTO ballast SELECT hex(randomblob(250)) FROM row`);
  sqlite.pragma('wal_checkpoint(TRUNCATE)');
  sqlite.close();
}

/** Overwrites one page in the middle: what a failing SD card does. */
export function damageDatabase(folder: string): void {
  const file = join(folder, 'sim2mqtt.db');
  const page = 4096;
  const place = Math.floor(statSync(file).size / 2 / page) * page;
  const fd = openSync(file, 'r+');
  writeSync(fd, Buffer.alloc(page, 0x5a), 0, page, place);
  closeSync(fd);
}

/** The processes that this one has started and that are still there. */
export function children(): number[] {
  return readdirSync('/proc/self/task').flatMap((task) =>
    readFileSync(`/proc/self/task/${task}/children`, 'utf8').split(' ').filter(Boolean).map(Number),
  );
}

/** Lets the event loop turn until `found` gives something. */
export async function turnsUntil<T>(found: () => T | undefined): Promise<T> {
  for (;;) {
    const value = found();
    if (value !== undefined) return value;
    await turn();
  }
}
