import type { ModemId } from '../../domain/message.ts';
import type { SerialPortEntry } from '../port-scan.ts';
import type { Heard, PortAnswer, Probed } from '../probe.ts';
import type { Discovery } from './discovery.ts';
import { fingerprintOf } from './fingerprint.ts';
import { isUart, usedRates } from './line-rates.ts';
import { holdersOf, type Process } from './port-holders.ts';
import { unitOf, unitsOf } from './unit.ts';
import { readUsbBus, type UsbDevice } from './usb-bus.ts';

/** What is known of one port, or of a device that has none. */
export interface PortReport extends Omit<SerialPortEntry, 'path' | 'stablePath'> {
  /** Null for a device without a serial port. */
  readonly path: string | null;
  readonly stablePath: string | null;
  /** What the table takes it for. */
  readonly device: string | null;
  /** Null where no modem answers; absent where it was not asked. */
  readonly at?: PortAnswer | null;
  /** What came in place of an answer. */
  readonly heard?: Heard;
  /** The modem of this gateway that has it, or is configured to. */
  readonly modem: ModemId | null;
  /** The program that has it, where that can be seen. */
  readonly process: Process | null;
  /** Why it is of no use as it is, and what to do. */
  readonly problem: { readonly code: PortProblem; readonly remedy: string } | null;
}

export type PortProblem =
  | 'permission'
  | 'in_use'
  | 'hangs'
  | 'no_driver'
  | 'network_only'
  | 'disc'
  | 'left_alone'
  | 'baud';

export interface SurveyOptions {
  /** Who a modem of ours is; null while it does not answer. Default: nobody is known. */
  readonly identityOf?: (modem: ModemId) => PortAnswer | null;
  /** False: no port is opened; what is known already is told. */
  readonly asks?: boolean;
}

/** Asks every port that nobody uses, and says what is known of all of them. */
export async function survey(
  discovery: Discovery,
  { identityOf = () => null, asks = true }: SurveyOptions = {},
): Promise<PortReport[]> {
  const ports = await discovery.inventory.scan();
  const units = asks ? [...unitsOf(ports)] : [];
  await Promise.all(units.map(([unit, members]) => askAll(discovery, unit, members, identityOf)));
  const rates = asks ? await otherRates(discovery, ports) : new Map<string, number>();
  const holders = await holdersOf(
    ports.map(({ path }) => path),
    discovery.root,
  );
  const reports = ports.map((port) =>
    reportOf(discovery, port, { identityOf, process: holders.get(port.path) ?? null, rate: rates.get(port.path) }),
  );
  const withPorts = new Set(ports.map(({ usb }) => usb?.position));
  const bus = await readUsbBus(discovery.root);
  const without = bus.filter(({ position }) => !withPorts.has(position)).map(portless);
  return [...reports, ...without.filter((report) => report !== null)];
}

/** The siblings of a port that is configured and does not answer are asked too: it may be the wrong one. */
async function askAll(
  discovery: Discovery,
  unit: string,
  members: readonly SerialPortEntry[],
  identityOf: (modem: ModemId) => PortAnswer | null,
): Promise<void> {
  const holder = discovery.claims.holder(unit);
  const owner = holder?.modem ?? discovery.inventory.reservedFor(members[0] as SerialPortEntry);
  if (owner !== null && identityOf(owner) !== null) return;
  const mayAsk = (port: SerialPortEntry) =>
    port.accessible && discovery.opener.quarantined(port) === null && discovery.claims.holder(unit)?.path !== port.path;
  await discovery.prober.ask(unit, members, { recheck: 0, all: true, mayAsk });
}

/** Of the mute ports that the configuration names: the rate at which each answers after all. */
async function otherRates(
  { claims, inventory, knowledge, prober, rates }: Discovery,
  ports: readonly SerialPortEntry[],
): Promise<ReadonlyMap<string, number>> {
  const found = new Map<string, number>();
  const isDoubtful = (port: SerialPortEntry) =>
    isUart(port) &&
    inventory.reservedFor(port) !== null &&
    claims.holder(unitOf(port)) === null &&
    knowledge.get(port)?.probed.is === 'mute';
  await Promise.all(
    ports.filter(isDoubtful).map(async (port) => {
      const own = rates.of(port, inventory.reservedFor(port));
      const others = usedRates.filter((rate) => rate !== own);
      const rate = await prober.rateOf(port, others);
      if (rate !== null) found.set(port.path, rate);
    }),
  );
  return found;
}

interface Facts {
  readonly identityOf: (modem: ModemId) => PortAnswer | null;
  readonly process: Process | null;
  /** At which it answers, in place of the configured one. */
  readonly rate: number | undefined;
}

function reportOf(discovery: Discovery, port: SerialPortEntry, { identityOf, process, rate }: Facts): PortReport {
  const holder = discovery.claims.holder(unitOf(port));
  const mine = holder?.path === port.path ? holder.modem : null;
  const known = mine === null ? null : identityOf(mine);
  const probed = mine === null ? discovery.knowledge.get(port)?.probed : undefined;
  return {
    ...port,
    device: fingerprintOf(port.usb)?.name ?? null,
    ...(known !== null ? { at: known } : answerOf(probed)),
    modem: mine ?? discovery.inventory.reservedFor(port),
    process: mine === null ? process : null,
    problem: rate !== undefined ? wrongRate(rate) : mine === null ? problemOf(discovery, port, probed, process) : null,
  };
}

function answerOf(probed: Probed | undefined): Pick<PortReport, 'at' | 'heard'> {
  if (probed?.is === 'answered') return { at: probed.answer };
  return probed?.is === 'mute' ? { at: null, heard: probed.heard } : {};
}

function wrongRate(rate: number): PortReport['problem'] {
  return { code: 'baud', remedy: `It answers at ${rate} baud: set baud: ${rate}` };
}

function problemOf(
  discovery: Discovery,
  port: SerialPortEntry,
  probed: Probed | undefined,
  process: Process | null,
): PortReport['problem'] {
  const row = fingerprintOf(port.usb);
  if (row?.is === 'never') return { code: 'left_alone', remedy: row.hint ?? 'It is no modem.' };
  if (!port.accessible) {
    return { code: 'permission', remedy: 'Add the user to the group of the port (dialout), and log in again.' };
  }
  if (discovery.opener.quarantined(port) !== null) {
    return { code: 'hangs', remedy: 'Its driver hangs: unplug the modem and plug it in again.' };
  }
  const isBusy = probed?.is === 'unopened' && probed.error.code === 'port.busy';
  if (process === null && !isBusy) return null;
  const who = process === null ? 'the program that has it' : `${process.name} (process ${process.pid})`;
  return { code: 'in_use', remedy: `Stop ${who}, or keep it away from this port.` };
}

/** Null for what is no modem as far as anybody can tell. */
function portless(device: UsbDevice): PortReport | null {
  const row = fingerprintOf(device);
  if (row === null) return null;
  const first = device.interfaces[0];
  const usb = {
    ...device,
    ...{ interface: null, triple: first?.triple ?? null, endpoints: null, role: null, enumeration: null },
  };
  const { interfaces: _, ...shown } = usb;
  return {
    ...{ path: null, stablePath: null, byId: null, byPath: null, accessible: false, modem: null, process: null },
    usb: shown,
    device: row.name,
    problem: portlessProblem(device, row),
  };
}

function portlessProblem(
  device: UsbDevice,
  { is, hint }: { readonly is: string; readonly hint?: string },
): PortReport['problem'] {
  if (is === 'network') return { code: 'network_only', remedy: hint ?? 'It offers no serial port.' };
  if (is === 'disc') return { code: 'disc', remedy: hint ?? 'Install usb-modeswitch, then plug it in again.' };
  if (is === 'never') return { code: 'left_alone', remedy: hint ?? 'It is no modem.' };
  if (device.interfaces.some(({ driver }) => driver === 'usbfs')) {
    const remedy =
      'A program took the device from its driver, often brltty: remove it (apt remove brltty), then plug the modem in again.';
    return { code: 'in_use', remedy };
  }
  const ids = `${device.vendorId} ${device.productId}`;
  return {
    code: 'no_driver',
    remedy: `The kernel has no driver for it: update the kernel, or try modprobe option && echo ${ids} > /sys/bus/usb-serial/drivers/option1/new_id`,
  };
}
