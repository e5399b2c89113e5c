import { resolve } from 'node:path';
import { dataFolder } from '../config/data-folder.ts';
import { backupDatabase } from '../store/copies.ts';
import type { CliContext } from './context.ts';
import type { BackupOptions } from './options.ts';

/** Copies the database to a file and checks the copy; the daemon may be at work. */
export async function backupCommand(options: BackupOptions, context: CliContext): Promise<void> {
  const file = resolve(options.file);
  const bytes = await backupDatabase(dataFolder(options.data, context.env), file);
  if (options.json === true) context.stdout(`${JSON.stringify({ file, bytes })}\n`);
  else context.stdout(`${file} (${bytes} bytes)\n`);
}
