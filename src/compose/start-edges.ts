import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Config } from '../config/schema.ts';
import type { CommandPort } from '../domain/command.ts';
import type { EventSink } from '../domain/event.ts';
import { newEventId } from '../domain/ids.ts';
import { EventPump } from '../gateway/event-pump.ts';
import { createGatewayView } from '../gateway/queries.ts';
import { createMetrics, type Metrics } from '../http/metrics.ts';
import { startHttp } from '../http/server.ts';
import { startBroker, startMqtt, type TlsFiles } from '../mqtt/mqtt.ts';
import type { Core, Undo } from './core.ts';

export interface Edges {
  readonly mqttUrl: string;
  readonly httpUrl: string;
}

/** MQTT, webhooks and HTTP, in this order. Throws what keeps one of them from starting. */
export async function startEdges(core: Core, commands: CommandPort, undo: Undo): Promise<Edges> {
  const { config, version, log, store, modems, edges, webhooks } = core;
  const view = createGatewayView({ gateway: config.gateway, version, boot: randomUUID(), store, modems });
  const broker = config.mqtt.url === undefined ? await startBroker(config.mqtt.listen, log) : undefined;
  if (broker !== undefined) undo.push(() => broker.close());
  const { root, username, password, privacy, response_topics } = config.mqtt;
  const url = config.mqtt.url ?? broker?.url ?? '';
  const mqtt = startMqtt({
    url,
    username,
    password,
    tls: tlsFiles(config),
    root,
    gateway: config.gateway,
    privacy,
    responseTopics: response_topics,
    view,
    commands,
    log,
    onTakenOver: () => raiseTakenOver(core),
  });
  undo.push(() => mqtt.close());
  edges.mqtt = mqtt;
  const metrics = createMetrics({ view, broker: () => mqtt.connection() });
  startPump(core, counted(mqtt.sink, metrics), undo);
  startPump(core, webhooks.sink, undo);
  untilStopped((signal) => webhooks.run(signal), undo);
  const httpUrl = await startApis(core, { view, broker: () => mqtt.connection(), metrics }, undo);
  return { mqttUrl: url, httpUrl };
}

async function startApis(
  { config, version, log, clock, accounts, numbers, webhooks, correspondence }: Core,
  watched: Pick<Parameters<typeof startHttp>[0], 'view' | 'broker' | 'metrics'>,
  undo: Undo,
): Promise<string> {
  const { listen, public_url, trusted_proxies } = config.http;
  let publicUrl = public_url;
  const apis = { accounts, numbers, webhooks, correspondence, clock, version, gateway: config.gateway };
  const http = await startHttp({
    ...watched,
    listen,
    log,
    trustedProxies: trusted_proxies,
    apis: { ...apis, publicUrl: () => publicUrl },
  });
  // Where nobody said how it is reached, it is where it listens: the port may have been any free one.
  if (public_url === `http://${listen}`) publicUrl = http.url;
  undo.push(() => http.close());
  // Before that: who waits for a code is answered.
  undo.push(() => numbers.close());
  return http.url;
}

function startPump({ store, edges, clock, log }: Core, sink: EventSink, undo: Undo): void {
  const pump = new EventPump({ events: store.events, sink, clock, log });
  edges.pumps.push(pump);
  untilStopped((signal) => pump.run(signal), undo);
}

function untilStopped(run: (signal: AbortSignal) => Promise<void>, undo: Undo): void {
  const stopping = new AbortController();
  const running = run(stopping.signal);
  undo.push(async () => {
    stopping.abort();
    await running;
  });
}

function counted(sink: EventSink, { counters }: Metrics): EventSink {
  return {
    name: sink.name,
    async deliver(event, signal) {
      await sink.deliver(event, signal);
      counters.event(event.body.type, event.modem);
    },
  };
}

/** Throws `config.invalid` for a file that cannot be read. */
function tlsFiles({ mqtt: { ca_file, cert_file, key_file } }: Config): TlsFiles {
  return {
    ...(ca_file === undefined ? {} : { ca: readFileSync(ca_file) }),
    ...(cert_file === undefined ? {} : { cert: readFileSync(cert_file) }),
    ...(key_file === undefined ? {} : { key: readFileSync(key_file) }),
  };
}

/** Logged first: the broker takes nothing from us any more, and the disk may not either. */
function raiseTakenOver({ store, config, clock, log }: Core): void {
  const message = `another client connected to the broker as sim2mqtt-${config.gateway}`;
  const hint = 'give each gateway a name of its own (gateway: …), then restart this one';
  log.error({ hint }, `${message}; publishing has stopped`);
  const body = { type: 'alert', code: 'mqtt.taken_over', message, hint } as const;
  try {
    store.db.commit(() => store.events.append({ id: newEventId(), modem: null, time: clock.now(), body }));
  } catch (error) {
    log.error({ err: error }, 'the alert cannot be stored');
  }
}
