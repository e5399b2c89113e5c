import { closeSync, existsSync, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { GatewayError } from '../errors.ts';
import { migrations } from './migrations/migrations.ts';

export type Statement<P extends unknown[], R> = Sqlite.Statement<P, R>;

/** SQLite as we use it: WAL; a commit is on the disk when it returns unless the caller says it need not be. */
export class Database {
  readonly #sqlite: Sqlite.Database;

  constructor(sqlite: Sqlite.Database) {
    this.#sqlite = sqlite;
  }

  prepare<P extends unknown[], R = unknown>(sql: string): Statement<P, R> {
    return this.#sqlite.prepare<P, R>(sql);
  }

  /** One transaction, on the disk when it returns. Throws `store.full` or what `work` throws; then nothing is changed. */
  commit<T>(work: () => T): T {
    if (this.#sqlite.inTransaction) return work();
    try {
      return this.#sqlite.transaction(work).immediate();
    } catch (error) {
      throw asStoreError(error);
    }
  }

  /** As `commit`, but a power cut may undo the last of these: for what can be found out or done again. */
  commitLazily<T>(work: () => T): T {
    if (this.#sqlite.inTransaction) return work();
    this.#sqlite.pragma('synchronous = NORMAL');
    try {
      return this.commit(work);
    } finally {
      this.#sqlite.pragma('synchronous = FULL');
    }
  }

  close(): void {
    this.#sqlite.close();
  }
}

export const databaseName = 'sim2mqtt.db';

/**
 * Opens or makes the database of a data folder and brings it up to date, after a copy of the old one.
 * Throws `store.newer`, `store.corrupt`, `store.full`, `store.unwritable`.
 */
export function openDatabase(folder: string, steps: readonly string[] = migrations): Database {
  const file = join(folder, databaseName);
  let sqlite: Sqlite.Database | undefined;
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    createPrivate(file);
    sqlite = new Sqlite(file, { timeout: 5000 });
    sqlite.pragma('journal_mode = WAL');
    sqlite.pragma('synchronous = FULL');
    sqlite.pragma('foreign_keys = ON');
    migrate(sqlite, folder, steps);
    return new Database(sqlite);
  } catch (error) {
    sqlite?.close();
    throw asStoreError(error);
  }
}

/** Makes an empty file that only its owner may read, if none is there: SQLite gives its log the same permissions. */
export function createPrivate(file: string): void {
  if (!existsSync(file)) closeSync(openSync(file, 'a', 0o600));
}

function migrate(sqlite: Sqlite.Database, folder: string, steps: readonly string[]): void {
  const version = sqlite.pragma('user_version', { simple: true });
  if (typeof version !== 'number') throw new GatewayError('store.corrupt', 'the database has no readable version');
  if (version > steps.length) throw newerDatabase(version, steps.length, folder);
  if (version === steps.length) return;
  if (version > 0) copyBefore(sqlite, version, folder);
  sqlite
    .transaction(() => {
      for (const sql of steps.slice(version)) sqlite.exec(sql);
      sqlite.pragma(`user_version = ${steps.length}`);
    })
    .exclusive();
}

/** Where the copy made before leaving schema `version` is kept. */
export function migrationCopy(folder: string, version: number): string {
  return join(folder, 'backups', `before-schema-${version + 1}.db`);
}

function copyBefore(sqlite: Sqlite.Database, version: number, folder: string): void {
  const copy = migrationCopy(folder, version);
  mkdirSync(join(folder, 'backups'), { recursive: true, mode: 0o700 });
  if (existsSync(copy)) return;
  createPrivate(copy);
  sqlite.prepare('VACUUM INTO ?').run(copy);
}

function newerDatabase(version: number, known: number, folder: string): GatewayError {
  const copy = migrationCopy(folder, known);
  const wayBack = existsSync(copy)
    ? `install the newer sim2mqtt again, or go back with "sim2mqtt restore ${copy}" (what came after that copy is lost)`
    : 'install the newer sim2mqtt again, or restore a backup made by this one';
  return new GatewayError('store.newer', `the database has schema ${version}, this sim2mqtt knows ${known}`, {
    hint: wayBack,
    details: { version, known },
  });
}

const forbidden = /^(?:EACCES|EPERM|EROFS|EEXIST|ENOTDIR|SQLITE_READONLY|SQLITE_CANTOPEN)/;

function asStoreError(error: unknown): unknown {
  if (error instanceof Error && 'code' in error && forbidden.test(String(error.code))) {
    return new GatewayError('store.unwritable', `the database may not be written (${error.code})`, {
      transient: true,
      hint: 'let this user write to the data folder, or choose another one with --data',
      cause: error,
    });
  }
  if (!(error instanceof Sqlite.SqliteError)) return error;
  if (error.code.startsWith('SQLITE_FULL') || error.code.startsWith('SQLITE_IOERR')) {
    const hint = 'free disk space; messages stay on the SIM until then';
    return new GatewayError('store.full', `the database cannot be written (${error.code})`, {
      transient: true,
      hint,
      cause: error,
    });
  }
  if (error.code.startsWith('SQLITE_BUSY')) {
    return new GatewayError('store.locked', 'another process holds the database', { transient: true, cause: error });
  }
  if (error.code.startsWith('SQLITE_CORRUPT') || error.code === 'SQLITE_NOTADB') {
    const hint = 'restore a backup: sim2mqtt restore FILE';
    return new GatewayError('store.corrupt', 'the database file is damaged', { hint, cause: error });
  }
  return error;
}
