import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { dataFolder } from '../config/data-folder.ts';
import type { Actor } from '../domain/account.ts';
import { databaseName } from '../store/database.ts';
import { openStore, type Store } from '../store/store.ts';
import type { CliContext } from './context.ts';
import type { CommonOptions } from './options.ts';

/** Who the audit trail says it was. */
export const operator: Actor = { account: null, via: 'cli' };

/** Works on the database of the data folder, made here if need be; the daemon may be at work on it. */
export function withStore<T>(options: CommonOptions, context: CliContext, work: (store: Store) => T): T {
  const store = openStore(dataFolder(options.data, context.env));
  try {
    return work(store);
  } finally {
    store.close();
  }
}

/** As `withStore`, to look only: where there is no database none is made, and nothing is found. */
export function listFromStore<T>(
  options: CommonOptions,
  context: CliContext,
  list: (store: Store) => readonly T[],
): readonly T[] {
  const folder = dataFolder(options.data, context.env);
  return existsSync(join(folder, databaseName)) ? withStore(options, context, list) : [];
}
