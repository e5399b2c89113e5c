import { join, resolve } from 'node:path';
import { dataFolder } from '../config/data-folder.ts';
import { GatewayError } from '../errors.ts';
import { isAnswered } from '../http/control.ts';
import { restoreDatabase } from '../store/copies.ts';
import type { CliContext } from './context.ts';
import type { RestoreOptions } from './options.ts';

/** Puts a backup in the place of the database; the old one is kept beside it. Throws `store.locked` while a daemon runs. */
export async function restoreCommand(options: RestoreOptions, context: CliContext): Promise<void> {
  const folder = dataFolder(options.data, context.env);
  if (await isAnswered(join(folder, 'control.sock'))) {
    throw new GatewayError('store.locked', 'a daemon runs on this data folder', { hint: 'stop it first' });
  }
  const kept = restoreDatabase(resolve(options.file), folder, new Date());
  if (options.json === true) context.stdout(`${JSON.stringify({ restored: folder, kept })}\n`);
  else context.stdout(`restored ${folder}${kept === null ? '' : `; what was there is now ${kept}`}\n`);
}
