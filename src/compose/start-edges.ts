import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createOperators } from '../accounts/accounts.ts';
import type { Config } from '../config/schema.ts';
import type { CommandPort } from '../domain/command.ts';
import type { EventSink } from '../domain/event.ts';
import { newEventId } from '../domain/ids.ts';
import { EventPump } from '../gateway/event-pump.ts';
import { createLiveEvents } from '../gateway/live-events.ts';
import { createOperatorView } from '../gateway/operator-view.ts';
import { createGatewayView } from '../gateway/queries.ts';
import type { ConsoleDeps } from '../http/console/console.ts';
import { createMetrics, type Metrics } from '../http/metrics.ts';
import { startHttp } from '../http/server.ts';
import { asyncApiDocument } from '../mqtt/asyncapi.ts';
import { type MqttOptions, startBroker, startMqtt, type TlsFiles } from '../mqtt/mqtt.ts';
import type { Core, Undo } from './core.ts';
import { createFindings } from './findings.ts';
import { createFactCounter, readHouse } from './readings.ts';

export interface Edges {
  readonly mqttUrl: string;
  readonly httpUrl: string;
}

/** MQTT, webhooks and HTTP, in this order. Throws what keeps one of them from starting. */
export async function startEdges(core: Core, commands: CommandPort, undo: Undo): Promise<Edges> {
  const { config, version, log, store, modems, edges, webhooks } = core;
  const waiting = (id: string) => core.dispatcher.firstWaiting(id);
  const view = createGatewayView({ gateway: config.gateway, version, boot: randomUUID(), store, modems, waiting });
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
    ...announced(config),
    memory: store.retainedTopics,
    view,
    commands,
    log,
    onTakenOver: () => raiseTakenOver(core),
  });
  undo.push(() => mqtt.close());
  edges.mqtt = mqtt;
  const metrics = createMetrics({ view, broker: () => mqtt.connection(), house: () => readHouse(core) });
  edges.facts = createFactCounter(core, metrics);
  startPump(core, timed(mqtt.sink, metrics, core), undo);
  startPump(core, webhooks.sink, undo);
  untilStopped((signal) => webhooks.run(signal), undo);
  const { homeassistant } = config.mqtt;
  const asyncApi = () => asyncApiDocument({ version, gateway: config.gateway, root, url, homeassistant });
  const findings = createFindings(core, () => mqtt.connection());
  const console = { ...createConsole(core, commands, undo), findings };
  const watched = { view, broker: () => mqtt.connection(), metrics, asyncApi, console };
  const httpUrl = await startApis(core, watched, undo);
  return { mqttUrl: url, httpUrl };
}

/** What the page at `/` is made of; it costs nothing while nobody has it open. */
function createConsole(
  { store, otp, clock, log, edges }: Core,
  commands: CommandPort,
  undo: Undo,
): Omit<ConsoleDeps, 'findings'> {
  const live = createLiveEvents({ store, clock, log });
  edges.live = live;
  undo.push(() => live.close());
  return {
    live,
    operators: createOperators({ store, clock }),
    view: createOperatorView({ store, otp, commands, clock }),
  };
}

async function startApis(
  { config, version, log, clock, accounts, numbers, webhooks, correspondence }: Core,
  watched: Pick<Parameters<typeof startHttp>[0], 'view' | 'broker' | 'metrics' | 'asyncApi' | 'console'>,
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

/** A replay tells nothing of how far publishing lags behind. */
function timed(sink: EventSink, { counters }: Metrics, { clock }: Pick<Core, 'clock'>): EventSink {
  let latest = 0;
  return {
    name: sink.name,
    async deliver(event, signal) {
      await sink.deliver(event, signal);
      if (event.seq <= latest) return;
      latest = event.seq;
      counters.published(clock.now() - event.time);
    },
  };
}

/** What Home Assistant is told, and of which modems. */
function announced({ mqtt, modems, contacts }: Config): Pick<MqttOptions, 'modems' | 'homeassistant'> {
  return {
    modems: modems.map(({ id, name, balance_ussd: balanceUssd }) => ({ id, name, balanceUssd })),
    homeassistant: mqtt.homeassistant ? { otp: mqtt.homeassistant_otp, contacts } : undefined,
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
