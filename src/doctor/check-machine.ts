import { access, constants, stat, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { EpochMs } from '../clock.ts';
import { asGatewayError } from '../errors.ts';
import { readProcesses } from '../modem/discovery/port-holders.ts';
import type { PortReport } from '../modem/discovery/survey.ts';
import { type Finding, finding } from './finding.ts';

/** Less than this, and the next week of messages may not fit. */
const leastFree = 50 * 1024 * 1024;
const clockTolerance = 10 * 60_000;
const oldBackup = 50 * 3_600_000;
/** This program is younger. */
const leastTime = Date.UTC(2024, 0, 1);

export interface Folder {
  readonly path: string;
  /** Octets that this user may still write there; null where nobody can tell. */
  freeBytes(path: string): Promise<number | null>;
}

export async function freeBytes(path: string): Promise<number | null> {
  const { bavail, bsize } = await statfs(path).catch(() => ({ bavail: null, bsize: 0 }));
  return bavail === null ? null : bavail * bsize;
}

/** Whether the data folder, or the one it would be made in, can be written. */
export async function checkFolder({ path, freeBytes }: Folder): Promise<Finding[]> {
  let existing = path;
  while (existing !== dirname(existing) && !(await exists(existing))) existing = dirname(existing);
  const isFolder = (await stat(existing).catch(() => null))?.isDirectory() === true;
  const isWritable = await access(existing, constants.W_OK | constants.X_OK).then(
    () => true,
    () => false,
  );
  if (!isFolder || !isWritable) {
    const why = isFolder ? 'this user may not write there' : `${existing} is no folder`;
    return [finding('data.unwritable', `data folder ${path}`, why)];
  }
  const free = await freeBytes(existing);
  if (free === null || free >= leastFree) return [];
  const message = `${Math.floor(free / 1024 / 1024)} MB are free on its disk`;
  return [finding('disk.full', `data folder ${path}`, message)];
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null)) !== null;
}

export interface Times {
  readonly now: EpochMs;
  /** As networks told modems just now. */
  readonly network: readonly EpochMs[];
  /** The service centre's time of the newest message: the past can only be older. */
  readonly newestStamp: EpochMs | null;
}

export function checkClock({ now, network, newestStamp }: Times): Finding[] {
  const wrong = (message: string) => [finding('clock.wrong', 'clock', message)];
  if (now < leastTime) return wrong(`this machine believes that it is ${new Date(now).getUTCFullYear()}`);
  const off = network.find((time) => Math.abs(time - now) > clockTolerance);
  if (off !== undefined) return wrong(`the network says ${shown(off)}, this machine ${shown(now)}`);
  if (newestStamp !== null && newestStamp - now > clockTolerance) {
    return wrong(`the newest message is of ${shown(newestStamp)}, this machine says ${shown(now)}`);
  }
  return [];
}

function shown(time: EpochMs): string {
  return `${new Date(time).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

/** `newest`: when the last of them was made. A night may be missed, and made up for. */
export function checkBackup(newest: EpochMs | null, now: EpochMs): Finding[] {
  if (newest === null || now - newest < oldBackup) return [];
  return [finding('backup.old', 'nightly backup', `the newest is of ${shown(newest)}`)];
}

/** Whether anything can be written now, by whoever has the database open. */
export function checkWriting(folder: string, check: () => void): Finding[] {
  try {
    check();
    return [];
  } catch (thrown) {
    const { code, message } = asGatewayError(thrown);
    const finds = { 'store.full': 'disk.full', 'store.corrupt': 'data.damaged' } as const;
    const found = finds[code as keyof typeof finds] ?? 'data.unwritable';
    return [finding(found, `data folder ${folder}`, `nothing is stored: ${message}`)];
  }
}

/** Other processes that are daemons at work on the data folder, where there are more than `most`: `doctor` and other commands do not count. */
export async function checkDaemons(
  folder: string,
  database: string,
  { root, most }: { readonly root: string; readonly most: number },
): Promise<Finding[]> {
  const daemons = (await readProcesses(root, [database])).filter(
    ({ open, args }) => open.length > 0 && args.includes('run'),
  );
  if (daemons.length <= most) return [];
  const pids = daemons.map(({ pid }) => pid).join(', ');
  const message =
    most === 0
      ? `another daemon works on it: process ${pids}`
      : `${daemons.length} daemons work on it: processes ${pids}`;
  return [finding('daemon.second', `data folder ${folder}`, message)];
}

/** Devices on the bus that offer no port, and ports that must be left alone. */
export function checkBus(ports: readonly PortReport[]): Finding[] {
  const codes = {
    no_driver: 'usb.no_driver',
    network_only: 'usb.network_only',
    disc: 'usb.not_switched',
    left_alone: 'usb.left_alone',
  } as const;
  return ports.flatMap(({ usb, device, problem }) => {
    if (problem === null || !(problem.code in codes) || usb === null) return [];
    const { code, remedy } = problem as { code: keyof typeof codes; remedy: string };
    const subject = `usb ${usb.vendorId}:${usb.productId} at ${usb.position}`;
    return [finding(codes[code], subject, `${device}: ${busTexts[code]}`, { remedy })];
  });
}

const busTexts = {
  no_driver: 'it is on the bus, and no driver gives it a serial port',
  network_only: 'it is a network card and has no serial port',
  disc: 'it still shows itself as a CD-ROM',
  left_alone: 'it is no modem that can be used',
} as const;
