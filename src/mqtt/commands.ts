import { systemClock } from '../clock.ts';
import type { CommandFailure, CommandPort, CommandReply, CommandRequest } from '../domain/command.ts';
import { type ErrorCode, GatewayError } from '../errors.ts';
import type { Logger } from '../log.ts';
import type { Incoming } from './link.ts';
import type { Destination, Replies } from './replies.ts';
import { mayRespond, type Topics } from './topics.ts';

export interface CommandsOptions {
  readonly topics: Topics;
  readonly commands: CommandPort;
  readonly responseTopics: readonly string[];
  readonly replies: Replies;
  readonly log: Logger;
}

type Body = { readonly body: unknown } | { readonly fault: string };

const largestBody = 65_536;
/** Commands whose reply is still to come. */
const mostRunning = 256;
/** An id that is longer is not worth echoing where the request itself was refused. */
const longestId = 128;

/** Translates PUBLISH into requests, and their outcome into replies. Decides nothing but what is no request at all. */
export class Commands {
  readonly #options: CommandsOptions;
  #running = 0;
  #closed = false;

  constructor(options: CommandsOptions) {
    this.#options = options;
  }

  /** Resolves once the message may be acknowledged; rejects where it must not be: it then comes again. */
  async receive(message: Incoming): Promise<void> {
    const { topics, commands, log } = this.#options;
    const address = topics.address(message.topic);
    if (address === null || isErased(message)) return;
    if (this.#closed) throw new GatewayError('mqtt.refused', 'The gateway is stopping.', { transient: true });
    const read = readBody(message.payload);
    const destination = this.#destination(message);
    const refusal = this.#refusalOf(message, read);
    if (refusal !== null || 'fault' in read) {
      const error = refusal ?? failure('command.invalid', 'fault' in read ? read.fault : '');
      this.#options.replies.send({ ok: false, id: idOf(read), error }, destination);
      return;
    }
    const run = commands.run({ ...address, body: read.body, notAfter: notAfter(message), ...deliveryOf(message) });
    this.#running += 1;
    this.#answer(run.reply, idOf(read), destination);
    try {
      await run.accepted;
    } catch (error) {
      log.error({ err: error, command: address.name }, 'a command could not be committed; it is not acknowledged');
      throw error;
    }
  }

  /** From now on nothing is accepted or acknowledged: the broker keeps it for the next start. */
  close(): void {
    this.#closed = true;
  }

  #refusalOf(message: Incoming, read: Body): CommandFailure | null {
    if (message.retain) return failure('command.retained', 'A command must not be retained: it would run again.');
    if (message.responseTopic !== null && !mayRespond(message.responseTopic, this.#options.responseTopics))
      return failure('command.response_topic', 'Replies may not be published to this response topic.');
    if (!('fault' in read) && this.#running >= mostRunning)
      return failure('modem.busy', 'Too many commands are waiting for their end.', true);
    return null;
  }

  #destination({ topic, responseTopic, correlation }: Incoming): Destination {
    const topics = new Set([`${topic}/reply`]);
    if (responseTopic !== null && mayRespond(responseTopic, this.#options.responseTopics)) topics.add(responseTopic);
    return { topics: [...topics], correlation };
  }

  async #answer(reply: Promise<CommandReply>, id: string | null, destination: Destination): Promise<void> {
    try {
      this.#options.replies.send(await reply, destination);
    } catch (error) {
      this.#options.log.error({ err: error }, 'a command ended without a reply');
      const lost = failure('internal', 'The command ended without a reply.', true);
      this.#options.replies.send({ ok: false, id, error: lost }, destination);
    } finally {
      this.#running -= 1;
    }
  }
}

/** An empty retained PUBLISH only removes the one before it (MQTT 5.0 3.3.1.3). */
function isErased(message: Incoming): boolean {
  return message.retain && message.payload.length === 0;
}

function readBody(payload: Uint8Array): Body {
  if (payload.length > largestBody) return { fault: 'The request is larger than 64 kB.' };
  if (payload.length === 0) return { body: {} };
  try {
    return { body: JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(payload)) };
  } catch {
    return { fault: 'The request is not JSON in UTF-8.' };
  }
}

function idOf(read: Body): string | null {
  if ('fault' in read || typeof read.body !== 'object' || read.body === null || !('id' in read.body)) return null;
  const { id } = read.body;
  return typeof id === 'string' && id.length <= longestId ? id : null;
}

/** QoS 0 has no packet id and comes once or never. */
function deliveryOf({ packetId, repeated }: Incoming): Pick<CommandRequest, 'delivery'> {
  return packetId === null ? {} : { delivery: { key: `mqtt:${packetId}`, repeated } };
}

function notAfter({ expiry }: Incoming): number | null {
  return expiry === null ? null : systemClock.now() + expiry * 1_000;
}

function failure(code: ErrorCode, message: string, retryable = false): CommandFailure {
  return { code, message, retryable };
}
