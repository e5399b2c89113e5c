import { join, resolve } from 'node:path';
import type { Environment } from './environment.ts';
import type { Path, RawFault } from './faults.ts';
import { readSmallFile } from './read-file.ts';
import { valueAt } from './value.ts';

export interface Secret {
  readonly path: Path;
  readonly text: string;
}

export interface SecretSource {
  readonly env: Environment;
  /** What a relative path of the configuration starts from. */
  readonly folder: string;
}

/**
 * The secrets that are not in the configuration itself: from `*_file`, else from systemd's
 * `$CREDENTIALS_DIRECTORY` (`mqtt_password`, `pin_<modem id>`). One line end is cut off.
 */
export function readSecrets(value: unknown, source: SecretSource): { secrets: Secret[]; faults: RawFault[] } {
  const secrets: Secret[] = [];
  const faults: RawFault[] = [];
  for (const { path, credential } of places(value)) {
    if (valueAt(value, path) !== undefined) continue;
    const filePath = [...path.slice(0, -1), `${String(path.at(-1))}_file`];
    const file = valueAt(value, filePath);
    const named = typeof file === 'string' && file !== '';
    const folder = source.env.CREDENTIALS_DIRECTORY;
    if (!named && !(folder && credential !== null)) continue;
    const read = readSmallFile(named ? resolve(source.folder, file) : join(folder ?? '', credential ?? ''));
    if ('text' in read) secrets.push({ path, text: read.text.replace(/\r?\n$/, '') });
    else if (named || !read.missing)
      faults.push({ path: named ? filePath : path, message: `cannot be read: ${read.reason}` });
  }
  return { secrets, faults };
}

/** `credential` is null for a modem without a proper id: its file is looked at all the same. */
function places(value: unknown): { path: Path; credential: string | null }[] {
  const modems = valueAt(value, ['modems']);
  const pins = (Array.isArray(modems) ? modems : []).map((modem, index) => {
    const id = valueAt(modem, ['id']);
    const safe = typeof id === 'string' && /^[a-z0-9-]+$/.test(id);
    return { path: ['modems', index, 'pin'], credential: safe ? `pin_${id}` : null };
  });
  return [{ path: ['mqtt', 'password'], credential: 'mqtt_password' }, ...pins];
}
