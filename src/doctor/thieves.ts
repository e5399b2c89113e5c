import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fingerprintOf } from '../modem/discovery/fingerprint.ts';
import { type Process, type RunningProcess, readProcesses } from '../modem/discovery/port-holders.ts';
import type { PortReport } from '../modem/discovery/survey.ts';
import { type Finding, type FindingDetails, finding } from './finding.ts';

const manager = 'ModemManager';
const brltty = 'brltty';

export function isThief({ name }: Process): boolean {
  return name === manager || name === brltty;
}

export function thiefFinding(process: Process, subject: string): Finding {
  const message = `${process.name} (process ${process.pid}) has its port`;
  return finding('port.thief', subject, message, remedyAgainst(process));
}

/** Of a port that cannot be used: who may have it. `trouble` is what is seen of that. */
export function suspectFinding(process: Process, subject: string, trouble: string): Finding {
  const message = `${trouble}, and ${process.name} (process ${process.pid}) runs, which nothing keeps from it`;
  return finding('port.thief', subject, message, remedyAgainst(process));
}

function remedyAgainst({ name }: Process): FindingDetails {
  return name === brltty ? { remedy: 'Remove it (sudo apt remove brltty), then plug the modem in again.' } : {};
}

/** The program that takes ports like this one and is not kept from it: what root has open only root can see. Null where none runs. */
export async function suspectOf(port: PortReport | undefined, root: string): Promise<Process | null> {
  if (port?.usb == null) return null;
  const running = await readProcesses(root);
  const reader = running.find(({ name }) => name === brltty);
  if (reader !== undefined && fingerprintOf(port.usb)?.is === 'bridge') return reader;
  const prober = running.find(takesAll);
  return prober !== undefined && !(await isIgnored(port, root)) ? prober : null;
}

/** Programs that take serial ports, where nothing tells that they leave ours alone. */
export async function checkThieves(ports: readonly PortReport[], root: string): Promise<Finding[]> {
  const running = await readProcesses(root);
  const reader = running.find(({ name }) => name === brltty);
  const lost = ports.filter(({ path, problem }) => path === null && problem?.code === 'in_use');
  const found = lost.map(({ usb, device }) => {
    const subject = `usb ${usb?.position ?? '?'}`;
    if (reader !== undefined) return thiefFinding(reader, subject);
    return finding('port.thief', subject, `a program took ${device} from its driver`);
  });
  const modems = ports.filter(({ usb, modem, path }) => usb !== null && modem !== null && path !== null);
  if (!running.some(takesAll) || modems.some(({ process }) => process?.name === manager)) return found;
  for (const port of modems) {
    if (await isIgnored(port, root)) continue;
    const message = `ModemManager runs, and nothing keeps it from ${port.path}`;
    found.push(finding('port.thief', `modem ${port.modem}`, message, { severity: 'warning' }));
  }
  return found;
}

/** Every modem that it was not told to leave alone; its other policy takes what it was told to. */
function takesAll({ name, args }: RunningProcess): boolean {
  return name === manager && !args.some((arg) => /(?:ALLOW|WHITE)LIST-ONLY/i.test(arg));
}

/** What udev knows of the device and of the port (udevadm info shows the same). */
async function isIgnored({ usb, path }: Pick<PortReport, 'usb' | 'path'>, root: string): Promise<boolean> {
  const read = (path: string) => readFile(join(root, path), 'utf8').catch(() => '');
  const device = (await read(`sys/bus/usb/devices/${usb?.position}/dev`)).trim();
  if (/^E:ID_MM_DEVICE_IGNORE=1$/m.test(await read(`run/udev/data/c${device}`))) return true;
  const port = (await read(`sys/class/tty/${basename(path ?? '')}/dev`)).trim();
  return /^E:ID_MM_(?:DEVICE|PORT)_IGNORE=1$/m.test(await read(`run/udev/data/c${port}`));
}
