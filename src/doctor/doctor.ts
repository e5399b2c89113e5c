import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { EpochMs, Ms } from '../clock.ts';
import type { ConfigCheck } from '../config/load.ts';
import type { Config } from '../config/schema.ts';
import { asGatewayError } from '../errors.ts';
import type { Logger } from '../log.ts';
import { Discovery, type DiscoveryIntervals, type DiscoveryOptions } from '../modem/discovery/discovery.ts';
import { expectModem } from '../modem/discovery/finder.ts';
import { tryBroker } from '../mqtt/broker-trial.ts';
import { databaseName } from '../store/database.ts';
import { type Inspection, inspectDatabase } from '../store/inspection.ts';
import { gatherFromDaemon, type ScanResult } from './ask-daemon.ts';
import {
  checkBackup,
  checkBus,
  checkClock,
  checkDaemons,
  checkFolder,
  checkWriting,
  type Folder,
} from './check-machine.ts';
import { diagnoseModem } from './diagnose-modem.ts';
import { type Finding, finding, inOrder } from './finding.ts';
import { type Gathered, gatherHere } from './gather.ts';
import { checkThieves } from './thieves.ts';

export interface DoctorOptions {
  readonly check: ConfigCheck;
  /** The data folder. */
  readonly folder: string;
  /** Stands for `/` (tests). */
  readonly root: string;
  readonly now: EpochMs;
  readonly log: Logger;
  readonly freeBytes: Folder['freeBytes'];
  /** What a running daemon answers to `scan`; null where none runs. Rejects where it does not answer. */
  askDaemon(): Promise<ScanResult | null>;
  /** Of a doctor inside the daemon: what needs no trial. */
  readonly inside?: {
    /** Throws `store.*` where nothing can be written. */
    checkStore(): void;
    broker(): { readonly connected: boolean; readonly problem?: string };
    /** When the newest nightly backup was made; null where there is none, or none is wanted. */
    newestBackup(): EpochMs | null;
  };
  readonly intervals?: Partial<DiscoveryIntervals>;
  readonly openPort?: DiscoveryOptions['openPort'];
}

/** Alerts older than this are no news. */
const recent: Ms = 3_600_000;

/** Everything that is wrong, causes first. Changes nothing, enters no PIN; never rejects. */
export async function examineGateway(options: DoctorOptions): Promise<Finding[]> {
  const { check, folder, root, inside } = options;
  const config = check.ok ? check.config : null;
  const faults = check.ok
    ? []
    : check.faults.map(({ path, message }) => finding('config.invalid', path || 'file', message));
  const data = lookIntoData(options);
  const { gathered, found } = await lookAtModems(options, data.inspection);
  data.close();
  const { ports, modems } = gathered;
  const network = modems.map(({ examination }) => examination?.time ?? null).filter((time) => time !== null);
  const newestStamp = data.inspection?.newestStamp ?? null;
  return inOrder([
    ...faults,
    ...found,
    ...data.found,
    ...(inside === undefined ? [] : checkWriting(folder, () => inside.checkStore())),
    ...checkBackup(inside?.newestBackup() ?? null, options.now),
    ...(await checkFolder({ path: folder, freeBytes: options.freeBytes })),
    ...(await checkDaemons(folder, join(folder, databaseName), { root, most: inside === undefined ? 1 : 0 })),
    ...checkClock({ now: options.now, network, newestStamp }),
    ...sharedPorts(gathered),
    ...checkBus(ports),
    ...(await checkThieves(ports, root)),
    ...modems.map((facts) => withAlerts(facts, data.inspection)).flatMap(diagnoseModem),
    ...(config === null ? [] : await checkBroker(config, inside?.broker())),
    ...(config?.modems.length === 0 ? [finding('config.no_modems', 'modems', 'no modem is configured')] : []),
  ]);
}

interface Data {
  readonly inspection: Inspection | null;
  readonly found: readonly Finding[];
  close(): void;
}

function lookIntoData({ folder, now }: DoctorOptions): Data {
  try {
    const opened = inspectDatabase(folder, now - recent);
    if (opened === null) return { inspection: null, found: [], close: () => undefined };
    return { inspection: opened.inspection, found: checkKey(folder, opened.inspection), close: () => opened.close() };
  } catch (thrown) {
    const { message, hint } = asGatewayError(thrown);
    const found = [
      finding('data.damaged', `data folder ${folder}`, message, hint === undefined ? {} : { remedy: hint }),
    ];
    return { inspection: null, found, close: () => undefined };
  }
}

const keyBytes = 32;

function checkKey(folder: string, { sealed }: Inspection): Finding[] {
  const size = statSync(join(folder, 'secret.key'), { throwIfNoEntry: false })?.size;
  if (sealed === 0 || size === keyBytes) return [];
  const what = size === undefined ? 'is missing' : 'is damaged';
  return [
    finding('secrets.key_missing', join(folder, 'secret.key'), `it ${what}, and ${sealed} webhook secrets need it`),
  ];
}

async function lookAtModems(
  options: DoctorOptions,
  inspection: Inspection | null,
): Promise<{ gathered: Gathered; found: readonly Finding[] }> {
  const { check, root, log, intervals = {}, openPort } = options;
  const modems = check.ok ? check.config.modems : [];
  let scanned: ScanResult | null;
  try {
    scanned = await options.askDaemon();
  } catch (thrown) {
    const found = [finding('daemon.mute', `data folder ${options.folder}`, asGatewayError(thrown).message)];
    return { gathered: { ports: [], modems: [] }, found };
  }
  if (scanned !== null) {
    const differs =
      check.ok && String(scanned.modems.map(({ id }) => id).sort()) !== String(modems.map(({ id }) => id).sort());
    const message = 'the daemon that runs on it has other modems than the configuration';
    const found = differs ? [finding('daemon.other_config', `data folder ${options.folder}`, message)] : [];
    return { gathered: await gatherFromDaemon(scanned, modems, root), found };
  }
  const discovery = new Discovery({ log, root, intervals, openPort });
  for (const modem of modems) expectModem(discovery, modem);
  const wasTried = (sim: string, pin: string) => inspection?.wasTried(sim, pin) ?? false;
  return { gathered: await gatherHere({ discovery, modems, wasTried, log }), found: [] };
}

/** Two entries that lead to one device. */
function sharedPorts({ modems, ports }: Gathered): Finding[] {
  const places = new Map<string, string>();
  return modems.flatMap(({ id, path, problem }) => {
    const usb = ports.find((port) => port.path === path)?.usb;
    const place = usb == null ? path : usb.position;
    const other = problem?.code === 'port.busy' ? /^modem (\S+) of this gateway/.exec(problem.message)?.[1] : undefined;
    const before = other ?? (place === null ? undefined : places.get(place));
    if (place !== null && before === undefined) places.set(place, id);
    return before === undefined
      ? []
      : [finding('config.port_shared', `modem ${id}`, `it leads to the device of modem ${before}`)];
  });
}

function withAlerts(facts: Gathered['modems'][number], inspection: Inspection | null) {
  const told = inspection?.alerts.some(({ subject, code }) => subject === facts.id && code === 'low_power') ?? false;
  return { ...facts, saysLowPower: facts.saysLowPower || told };
}

/** `known`: how the connection of the daemon is; without one, and where it is down, the broker is tried. */
async function checkBroker(
  { gateway, mqtt }: Config,
  known: { readonly connected: boolean; readonly problem?: string } | undefined,
): Promise<Finding[]> {
  const { url, username, password } = mqtt;
  if (url === undefined) return [];
  const problem = known?.problem ?? '';
  if (/another client/.test(problem)) return [finding('broker.taken_over', `broker ${url}`, problem)];
  if (known?.connected === true) return problem === '' ? [] : [finding('broker.topics', `broker ${url}`, problem)];
  const tls = tlsFiles(mqtt);
  const outcome = await tryBroker({ url, username, password, tls, clientId: `sim2mqtt-doctor-${gateway}` });
  if (outcome.is === 'accepted') return [];
  if (outcome.is === 'unreachable') {
    const code = /certificate|SSL|TLS/.test(outcome.problem) ? 'broker.tls' : 'broker.down';
    return [finding(code, `broker ${url}`, outcome.problem)];
  }
  const reason = `it refuses the connection, reason 0x${outcome.reason.toString(16)}`;
  if (outcome.isCredentials) return [finding('broker.refused', `broker ${url}`, `it refuses user name or password`)];
  return [finding('broker.refused', `broker ${url}`, reason, { remedy: 'Look into the log of the broker.' })];
}

function tlsFiles({ ca_file, cert_file, key_file }: Config['mqtt']) {
  return {
    ...(ca_file === undefined ? {} : { ca: readFileSync(ca_file) }),
    ...(cert_file === undefined ? {} : { cert: readFileSync(cert_file) }),
    ...(key_file === undefined ? {} : { key: readFileSync(key_file) }),
  };
}
