import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { GatewayError } from '../errors.ts';
import { checkCopy } from './checked-copy.ts';
import { copyApart } from './copy-apart.ts';
import { createPrivate, databaseName } from './database.ts';
import { migrations } from './migrations/migrations.ts';
import { keyName } from './vault.ts';

/** Where the copy of the key goes that opens what is sealed in a copy of the database: `x.db` → `x.key`. */
export function keyBeside(file: string): string {
  return `${file.replace(/\.db$/, '')}.key`;
}

/**
 * A checked, consistent copy of a data folder's database, also while a daemon writes to it, and of its key beside it. Returns its size in octets.
 * Throws `store.corrupt` when there is no database or the copy does not hold together, `store.full`, or the reason of `signal`; then there is no file.
 */
export async function backupDatabase(folder: string, file: string, signal?: AbortSignal): Promise<number> {
  const source = join(folder, databaseName);
  if (!existsSync(source)) throw new GatewayError('store.corrupt', `there is no database in ${folder}`);
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const unfinished = `${file}${unfinishedEnd}`;
  removeUnfinished(unfinished);
  try {
    createPrivate(unfinished);
    await copyApart({ source, target: unfinished }, signal);
    copyKey(join(folder, keyName), keyBeside(file));
    renameSync(unfinished, file);
    return statSync(file).size;
  } finally {
    removeUnfinished(unfinished);
  }
}

/** How the name of a copy ends until it is whole and checked. */
const unfinishedEnd = '.unfinished';

/** With what SQLite keeps beside it. */
function removeUnfinished(file: string): void {
  for (const suffix of ['', '-journal', '-wal', '-shm']) rmSync(`${file}${suffix}`, { force: true });
}

/** What copies named like `name` left behind that were cut off by a power cut or a kill; none of them may be under way. */
export function removeCutOff(backups: string, name: RegExp): void {
  for (const file of readdirSync(backups)) {
    const copy = file.slice(0, Math.max(0, file.indexOf(unfinishedEnd)));
    if (name.test(copy)) rmSync(join(backups, file), { force: true });
  }
}

/**
 * Puts a backup in the place of a data folder's database, and its key if there is one; what was there is kept beside it.
 * No daemon may run on the folder. Returns where the old one is now, or null. Throws `store.corrupt`, `store.newer`.
 */
export function restoreDatabase(file: string, folder: string, now: Date): string | null {
  if (!existsSync(file)) throw new GatewayError('store.corrupt', `there is no file ${file}`);
  const version = checkCopy(file);
  if (version > migrations.length) {
    throw new GatewayError(
      'store.newer',
      `the backup has schema ${version}, this sim2mqtt knows ${migrations.length}`,
      {
        hint: 'restore it with the sim2mqtt that made it, or a newer one',
      },
    );
  }
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const target = join(folder, databaseName);
  const incoming = `${target}.incoming`;
  copyFileSync(file, incoming);
  chmodSync(incoming, 0o600);
  const kept = setAside(target, now);
  restoreKey(keyBeside(file), join(folder, keyName), now);
  renameSync(incoming, target);
  return kept;
}

/** Whole or not there, and its owner's alone. A folder that never had one has nothing sealed. */
function copyKey(from: string, to: string): void {
  if (!existsSync(from)) return;
  writeFileSync(`${to}.unfinished`, readFileSync(from), { mode: 0o600, flush: true });
  renameSync(`${to}.unfinished`, to);
}

function restoreKey(from: string, to: string, now: Date): void {
  if (!existsSync(from)) return;
  if (existsSync(to)) {
    if (readFileSync(to).equals(readFileSync(from))) return;
    renameSync(to, beforeRestore(to, now));
  }
  copyKey(from, to);
}

function beforeRestore(file: string, now: Date): string {
  return `${file}.before-restore-${now.toISOString().replace(/[:.]/g, '-')}`;
}

/** The write-ahead log belongs to the old database: merged into it, or it would be played into the new one. */
function setAside(target: string, now: Date): string | null {
  if (!existsSync(target)) return null;
  const kept = beforeRestore(target, now);
  mergeLog(target);
  renameSync(target, kept);
  for (const suffix of ['-wal', '-shm']) {
    if (existsSync(`${target}${suffix}`)) renameSync(`${target}${suffix}`, `${kept}${suffix}`);
  }
  return kept;
}

function mergeLog(target: string): void {
  try {
    const sqlite = new Sqlite(target);
    sqlite.pragma('wal_checkpoint(TRUNCATE)');
    sqlite.close();
  } catch {
    // A damaged database is what one restores over; it is kept as it is, its log beside it.
  }
}
