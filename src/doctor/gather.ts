import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { openSession } from '../at/session.ts';
import type { ModemConfig } from '../config/schema.ts';
import { asGatewayError } from '../errors.ts';
import type { Logger } from '../log.ts';
import type { Discovery } from '../modem/discovery/discovery.ts';
import { isSameIccid, isSameImei, readIccid } from '../modem/discovery/identity.ts';
import { holdersOf } from '../modem/discovery/port-holders.ts';
import { type PortReport, survey } from '../modem/discovery/survey.ts';
import { type Examination, examine } from '../modem/examination.ts';
import { defaultIntervals } from '../modem/intervals.ts';
import { PinRecord } from '../modem/pin-record.ts';
import { unsolicitedShapes } from '../modem/profile.ts';
import { allFamilies, familyOf } from '../modem/profiles/families.ts';
import { greetModem } from '../modem/start.ts';
import type { ModemFacts } from './modem-facts.ts';
import { suspectOf } from './thieves.ts';

export interface Gathered {
  readonly ports: readonly PortReport[];
  readonly modems: readonly ModemFacts[];
}

export interface GatherOptions {
  readonly discovery: Discovery;
  readonly modems: readonly ModemConfig[];
  /** Whether a PIN was tried on a SIM (its ICCID, or `imei:…`). */
  wasTried(sim: string, pin: string): boolean;
  readonly log: Logger;
}

/** Without a daemon: opens what is free, asks, and types no PIN. */
export async function gatherHere(options: GatherOptions): Promise<Gathered> {
  const ports = await survey(options.discovery);
  const real = options.modems.filter(({ port }) => port !== 'sim:');
  const found = await Promise.all(
    real.map(async (modem) => ({ modem, report: await portOf(options, modem.port, ports) })),
  );
  // One after the other where two entries lead to one device.
  const devices = Map.groupBy(found, ({ modem, report }) => report?.usb?.position ?? report?.path ?? modem.port);
  const looked = await Promise.all([...devices.values()].map((entries) => lookAtDevice(options, entries, ports)));
  const places = new Map(looked.flat().map((facts) => [facts.id, facts]));
  const modems = real.map(({ id }) => places.get(id)).filter((facts) => facts !== undefined);
  return { ports: ports.map((port) => ({ ...port, modem: ownerOf(port, modems) })), modems };
}

function ownerOf({ path }: PortReport, modems: readonly ModemFacts[]): string | null {
  return path === null ? null : (modems.find((modem) => modem.path === path)?.id ?? null);
}

interface Entry {
  readonly modem: ModemConfig;
  readonly report: PortReport | undefined;
}

async function lookAtDevice(
  options: GatherOptions,
  entries: readonly Entry[],
  ports: readonly PortReport[],
): Promise<ModemFacts[]> {
  const looked: ModemFacts[] = [];
  for (const entry of entries) looked.push(await look(options, entry, ports));
  return looked;
}

async function look(
  options: GatherOptions,
  { modem, report }: Entry,
  ports: readonly PortReport[],
): Promise<ModemFacts> {
  const { root } = options.discovery;
  const path = report?.path ?? (/^(?:\/|tcp:)/.test(modem.port) ? modem.port : null);
  const asked = path === null ? { problem: notFound(modem.port) } : await ask(options, path);
  const process = path?.startsWith('/') ? ((await holdersOf([path], root)).get(path) ?? null) : null;
  const { problem = null, examination = null, saysLowPower = false, names = [] } = asked;
  return {
    ...{
      id: modem.id,
      address: modem.port,
      path,
      problem: atOtherRate(problem, report) ?? problem,
      examination,
      saysLowPower,
      process,
    },
    suspect: problem === null || process !== null ? null : await suspectOf(report, root),
    sibling: siblingOf(report, ports),
    group: path === null ? null : await groupOf(join(root, path), root),
    number: modem.number ?? null,
    hasServiceCentre: modem.smsc !== undefined,
    isOffered: modem.offer !== 'private',
    hasPin: modem.pin !== undefined,
    isPinWrong: modem.pin !== undefined && names.length > 0 && !mayTry(options, names, modem.pin),
  };
}

/** It is not mute: it was asked at the wrong rate. */
function atOtherRate(problem: ModemFacts['problem'], report: PortReport | undefined): ModemFacts['problem'] {
  const found = report?.problem ?? null;
  return problem?.code === 'at.timeout' && found?.code === 'baud' ? { code: 'port.baud', message: found.remedy } : null;
}

interface Asked {
  readonly problem?: ModemFacts['problem'];
  readonly examination?: Examination;
  readonly saysLowPower?: boolean;
  /** What a try of the PIN is written down under: the ICCID and the IMEI. */
  readonly names?: readonly [iccid: string | null, imei: string | null] | readonly [];
}

async function ask({ discovery, log }: GatherOptions, path: string): Promise<Asked> {
  let saysLowPower = false;
  try {
    const port = await discovery.openPlain(path);
    const onUnsolicited = (lines: readonly string[]) => {
      saysLowPower ||= lines.some((line) => /^UNDER-VOLTAGE/i.test(line));
    };
    const shapes = [{ match: /^UNDER-VOLTAGE/i, follows: 0 as const }, ...unsolicitedShapes(allFamilies)];
    const session = openSession(port, { unsolicited: shapes, onUnsolicited, log });
    try {
      const identity = await greetModem({
        session,
        intervals: { ...defaultIntervals, greeting: discovery.intervals.attempts },
      });
      const profile = familyOf(identity);
      const examination = await examine(session, profile);
      const iccid = examination.sim === 'pin_required' ? await readIccid(session) : null;
      return { examination, saysLowPower, names: [iccid, identity.imei] };
    } finally {
      await session.close();
    }
  } catch (thrown) {
    const { code, message } = asGatewayError(thrown);
    return { problem: { code, message }, saysLowPower };
  }
}

/** The report of the port that an address leads to; undefined where it leads to no hardware of this machine. */
async function portOf(
  { discovery }: GatherOptions,
  address: string,
  ports: readonly PortReport[],
): Promise<PortReport | undefined> {
  const [kind, wanted = ''] = address.split(':');
  if (kind === 'imei') return ports.find(({ at }) => at?.imei != null && isSameImei(at.imei, wanted));
  if (kind === 'iccid') return ports.find(({ at }) => at?.iccid != null && isSameIccid(at.iccid, wanted));
  const entry = await discovery.inventory.portAt(address);
  return ports.find(({ path }) => path !== null && path === entry?.path);
}

function notFound(address: string): NonNullable<ModemFacts['problem']> {
  const what = address.startsWith('imei:') ? 'modem has this IMEI' : 'modem holds the SIM with this ICCID';
  return { code: 'port.missing', message: `no ${what}` };
}

/** Another port of the same device, which answers. */
export function siblingOf(report: PortReport | undefined, ports: readonly PortReport[]): string | null {
  if (report?.usb == null) return null;
  const { position } = report.usb;
  const sibling = ports.find(({ usb, at, path }) => usb?.position === position && at != null && path !== report.path);
  return sibling?.stablePath ?? null;
}

function mayTry({ wasTried }: GatherOptions, [iccid, imei]: readonly (string | null)[], pin: string): boolean {
  const memory = { wasTried, remember: () => undefined };
  return new PinRecord(memory, { iccid: iccid ?? null, modem: `imei:${imei}` }).mayTry(pin);
}

/** The name of the group that owns a file, as far as /etc/group tells. */
export async function groupOf(file: string, root: string): Promise<string | null> {
  const node = await stat(file).catch(() => null);
  if (node === null) return null;
  const lines = (await readFile(join(root, 'etc/group'), 'utf8').catch(() => '')).split('\n');
  return lines.map((line) => line.split(':')).find(([, , gid]) => gid === String(node.gid))?.[0] ?? null;
}
