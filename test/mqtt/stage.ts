import { setTimeout as sleep } from 'node:timers/promises';
import { connectAsync, type IClientOptions, type IPublishPacket, type MqttClient } from 'mqtt';
import type { CommandPort, CommandReply, CommandRequest } from '../../src/domain/command.ts';
import type { EventBody, LoggedEvent } from '../../src/domain/event.ts';
import type { GatewayView, ModemView } from '../../src/domain/gateway-view.ts';
import type { ModemState } from '../../src/domain/modem-state.ts';
import { createLogger } from '../../src/log.ts';
import { type MqttEdge, type MqttOptions, startMqtt } from '../../src/mqtt/mqtt.ts';
import { undocumented } from './document-check.ts';

export const never = new AbortController().signal;
const quiet = createLogger({ write: () => {} });

export const readyState: ModemState = {
  phase: 'ready',
  problem: null,
  port: '/dev/ttyUSB2',
  identity: { manufacturer: 'Maker', model: 'M1', revision: 'R1', imei: '490154203237518' },
  line: '8901260000000000001',
  sim: 'ready',
  registration: 'home',
  domains: { CREG: 1 },
  operator: 'Operator',
  technology: 'lte',
  signalDbm: -71,
  number: '+14165550001',
  smsc: '+14165550000',
  storages: [{ name: 'ME', used: 3, total: 100 }],
  since: Date.UTC(2025, 0, 2, 3, 4, 5),
};

/** What the gateway would show; a test changes `modems` and `seq`. */
export class View implements GatewayView {
  readonly gateway = 'gw';
  readonly version = '0.1.0';
  readonly boot = 'boot-1';
  seq = 7;
  list: ModemView[] = [{ id: 'm1', state: readyState, queued: 2 }];
  lastSeq(): number {
    return this.seq;
  }
  modems(): readonly ModemView[] {
    return this.list;
  }
  checkStore(): void {}
}

/** What the gateway would answer. */
export function resultOf(command: string): Readonly<Record<string, unknown>> {
  if (command === 'send') return { message_id: 'msg_1', status: 'queued', segments: 1, encoding: 'gsm7', modem: 'm1' };
  if (command === 'backup') return { file: '/data/backups/1.db', bytes: 4096 };
  return command === 'scan' ? { ports: [] } : {};
}

/** A use case that remembers what it was asked; `answer` decides what it says. */
export class Port implements CommandPort {
  readonly requests: CommandRequest[] = [];
  accept: () => Promise<void> = async () => {};
  answer: (request: CommandRequest) => Promise<CommandReply> = async ({ name }) => ({
    ok: true,
    id: null,
    result: resultOf(name),
  });
  run(request: CommandRequest) {
    this.requests.push(request);
    return { accepted: this.accept(), reply: this.answer(request) };
  }
}

export interface Stage {
  readonly edge: MqttEdge;
  readonly view: View;
  readonly port: Port;
  readonly takenOver: () => number;
}

const open: (() => Promise<unknown>)[] = [];
const faults: string[] = [];

/** Ends every edge and client that a test has started, the last one first. Throws where one published what is not documented. */
export async function clearStage(): Promise<void> {
  for (const close of open.splice(0).reverse()) await close();
  const found = faults.splice(0);
  if (found.length > 0) throw new Error(`published against the document:\n${found.join('\n')}`);
}

export function startEdge(url: string, options: Partial<MqttOptions> = {}): Stage {
  const view = new View();
  const port = new Port();
  let taken = 0;
  const edge = startMqtt({
    url,
    root: 'sim2mqtt',
    gateway: 'gw',
    privacy: { otp: 'full', text: 'full' },
    responseTopics: ['sim2mqtt-hub/+/reply/#', 'sim2mqtt-client/+/reply/#'],
    view,
    commands: port,
    log: quiet,
    onTakenOver: () => {
      taken += 1;
    },
    ...options,
  });
  open.push(() => edge.close());
  return { edge, view, port, takenOver: () => taken };
}

export interface Listener {
  readonly client: MqttClient;
  readonly packets: IPublishPacket[];
  /** The payloads of a topic so far. */
  on(topic: string): string[];
  /** The JSON payloads of a topic so far. */
  json(topic: string): Record<string, unknown>[];
}

/** A client that collects what it is subscribed to, at QoS 1. */
export async function listen(url: string, filters: string[], options: IClientOptions = {}): Promise<Listener> {
  const packets: IPublishPacket[] = [];
  const client = await connectClient(url, options, (packet) => packets.push(packet));
  if (filters.length > 0)
    await client.subscribeAsync(Object.fromEntries(filters.map((filter) => [filter, { qos: 1, rap: true }])));
  const on = (topic: string) => packets.filter((packet) => packet.topic === topic).map((p) => p.payload.toString());
  return {
    client,
    packets,
    on,
    json: (topic) =>
      on(topic)
        .filter((payload) => payload !== '')
        .map((payload) => JSON.parse(payload)),
  };
}

export async function connectClient(
  url: string,
  options: IClientOptions = {},
  onPacket: (packet: IPublishPacket) => void = () => {},
): Promise<MqttClient> {
  const client = await connectAsync(url, { protocolVersion: 5, reconnectPeriod: 50, ...options });
  client.on('message', (_topic, _payload, packet) => {
    const fault = undocumented(packet);
    if (fault !== null) faults.push(fault);
    onPacket(packet);
  });
  open.push(() => client.endAsync(true));
  return client;
}

/** Resolves once the condition holds; throws, saying what was awaited, when it does not within 15 s. */
export async function until(what: string, holds: () => boolean): Promise<void> {
  for (let waited = 0; waited < 15_000; waited += 10) {
    if (holds()) return;
    await sleep(10);
  }
  throw new Error(`still waiting until ${what}`);
}

export async function startedEdge(url: string, options: Partial<MqttOptions> = {}): Promise<Stage> {
  const stage = startEdge(url, options);
  await until('the edge is connected', () => stage.edge.connection().connected);
  return stage;
}

export function eventOf<T extends EventBody>(seq: number, body: T, modem: string | null = 'm1'): LoggedEvent<T> {
  return { seq, id: `msg_${seq}`, time: Date.UTC(2025, 0, 2, 3, 4, 5, 6), modem, body };
}

export function smsOf(seq: number, text = `text ${seq}`): LoggedEvent {
  return eventOf(seq, {
    type: 'sms_received',
    to: '+14165550001',
    from: 'Bank',
    text,
    parts: 1,
    encoding: 'gsm7',
    smscTime: '2025-01-02T03:04:05-05:00',
    partial: false,
  });
}
