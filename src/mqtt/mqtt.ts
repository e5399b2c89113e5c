import type { Ms } from '../clock.ts';
import type { CommandPort } from '../domain/command.ts';
import type { EventSink } from '../domain/event.ts';
import type { GatewayView } from '../domain/gateway-view.ts';
import type { ModemId } from '../domain/message.ts';
import type { Logger } from '../log.ts';
import { Commands } from './commands.ts';
import { Connection } from './connection.ts';
import { createDiscovery, type HomeAssistantOptions } from './homeassistant/discovery.ts';
import type { ConfiguredModem } from './homeassistant/modem-device.ts';
import type { Incoming, Link, TlsFiles } from './link.ts';
import type { Privacy } from './privacy.ts';
import { noMemory, type RetainedMemory } from './published-record.ts';
import { Publisher } from './publisher.ts';
import { Replies } from './replies.ts';
import { RetainedTopics } from './retained.ts';
import type { MqttVersion } from './retry.ts';
import { homeAssistantStatus, type Topics, topicsOf } from './topics.ts';

export { type Broker, startBroker } from './broker.ts';
export type { HomeAssistantOptions } from './homeassistant/discovery.ts';
export type { ConfiguredModem } from './homeassistant/modem-device.ts';
export type { TlsFiles } from './link.ts';
export type { Disclosure, Privacy } from './privacy.ts';
export type { Components, RetainedMemory } from './published-record.ts';

export interface MqttOptions {
  /** `mqtt://`, `mqtts://`, `ws://` or `wss://`. */
  readonly url: string;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  /** The contents of the files, PEM. */
  readonly tls?: TlsFiles | undefined;
  /** The first topic level. */
  readonly root: string;
  readonly gateway: string;
  readonly privacy: Privacy;
  /** Topic filters inside which a request may ask for its reply. */
  readonly responseTopics: readonly string[];
  /** Those of the configuration: retained topics of others, from an earlier start, are cleared. Default: as the view has them. */
  readonly modems?: readonly ConfiguredModem[];
  /** Absent: no discovery, and what was retained for it is cleared. */
  readonly homeassistant?: HomeAssistantOptions | undefined;
  /** Default: what was retained before this start is not known. */
  readonly memory?: RetainedMemory;
  /** What to try first; default 5. */
  readonly version?: MqttVersion | undefined;
  readonly view: GatewayView;
  readonly commands: CommandPort;
  readonly log: Logger;
  /** Once: another client uses our client id, so that nothing is published any more. */
  onTakenOver(): void;
}

export interface MqttEdge {
  readonly sink: EventSink;
  connection(): { readonly connected: boolean; readonly problem?: string };
  /** Its state and availability will be published; those of a modem that is gone are cleared. */
  modemChanged(id: ModemId): void;
  /** Says `offline` and goodbye, in bounded time. What is not acknowledged by then is delivered after the next start. */
  close(): Promise<void>;
}

const lastWordsTimeout: Ms = 1_500;

/** Starts to connect, for as long as it takes: a broker that is away is no error. */
export function startMqtt(options: MqttOptions): MqttEdge {
  const { gateway, log } = options;
  const topics = topicsOf(options.root, gateway);
  const connection: Connection = new Connection({
    ...options,
    version: options.version ?? 5,
    clientId: `sim2mqtt-${gateway}`,
    willTopic: topics.availability,
    receive: (message) => receive(message),
    joined: (link) => joined(link),
    takenOver: () => options.onTakenOver(),
  });
  const retained = retainedTopics(options, connection, topics);
  const replies = new Replies(connection, log);
  const commands = new Commands({ ...options, topics, replies });
  const sink = new Publisher({
    ...options,
    connection,
    topics,
    published({ body }) {
      retained.counted();
      if (body.type === 'modem_added' || body.type === 'modem_removed') retained.changed();
    },
  });
  const joined = (link: Link) => {
    retained.refresh();
    return subscribe(link, topics);
  };
  const receive = (message: Incoming) => {
    if (message.topic !== homeAssistantStatus) return commands.receive(message);
    if (!message.retain && Buffer.from(message.payload).toString() === 'online') retained.refresh();
    return Promise.resolve();
  };
  connection.start();
  return {
    sink,
    connection: () => connection.status,
    modemChanged: () => retained.changed(),
    async close() {
      commands.close();
      const signal = AbortSignal.timeout(lastWordsTimeout);
      signal.addEventListener('abort', () => replies.close(), { once: true });
      await Promise.allSettled([replies.settle(), retained.close(signal)]);
      await connection.close();
    },
  };
}

function retainedTopics(options: MqttOptions, connection: Connection, topics: Topics): RetainedTopics {
  const { gateway, view, log, modems = [], homeassistant, memory = noMemory } = options;
  const { version } = view;
  return new RetainedTopics({
    connection,
    topics,
    view,
    configured: modems.map(({ id }) => id),
    discovery: homeassistant && createDiscovery({ ...homeassistant, topics, gateway, version, modems }),
    memory,
    log,
  });
}

/** The broker's copy of a retained `online` says nothing new: everything has just been published. */
async function subscribe(link: Link, topics: Topics): Promise<string | null> {
  const commands = topics.commands.map(
    (filter) => ({ filter, qos: 1, retainAsPublished: true, retainHandling: 1 }) as const,
  );
  const status = { filter: homeAssistantStatus, qos: 0, retainAsPublished: false, retainHandling: 2 } as const;
  const problem = await link.subscribe([...commands, status]);
  return problem === null ? null : `the broker refuses the command topics: ${problem}`;
}
