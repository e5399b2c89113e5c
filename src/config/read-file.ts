import { readFileSync, statSync } from 'node:fs';

const maxBytes = 1024 * 1024;
const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'this user may not read it',
  EISDIR: 'it is a folder',
};

/** UTF-8, at most 1 MiB, from a file or a pipe; a reason in words where that cannot be. */
export function readSmallFile(
  file: string,
): { readonly text: string } | { readonly reason: string; readonly missing: boolean } {
  try {
    const status = statSync(file);
    if (status.isDirectory()) return { reason: 'it is a folder', missing: false };
    if (!status.isFile() && !status.isFIFO()) return { reason: 'it is not a file', missing: false };
    if (status.size > maxBytes) return { reason: 'it is larger than 1 MiB', missing: false };
    return { text: readFileSync(file, 'utf8') };
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown';
    return { reason: reasons[code] ?? code, missing: code === 'ENOENT' };
  }
}
