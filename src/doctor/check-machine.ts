import { access, constants, readFile, stat, statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { EpochMs } from '../clock.ts';
import { readProcesses } from '../modem/discovery/port-holders.ts';
import type { PortReport } from '../modem/discovery/survey.ts';
import { thiefFinding } from './diagnose-modem.ts';
import { type Finding, finding } from './finding.ts';

/** Less than this, and the next week of messages may not fit. */
const leastFree = 50 * 1024 * 1024;
const clockTolerance = 10 * 60_000;
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

/** Daemons at work on one data folder: `doctor` and other commands do not count. */
export async function checkDaemons(folder: string, database: string, root: string): Promise<Finding[]> {
  const daemons = (await readProcesses(root, [database])).filter(
    ({ open, args }) => open.length > 0 && args.includes('run'),
  );
  if (daemons.length < 2) return [];
  const pids = daemons.map(({ pid }) => pid).join(', ');
  return [finding('daemon.second', `data folder ${folder}`, `${daemons.length} daemons work on it: processes ${pids}`)];
}

/** Programs that take serial ports, where nothing tells that they leave ours alone. */
export async function checkThieves(ports: readonly PortReport[], root: string): Promise<Finding[]> {
  const running = await readProcesses(root);
  const brltty = running.find(({ name }) => name === 'brltty');
  const lost = ports.filter(({ path, problem }) => path === null && problem?.code === 'in_use');
  const found = lost.map(({ usb, device }) => {
    const subject = `usb ${usb?.position ?? '?'}`;
    if (brltty !== undefined) return thiefFinding(brltty, subject);
    return finding('port.thief', subject, `a program took ${device} from its driver`);
  });
  const manager = running.find(({ name }) => name === 'ModemManager');
  const modems = ports.filter(({ usb, modem, path }) => usb !== null && modem !== null && path !== null);
  if (manager === undefined || modems.some(({ process }) => process?.name === 'ModemManager')) return found;
  for (const { usb, modem, path } of modems) {
    if (await isIgnored(usb?.position ?? '', root)) continue;
    const message = `ModemManager runs, and nothing keeps it from ${path}`;
    found.push(finding('port.thief', `modem ${modem}`, message, { severity: 'warning' }));
  }
  return found;
}

/** What udev knows of the device (udevadm info shows the same). */
async function isIgnored(position: string, root: string): Promise<boolean> {
  const read = (path: string) => readFile(join(root, path), 'utf8').catch(() => '');
  const number = (await read(`sys/bus/usb/devices/${position}/dev`)).trim();
  return /^E:ID_MM_DEVICE_IGNORE=1$/m.test(await read(`run/udev/data/c${number}`));
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
