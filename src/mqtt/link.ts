import { Socket } from 'node:net';
import { connect, type IClientOptions, type IConnackPacket, type IPublishPacket, type MqttClient } from 'mqtt';
import { type Ending, type MqttVersion, packetTooLarge } from './retry.ts';

/** What the client library tells of a PUBLISH that came. */
export interface Incoming {
  readonly topic: string;
  readonly payload: Uint8Array;
  readonly retain: boolean;
  /** The same for every delivery of one PUBLISH in one session (MQTT 5.0 4.4). */
  readonly packetId: number | null;
  /** DUP: it may have come before. */
  readonly repeated: boolean;
  readonly responseTopic: string | null;
  readonly correlation: Buffer | null;
  /** Seconds left when the broker passed it on; null where it never expires. */
  readonly expiry: number | null;
}

export interface Outgoing {
  readonly topic: string;
  readonly payload: string;
  readonly retain?: boolean;
  /** Seconds. */
  readonly expiry?: number;
  readonly correlation?: Buffer | null;
}

/** `lost`: the connection ended first, so nothing is known. `reason` is that of PUBACK (MQTT 5.0 3.4.2.1). */
export type PublishOutcome =
  | { readonly is: 'acknowledged' }
  | { readonly is: 'lost' }
  | { readonly is: 'refused'; readonly reason: number };

export interface TlsFiles {
  readonly ca?: string | Buffer;
  readonly cert?: string | Buffer;
  readonly key?: string | Buffer;
}

export interface LinkOptions {
  readonly url: string;
  readonly clientId: string;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  readonly tls?: TlsFiles | undefined;
  /** Where the broker says `offline` for us, retained, once we have been gone for 5 s. */
  readonly willTopic: string;
  /** The PUBLISH is acknowledged once this resolves; never when it rejects. */
  receive(message: Incoming): Promise<void>;
}

export interface Subscription {
  readonly filter: string;
  readonly qos: 0 | 1;
  /** Have the broker pass on the retain flag of a live PUBLISH (MQTT 5.0 3.8.3.1). */
  readonly retainAsPublished: boolean;
  /** MQTT 5.0 3.8.3.1: 0 always, 1 for a new subscription, 2 never. */
  readonly retainHandling: 0 | 1 | 2;
}

export type LinkAttempt = { readonly link: Link } | { readonly ending: Ending };

const sessionExpiry = 86_400;
const willDelay = 5;
const keepalive = 30;
const connectTimeout = 10_000;
/** A command is at most 64 kB; what is larger than this the broker need not send at all. */
const largestIncoming = 1_048_576;
/** A broker hands us so many commands before it wants an acknowledgement. */
const incomingWindow = 32;
const outgoingWindow = 16;
const goodbyeTimeout = 500;

/** Opens one network connection. Resolves once the broker accepts it, or with how that failed or was aborted; never rejects. */
export async function openLink(options: LinkOptions, version: MqttVersion, signal: AbortSignal): Promise<LinkAttempt> {
  let client: MqttClient;
  try {
    client = connect(options.url, clientOptions(options, version));
  } catch (error) {
    return { ending: { is: 'unreachable', reason: null, problem: textOf(error), lived: 0 } };
  }
  // Before the first byte: CONNECT and each small PUBLISH would otherwise wait for the ACK of the one before.
  if (client.stream instanceof Socket) client.stream.setNoDelay(true);
  client.handleMessage = (packet, done) => {
    options.receive(incoming(packet)).then(
      () => done(),
      (error) => done(error),
    );
  };
  const ended = endingOf(client);
  const abort = () => client.stream.destroy();
  signal.addEventListener('abort', abort, { once: true });
  const connack = await Promise.race([
    new Promise<IConnackPacket>((resolve) => client.once('connect', resolve)),
    ended,
  ]);
  signal.removeEventListener('abort', abort);
  return 'cmd' in connack ? { link: new Link(client, connack, ended) } : { ending: connack };
}

/** A broker's consent and its limits, from CONNACK to the end of the connection. Single use. */
export class Link {
  readonly ended: Promise<Ending>;
  readonly #client: MqttClient;
  readonly #largest: number;
  readonly #retains: boolean;
  readonly #waiting: (() => void)[] = [];
  readonly #unanswered = new Set<() => void>();
  #free: number;
  #over = false;

  constructor(client: MqttClient, connack: IConnackPacket, ended: Promise<Ending>) {
    const { maximumPacketSize, receiveMaximum, retainAvailable } = connack.properties ?? {};
    this.#client = client;
    this.#largest = maximumPacketSize ?? Number.POSITIVE_INFINITY;
    this.#retains = retainAvailable ?? true;
    this.#free = Math.min(receiveMaximum ?? outgoingWindow, outgoingWindow);
    this.ended = ended.then((ending) => this.#end(ending));
  }

  get over(): boolean {
    return this.#over;
  }

  /** QoS 1; resolves on PUBACK or when that can no longer come. */
  async publish(message: Outgoing): Promise<PublishOutcome> {
    if (sizeOf(message) > this.#largest) return { is: 'refused', reason: packetTooLarge };
    while (this.#free === 0 && !this.#over) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    if (this.#over) return { is: 'lost' };
    this.#free -= 1;
    try {
      return await this.#send(message);
    } finally {
      this.#free += 1;
      this.#waiting.shift()?.();
    }
  }

  /** Null when every filter was granted, else why not. */
  async subscribe(subscriptions: readonly Subscription[]): Promise<string | null> {
    const wanted = subscriptions.map(
      ({ filter, qos, retainAsPublished, retainHandling }) =>
        [filter, { qos, rap: retainAsPublished, rh: retainHandling }] as const,
    );
    try {
      await this.#client.subscribeAsync(Object.fromEntries(wanted));
      return null;
    } catch (error) {
      return textOf(error);
    }
  }

  /** DISCONNECT, so that the will is not published; cut off when the broker does not answer. */
  async close(): Promise<void> {
    const cut = setTimeout(() => this.#client.stream.destroy(), goodbyeTimeout);
    this.#client.end();
    await this.ended;
    clearTimeout(cut);
  }

  #send({ topic, payload, retain, expiry, correlation }: Outgoing): Promise<PublishOutcome> {
    const properties = {
      ...(expiry === undefined ? {} : { messageExpiryInterval: expiry }),
      ...(correlation == null ? {} : { correlationData: correlation }),
    };
    return new Promise((resolve) => {
      const lost = () => resolve({ is: 'lost' });
      this.#unanswered.add(lost);
      const options = { qos: 1, retain: retain === true && this.#retains, properties } as const;
      this.#client.publish(topic, payload, options, (error) => {
        this.#unanswered.delete(lost);
        if (error == null) resolve({ is: 'acknowledged' });
        else if ('code' in error && typeof error.code === 'number') resolve({ is: 'refused', reason: error.code });
        else lost();
      });
    });
  }

  #end(ending: Ending): Ending {
    this.#over = true;
    for (const lost of this.#unanswered) lost();
    for (const wake of this.#waiting.splice(0)) wake();
    return ending;
  }
}

function clientOptions(options: LinkOptions, version: MqttVersion): IClientOptions {
  const will = { topic: options.willTopic, payload: Buffer.from('offline'), qos: 1, retain: true } as const;
  return {
    clientId: options.clientId,
    protocolVersion: version,
    clean: false,
    keepalive,
    connectTimeout,
    reconnectPeriod: 0,
    resubscribe: false,
    timerVariant: 'native',
    // The library's table of all packet identifiers costs more memory than it saves time.
    writeCache: false,
    log: () => {},
    ...options.tls,
    ...(options.username === undefined ? {} : { username: options.username }),
    ...(options.password === undefined ? {} : { password: options.password }),
    will: version === 5 ? { ...will, properties: { willDelayInterval: willDelay } } : will,
    ...(version === 5
      ? {
          properties: {
            sessionExpiryInterval: sessionExpiry,
            receiveMaximum: incomingWindow,
            maximumPacketSize: largestIncoming,
          },
        }
      : {}),
  };
}

function incoming({ topic, payload, retain, dup, messageId, properties }: IPublishPacket): Incoming {
  return {
    topic,
    payload: typeof payload === 'string' ? Buffer.from(payload) : payload,
    retain,
    packetId: messageId ?? null,
    repeated: dup,
    responseTopic: properties?.responseTopic ?? null,
    correlation: properties?.correlationData ?? null,
    expiry: properties?.messageExpiryInterval ?? null,
  };
}

/** Follows a connection to its end, and ends it at the first fault: a new one starts from a clean state. */
function endingOf(client: MqttClient): Promise<Ending> {
  let connectedAt: number | null = null;
  let reached = false;
  let reason: number | null = null;
  let fault: string | null = null;
  client.stream.once('connect', () => {
    reached = true;
  });
  client.once('connect', () => {
    connectedAt = performance.now();
  });
  client.on('disconnect', ({ reasonCode }) => {
    reason = reasonCode ?? null;
    client.stream.destroy();
  });
  client.on('error', (error) => {
    fault ??= textOf(error);
    if ('code' in error && typeof error.code === 'number') reason = error.code;
    client.stream.destroy();
  });
  return new Promise((resolve) => {
    client.once('close', () => {
      const lived = connectedAt === null ? 0 : performance.now() - connectedAt;
      const is =
        connectedAt !== null ? 'lost' : reason !== null ? 'refused' : reached && !fault ? 'silent' : 'unreachable';
      client.end(true);
      resolve({ is, reason, lived, problem: fault ?? defaultProblem(is, reason) });
    });
  });
}

function defaultProblem(is: Ending['is'], reason: number | null): string {
  if (is === 'silent') return 'the broker closed the connection without an answer to CONNECT';
  return reason === null
    ? 'the connection to the broker was closed'
    : `the broker closed the connection, reason 0x${reason.toString(16)}`;
}

function sizeOf({ topic, payload, correlation }: Outgoing): number {
  const header = 32;
  return header + Buffer.byteLength(topic) + Buffer.byteLength(payload) + (correlation?.length ?? 0);
}

function textOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(textOf).join('; ');
  return error instanceof Error ? error.message : String(error);
}
