import Sqlite from 'better-sqlite3';
import { GatewayError } from '../errors.ts';

/** All of it in one step, for a process that has nothing else to do: what is written meanwhile does not start it over. */
const everyPage = 0x7fff_ffff;

/** Copies a database in use to `target`, which may be there and empty, and checks the copy. Throws `store.corrupt`, `store.full`. */
export async function copyChecked(source: string, target: string): Promise<void> {
  try {
    const sqlite = new Sqlite(source, { readonly: true, timeout: 5000 });
    try {
      await sqlite.backup(target, { progress: () => everyPage });
    } finally {
      sqlite.close();
    }
  } catch (error) {
    throw copyFault(error);
  }
  checkCopy(target, 'the copy');
}

/** Returns the schema version. Throws `store.corrupt`; `what` is how people know the file. */
export function checkCopy(file: string, what = file): number {
  const fault = (why: string, cause?: unknown) =>
    new GatewayError('store.corrupt', `${what} is not a whole sim2mqtt database${why === '' ? '' : `: ${why}`}`, {
      cause,
    });
  let sqlite: Sqlite.Database | undefined;
  try {
    sqlite = new Sqlite(file, { readonly: true });
    const version = sqlite.pragma('user_version', { simple: true });
    const state = String(sqlite.pragma('quick_check(1)', { simple: true }));
    if (state !== 'ok') throw fault(state);
    if (typeof version !== 'number' || version < 1) throw fault('it has no schema');
    return version;
  } catch (error) {
    throw error instanceof GatewayError ? error : fault('', error);
  } finally {
    sqlite?.close();
  }
}

function copyFault(error: unknown): unknown {
  const code = error instanceof Sqlite.SqliteError ? error.code : '';
  if (/^SQLITE_(FULL|IOERR)/.test(code)) {
    const hint = 'free disk space, or put the data folder on a larger disk';
    return new GatewayError('store.full', `there is no room for the copy (${code})`, { hint, cause: error });
  }
  if (!/^SQLITE_(CORRUPT|NOTADB)/.test(code)) return error;
  return new GatewayError('store.corrupt', `the database cannot be copied (${code})`, { cause: error });
}
