import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { encodeDeliver } from '../../src/simulator/pdu.ts';
import { type Simulator, startSimulator } from '../../src/simulator/simulator.ts';
import { Cleanup, type Daemon, newFolder, startDaemon, until } from '../../test/end-to-end/processes.ts';
import { type Subscriber, subscribe } from '../../test/end-to-end/subscriber.ts';
import { startMosquitto } from '../../test/mqtt/mosquitto.ts';

export type Print = (title: string, facts: Record<string, number>) => void;

/** The line and the modem the floors are computed for. */
const baud = 115_200;
export const latency = 5;

/** Milliseconds that these octets take on the line (8N1: ten bits each). */
export const wire = (...texts: string[]) => (texts.join('').length * 10_000) / baud;

/** A DELIVER of 101 octets, service centre included: 76 octets of user data are 86 septets. */
const text = 'Your verification code is 481920. It is valid for 10 minutes, do not share it, thanks.';

interface Stage {
  readonly modems: readonly Simulator[];
  readonly daemon: Daemon;
  readonly subscriber: Subscriber;
}

export async function benchModems(print: Print): Promise<void> {
  await staged({ count: 1, direct: true }, (stage) => benchPassedOn(stage, print));
  await staged({ count: 1, direct: false }, async (stage) => {
    await benchInbound(stage, print);
    await benchDrain(stage, print);
    await benchSends(stage, print);
    print('idle, 1 modem', await idle(stage.daemon));
  });
  await staged({ count: 8, direct: false }, async (stage) => print('idle, 8 modems', await idle(stage.daemon)));
}

async function staged(
  { count, direct }: { readonly count: number; readonly direct: boolean },
  work: (stage: Stage) => Promise<void>,
): Promise<void> {
  const cleanup = new Cleanup();
  try {
    const broker = await startMosquitto();
    cleanup.add(() => broker.dispose());
    const links = newFolder(cleanup);
    const modems = await startSimulators(count, links, cleanup);
    const subscriber = await subscribe(broker.url, ['sim2mqtt/bench/#'], cleanup);
    const config = {
      gateway: 'bench',
      log: { format: 'json', level: 'info' },
      mqtt: { url: broker.url },
      modems: Array.from({ length: count }, (_, n) => ({ id: `m${n}`, port: join(links, `modem${n}`), direct })),
    };
    const daemon = await startDaemon(config, newFolder(cleanup), cleanup);
    await until('every modem', () => subscriber.events('modem_added').length === count);
    await sleep(1500);
    await work({ modems, daemon, subscriber });
  } finally {
    await cleanup.run();
  }
}

/** In this process, so that the moment of an injection is exact; the daemon has one of its own. */
export async function startSimulators(count: number, links: string, cleanup: Cleanup): Promise<Simulator[]> {
  const simulators: Simulator[] = [];
  for (let index = 0; index < count; index++) {
    const simulator = await startSimulator({ baud, commandLatency: latency, link: join(links, `modem${index}`) });
    cleanup.add(() => simulator.close());
    simulators.push(simulator);
  }
  return simulators;
}

export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

/** From the +CMTI line leaving the modem to the event at a subscriber, commit included. */
async function benchInbound(stage: Stage, print: Print): Promise<void> {
  const pdu = 'x'.repeat(2 * 101);
  const floor = latency + wire('\r\n+CMTI: "ME",0\r\n', 'AT+CMGR=0\r', `\r\n+CMGR: 0,,93\r\n${pdu}\r\n`, '\r\nOK\r\n');
  printDelays('line to subscriber', { floor, delays: await inboundDelays(stage) }, print);
}

/** The same of a message that is passed on without being stored: it is acknowledged after its commit, which nobody waits for. */
async function benchPassedOn(stage: Stage, print: Print): Promise<void> {
  const floor = wire('\r\n+CMT: ,93\r\n', `${'x'.repeat(2 * 101)}\r\n`);
  printDelays('line to subscriber, direct', { floor, delays: await inboundDelays(stage) }, print);
}

async function inboundDelays({ modems, subscriber }: Stage): Promise<readonly number[]> {
  const rounds = 100;
  const delays: number[] = [];
  let arrived: (() => void) | undefined;
  const onMessage = (topic: string) => topic.endsWith('/event/sms') && arrived?.();
  subscriber.client.on('message', onMessage);
  for (let n = 0; n < rounds; n++) {
    const done = new Promise<void>((resolve) => {
      arrived = resolve;
    });
    const start = performance.now();
    modems[0]?.injectText({ from: '+15551234567', text });
    await done;
    delays.push(performance.now() - start);
    await sleep(60);
  }
  subscriber.client.off('message', onMessage);
  return delays;
}

function printDelays(
  title: string,
  { floor, delays }: { readonly floor: number; readonly delays: readonly number[] },
  print: Print,
): void {
  const [p50, p99] = [percentile(delays, 0.5), percentile(delays, 0.99)];
  print(title, {
    floor_ms: floor,
    p50_ms: p50,
    p99_ms: p99,
    p50_ratio: p50 / floor,
    p99_ratio: p99 / floor,
  });
}

/** 200 stored messages: one listing and one bulk deletion are the floor. */
async function benchDrain({ modems, subscriber }: Stage, print: Print): Promise<void> {
  const count = 200;
  const before = subscriber.events('sms_received').length;
  for (let n = 0; n < count; n++) {
    const time = new Date(Date.parse('2026-05-20T00:00:00Z') + n * 1000);
    const [pdu] = encodeDeliver({ from: '+15551234567', text, time, smsc: '+12404492164', reference: 0 });
    modems[0]?.injectPdu(pdu ?? '', 'ME', { notify: false });
  }
  const start = performance.now();
  await subscriber.client.publishAsync('sim2mqtt/bench/modem/m0/cmd/refresh', '{}', { qos: 1 });
  await until('all messages', () => subscriber.events('sms_received').length === before + count);
  await until('the deletion', () => modems[0]?.stores.ME.used === 0);
  const taken = performance.now() - start;
  const lines = Array.from({ length: count }, (_, n) => `\r\n+CMGL: ${n},0,,93\r\n${'x'.repeat(202)}`).join('');
  const floor = 2 * latency + wire('AT+CMGL=4\r', lines, '\r\n\r\nOK\r\n', 'AT+CMGD=0,1\r', '\r\nOK\r\n');
  print(`drain of ${count}`, { floor_ms: floor, taken_ms: taken, ratio: taken / floor });
}

/** With a network that accepts at once. */
async function benchSends({ subscriber }: Stage, print: Print): Promise<void> {
  const count = 200;
  for (let n = 0; n < count; n++) {
    const body = JSON.stringify({ to: '+15557654321', text, status_report: false });
    void subscriber.client.publishAsync('sim2mqtt/bench/modem/m0/cmd/send', body, { qos: 1 });
  }
  const done = () => subscriber.events('sent').length === count && subscriber.events('sent');
  const sent = await until('all sends', done, 60_000);
  const times = sent.map(({ time }) => Date.parse(String(time)));
  const seconds = (Math.max(...times) - Math.min(...times)) / 1000;
  const pdu = 'x'.repeat(2 * 93);
  const floor = 2 * latency + wire('AT+CMGS=92\r', '\r\n> ', pdu, '\x1a', '\r\n+CMGS: 12\r\n\r\nOK\r\n');
  print('sends', { floor_ms: floor, per_second: (count - 1) / seconds, ratio: (seconds * 1000) / (count - 1) / floor });
}

/** Resident memory, and the share of one core over twenty idle seconds. */
async function idle({ pid }: Daemon): Promise<Record<string, number>> {
  const cpu = () => {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
    return (Number(fields[11]) + Number(fields[12])) / 100;
  };
  await sleep(5000);
  const before = cpu();
  await sleep(20_000);
  const resident = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return { resident_mb: Number(resident) / 1024, cpu_percent: ((cpu() - before) / 20) * 100 };
}
