import { readdir, readFile, readlink, realpath } from 'node:fs/promises';
import { join } from 'node:path';

/** A process of this machine. */
export interface Process {
  readonly pid: number;
  /** As in /proc/PID/comm, at most 15 characters. */
  readonly name: string;
}

export interface RunningProcess extends Process {
  readonly args: readonly string[];
  /** Those of the files asked about that it has open; of other users' processes only root can see them. */
  readonly open: readonly string[];
}

/** Every other process. `root` stands for `/` (tests). */
export async function readProcesses(root = '/', files: readonly string[] = []): Promise<RunningProcess[]> {
  const pids = (await readdir(join(root, 'proc')).catch(() => [])).filter((name) => /^\d+$/.test(name));
  const wanted = new Map<string, string>();
  for (const file of files) {
    const target = await realpath(join(root, file)).catch(() => null);
    if (target !== null) wanted.set(target, file);
  }
  const found: RunningProcess[] = [];
  // One after the other: there are hundreds.
  for (const pid of pids.filter((pid) => Number(pid) !== process.pid)) {
    const folder = join(root, 'proc', pid);
    const name = await readFile(join(folder, 'comm'), 'utf8').catch(() => null);
    if (name === null) continue;
    const args = (await readFile(join(folder, 'cmdline'), 'utf8').catch(() => '')).split('\0');
    const open = wanted.size === 0 ? [] : await openFiles(join(folder, 'fd'), wanted);
    found.push({ pid: Number(pid), name: name.trim(), args, open });
  }
  return found;
}

async function openFiles(folder: string, wanted: ReadonlyMap<string, string>): Promise<string[]> {
  const fds = await readdir(folder).catch(() => []);
  const targets = await Promise.all(fds.map((fd) => readlink(join(folder, fd)).catch(() => '')));
  return [...new Set(targets)].map((target) => wanted.get(target)).filter((file) => file !== undefined);
}

/** Which other process has which of these files open. */
export async function holdersOf(files: readonly string[], root = '/'): Promise<ReadonlyMap<string, Process>> {
  if (files.length === 0) return new Map();
  const running = await readProcesses(root, files);
  return new Map(running.flatMap(({ pid, name, open }) => open.map((file) => [file, { pid, name }] as const)));
}
