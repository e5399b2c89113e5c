import { setTimeout as sleep } from 'node:timers/promises';
import type { ReceivedPdu } from '../../../src/domain/received.ts';
import { GatewayError } from '../../../src/errors.ts';
import type { LocalModem } from '../../../src/modem/local-modem.ts';
import { openPort } from '../../../src/modem/open-port.ts';
import type { Simulator } from '../../../src/simulator/simulator.ts';
import { decodePdu } from '../../../src/sms/sms.ts';
import type { FakeUsb } from './fake-machine.ts';
import { Stage } from './stage.ts';

export interface ReplugOptions {
  readonly modems: number;
  readonly events: number;
  readonly seed: number;
  say?(line: string): void;
}

export interface ReplugResult {
  /** From the return of the port until the modem was ready, in ms. */
  readonly slowest: number;
  /** What went wrong, in words. */
  readonly faults: readonly string[];
  readonly messages: number;
  readonly kinds: Readonly<Record<string, number>>;
}

/** Ready again within this, once its port is back. */
const patience = 20_000;
/** A modem that hung in a listing gets another one when that has timed out, 30 s and one for each message, and is in step again. */
const listing = 60_000;
const sockets = 14;

const kinds = ['move', 'renumber', 'reboot', 'reset', 'hang', 'wedge'] as const;

/** One modem of the stage: its simulator, its cable, and who it must be for ever. */
interface Unit {
  readonly id: string;
  readonly simulator: Simulator;
  readonly imei: string;
  readonly ids: string;
  readonly line: string;
  position: string;
  /** Texts sent to it. */
  readonly texts: string[];
}

/** Simulated modems that are pulled, moved, renumbered, rebooted and hung at random, all at the same time. */
export async function runReplug({
  modems: count,
  events,
  seed,
  say = () => undefined,
}: ReplugOptions): Promise<ReplugResult> {
  const random = mulberry(seed);
  const wedged = new Map<string, PromiseWithResolvers<void>>();
  const stage: Stage = new Stage({
    openPort: async (path, options) => {
      const back = wedged.get(path.replace(stage.machine.root, ''));
      if (back === undefined) return openPort(path, options);
      options.abandoned?.(back.promise);
      throw new GatewayError('port.failed', 'the driver did not open the port in time', { transient: true });
    },
  });
  const result = { slowest: 0, faults: [] as string[], messages: 0, kinds: {} as Record<string, number> };
  try {
    const units = await plugAll(stage, count);
    const { listener, ...modems } = stage.modems(
      Object.fromEntries(units.map((unit, at) => [unit.id, addressOf(unit, at)])),
    );
    const modemOf = (unit: Unit) => modems[unit.id] as LocalModem;
    const wait = async (unit: Unit, kind: string) => {
      const started = Date.now();
      const isReady = () => modemOf(unit).state.phase === 'ready' && modemOf(unit).state.identity.imei === unit.imei;
      while (!isReady()) {
        if (Date.now() - started > patience) {
          const { phase, problem, port } = modemOf(unit).state;
          const why = problem === null ? '' : ` (${problem.code}: ${problem.message})`;
          result.faults.push(`${unit.id} is ${phase}${why} on ${port} long after ${kind}, in ${unit.position}`);
          return;
        }
        await sleep(10);
      }
      result.slowest = Math.max(result.slowest, Date.now() - started);
    };
    await Promise.all(units.map((unit) => wait(unit, 'the start')));
    let left = events;
    await Promise.all(
      units.map(async (unit) => {
        while (left > 0) {
          left -= 1;
          const kind = kinds[Math.floor(random() * kinds.length)] ?? 'move';
          result.kinds[kind] = (result.kinds[kind] ?? 0) + 1;
          inject(unit, result.messages++);
          await strike(stage, unit, kind, { random, wedged });
          await wait(unit, kind);
          say(`${kind} ${unit.id}: ${left} left`);
        }
      }),
    );
    const end = Date.now() + listing;
    while (lost(units, listener.batches.flat()).length > 0 && Date.now() < end) await sleep(100);
    result.faults.push(...lost(units, listener.batches.flat()));
  } finally {
    await stage.end();
  }
  return result;
}

async function plugAll(stage: Stage, count: number): Promise<Unit[]> {
  const units: Unit[] = [];
  for (let at = 0; at < count; at += 1) {
    const digits = String(at).padStart(2, '0');
    const imei = `3501416555${digits}349`;
    const simulator = await stage.simulator({ imei, iccid: `89012600000000000${digits}` });
    const ids = at % 3 === 2 ? 'aaaa:0001' : '2c7c:0125';
    const unit = {
      id: `m${at}`,
      simulator,
      imei,
      ids,
      line: stage.lineOf(simulator),
      position: `1-${at + 1}`,
      texts: [],
    };
    units.push(unit);
    stage.machine.plug(usbOf(unit));
  }
  return units;
}

/** All of them with one serial number; an interface that is not asked in front of the one that answers. */
function usbOf({ position, ids, line }: Unit): FakeUsb {
  return {
    ...{ position, ids, manufacturer: 'Maker', serial: '000000000001' },
    interfaces: [
      { number: '00', endpoints: 2, role: 'Diag', tty: '/nowhere' },
      { number: '02', endpoints: 3, tty: line },
    ],
  };
}

function addressOf({ imei, position }: Unit, at: number): string {
  const digits = String(at).padStart(2, '0');
  const addresses = [
    `imei:${imei}`,
    `iccid:89012600000000000${digits}`,
    `/dev/serial/by-path/usb-0:${position.replace('1-', '')}:1.2-port0`,
    `/dev/ttyUSB${at * 2 + 1}`,
  ];
  return addresses[at % addresses.length] ?? '';
}

function inject(unit: Unit, number: number): void {
  const text = `message ${number}`;
  unit.texts.push(text);
  unit.simulator.injectText({ from: '+14155550000', text });
}

interface Ways {
  random(): number;
  readonly wedged: Map<string, PromiseWithResolvers<void>>;
}

async function strike(stage: Stage, unit: Unit, kind: (typeof kinds)[number], { random, wedged }: Ways): Promise<void> {
  const { machine } = stage;
  const away = Math.floor(random() * 400);
  const pull = async (): Promise<void> => {
    machine.unplug(unit.position);
    unit.simulator.fault({ kind: 'drop', returnsAfter: away });
    await sleep(away + 50);
  };
  const first = Math.floor(random() * 20);
  if (kind === 'move') {
    await pull();
    const free = Array.from({ length: sockets }, (_, at) => `1-${at + 1}`).filter((one) => !machine.isPlugged(one));
    unit.position = free[Math.floor(random() * free.length)] ?? unit.position;
    machine.plug(usbOf(unit), first);
  } else if (kind === 'renumber') {
    await pull();
    // Another may have taken its socket meanwhile.
    if (machine.isPlugged(unit.position)) unit.position = `1-${sockets + 1 + Number(unit.id.slice(1))}`;
    machine.plug(usbOf(unit), first);
  } else if (kind === 'reboot') {
    unit.simulator.fault({ kind: 'reboot', downFor: away, busyFor: Math.floor(random() * 300) });
    await sleep(away + 20);
  } else if (kind === 'reset') {
    unit.simulator.fault({ kind: 'drop', returnsAfter: away });
    await sleep(away + 50);
  } else if (kind === 'hang') {
    unit.simulator.fault({ kind: 'silence', times: 'always' });
    await sleep(away);
    unit.simulator.fault({ kind: 'clear' });
  } else {
    await wedge(stage, unit, wedged, pull);
  }
}

/** Its driver hangs in open until it is plugged in once more. */
async function wedge(stage: Stage, unit: Unit, wedged: Ways['wedged'], pull: () => Promise<void>): Promise<void> {
  const { machine } = stage;
  await pull();
  // A socket of its own: nobody takes it in between.
  unit.position = `1-${sockets + 1 + Number(unit.id.slice(1))}`;
  const back = Promise.withResolvers<void>();
  const node = `/dev/${machine.plug(usbOf(unit), 40 + Number(unit.id.slice(1)) * 2)[1]}`;
  wedged.set(node, back);
  await sleep(400);
  machine.unplug(unit.position);
  wedged.delete(node);
  back.resolve();
  await sleep(20);
  machine.plug(usbOf(unit));
}

/** Each message must be there under the id of its modem, and under no other. */
function lost(units: readonly Unit[], received: readonly ReceivedPdu[]): string[] {
  return units.flatMap(({ id, texts }) => {
    const got = new Set(received.filter(({ modem }) => modem === id).map(({ pdu }) => textOf(pdu)));
    const missing = texts.filter((text) => !got.has(text)).map((text) => `${id} lost ${text}`);
    const foreign = [...got].filter((text) => !texts.includes(text)).map((text) => `${id} got ${text} of another`);
    return [...missing, ...foreign];
  });
}

function textOf(pdu: string): string {
  const message = decodePdu(pdu, { direction: 'MT', smsc: true });
  return 'text' in message ? (message.text ?? pdu) : pdu;
}

/** A small generator that gives the same numbers for one seed. */
function mulberry(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
