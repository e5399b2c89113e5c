import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Environment } from './environment.ts';

/** Absolute: `--data`, else `$STATE_DIRECTORY` (the first of systemd's list), else the user's own state folder (XDG). */
export function dataFolder(option: string | undefined, env: Environment): string {
  if (option !== undefined && option !== '') return resolve(option);
  const state = env.STATE_DIRECTORY?.split(':')[0];
  if (state) return resolve(state);
  return join(env.XDG_STATE_HOME || join(env.HOME || homedir(), '.local', 'state'), 'sim2mqtt');
}
