import { type Clock, isoTime } from '../clock.ts';
import type { CommandPort, CommandReply, CommandRequest, CommandRun } from '../domain/command.ts';
import {
  type CommandName,
  commandBodies,
  gatewayCommands,
  modemCommands,
  parseCommandBody,
  parseNotAfter,
} from '../domain/command-body.ts';
import type { ModemId, Waiting } from '../domain/message.ts';
import { asGatewayError, GatewayError } from '../errors.ts';
import type { Logger } from '../log.ts';
import type { Modem } from '../modem/modem.ts';
import type { WaitingEntry } from '../store/outbox.ts';
import type { Store } from '../store/store.ts';
import type { Replayed } from './event-pump.ts';
import { chooseModem } from './routing.ts';
import { cancelMessage, queueMessage } from './send.ts';
import { isHeldBack } from './waiting.ts';

type Result = Readonly<Record<string, unknown>>;

export interface CommandDeps {
  readonly store: Store;
  readonly modems: ReadonlyMap<ModemId, Modem>;
  readonly clock: Clock;
  readonly log: Logger;
  /** Called after a commit that queued or changed something. */
  readonly committed: () => void;
  /** Why a message that is queued has not gone yet. */
  readonly whyWaiting: (entry: Pick<WaitingEntry, 'modem' | 'nextTryAt'>) => Waiting;
  readonly replay: (after: number, limit: number) => Promise<Replayed>;
  readonly scan: () => Promise<Result>;
  readonly backup: () => Promise<Result>;
}

interface Accepted {
  readonly name: CommandName;
  readonly modem: Modem | null;
  readonly body: unknown;
  readonly id: string | null;
  readonly key: string | null;
}

/** The effect of one command: at once inside the transaction that keeps its reply, or later. */
type Effect = { readonly now: () => Result } | { readonly later: () => Promise<Result> };

/** Checks, keeps and runs requests; a request with an id, or delivered twice by its transport, has its effect once. */
export function createCommands(deps: CommandDeps): CommandPort {
  const running = new Map<string, Promise<CommandReply>>();
  return {
    run(request) {
      const id = idOf(request.body);
      const key = keyOf(request, id);
      try {
        const known = knownReply(deps, running, request, key);
        if (known !== undefined) return { accepted: Promise.resolve(), reply: Promise.resolve(known) };
        return start(deps, running, request, { ...accept(deps, request), id, key });
      } catch (error) {
        return { accepted: Promise.resolve(), reply: Promise.resolve(refusal(id, error)) };
      }
    },
  };
}

function idOf(body: unknown): string | null {
  const id = typeof body === 'object' && body !== null && 'id' in body ? body.id : null;
  return typeof id === 'string' && id.length > 0 && id.length <= 128 ? id : null;
}

/** What a repeat is known by: its caller's id, else its transport's; null where it cannot be known. */
function keyOf({ delivery }: CommandRequest, id: string | null): string | null {
  if (id !== null) return `id:${id}`;
  return delivery === undefined ? null : delivery.key;
}

/** What a repeat of a request gets; undefined for a new one. Throws `command.id_reused`, `command.interrupted`. */
function knownReply(
  deps: CommandDeps,
  running: ReadonlyMap<string, Promise<CommandReply>>,
  request: CommandRequest,
  key: string | null,
): CommandReply | Promise<CommandReply> | undefined {
  const known = key === null ? undefined : deps.store.commands.find(key, fingerprint(request));
  if (key === null || known === undefined) return undefined;
  if (!key.startsWith('id:') && (known.differs || request.delivery?.repeated !== true)) {
    // The transport has used its number again: for something new.
    deps.store.db.commit(() => deps.store.commands.remove(key));
    return undefined;
  }
  if (known.differs) throw new GatewayError('command.id_reused', 'this id was used for another request');
  const reply = known.reply ?? running.get(key);
  if (reply !== undefined) return reply;
  throw new GatewayError('command.interrupted', 'the gateway stopped while this request ran; its outcome is not known');
}

function fingerprint({ name, modem, body }: CommandRequest): string {
  const sorted =
    typeof body === 'object' && body !== null ? Object.entries(body).sort(([a], [b]) => (a < b ? -1 : 1)) : body;
  return JSON.stringify([name, modem, sorted]);
}

/** Throws `command.*` or `modem.unknown` when the request cannot be run. */
function accept(deps: CommandDeps, request: CommandRequest): Pick<Accepted, 'name' | 'modem' | 'body'> {
  const names: readonly string[] = request.modem === null ? gatewayCommands : modemCommands;
  if (!names.includes(request.name) || !isCommandName(request.name)) {
    throw new GatewayError('command.unknown', `no such command; there are ${names.join(', ')}`);
  }
  const modem = request.modem === null ? null : deps.modems.get(request.modem);
  if (modem === undefined) throw new GatewayError('modem.unknown', 'no such modem');
  const body = parseCommandBody(request.name, request.body);
  const limits = [request.notAfter, parseNotAfter(body.not_after)].filter((limit) => limit !== null);
  if (limits.some((limit) => limit <= deps.clock.now()))
    throw new GatewayError('command.expired', 'the request came too late');
  return { name: request.name, modem, body };
}

function isCommandName(name: string): name is CommandName {
  return Object.hasOwn(commandBodies, name);
}

function start(
  deps: CommandDeps,
  running: Map<string, Promise<CommandReply>>,
  request: CommandRequest,
  accepted: Accepted,
): CommandRun {
  const { store, clock } = deps;
  const { id, key } = accepted;
  const effect = effectOf(deps, accepted);
  if ('now' in effect) {
    const reply = store.db.commit(() => {
      const made: CommandReply = { ok: true, id, result: effect.now() };
      if (key !== null) {
        store.commands.add(key, fingerprint(request), clock.now());
        store.commands.setReply(key, made);
      }
      return made;
    });
    deps.committed();
    return { accepted: Promise.resolve(), reply: Promise.resolve(reply) };
  }
  if (key !== null) store.db.commit(() => store.commands.add(key, fingerprint(request), clock.now()));
  const reply = finish(deps, accepted, effect.later);
  if (key !== null) {
    running.set(key, reply);
    void reply.finally(() => running.delete(key));
  }
  return { accepted: Promise.resolve(), reply };
}

/** Keeps the reply for repeats, but for a failure that may pass: that request may be made again. */
async function finish(deps: CommandDeps, { id, key }: Accepted, later: () => Promise<Result>): Promise<CommandReply> {
  let reply: CommandReply;
  try {
    reply = { ok: true, id, result: await later() };
  } catch (error) {
    reply = refusal(id, error);
  }
  if (key === null) return reply;
  try {
    const { commands, db } = deps.store;
    db.commit(() => (!reply.ok && reply.error.retryable ? commands.remove(key) : commands.setReply(key, reply)));
  } catch (error) {
    deps.log.error({ err: error }, 'the reply of a request cannot be kept');
  }
  return reply;
}

function refusal(id: string | null, error: unknown): CommandReply {
  const { code, message, transient } = asGatewayError(error);
  return { ok: false, id, error: { code, message, retryable: transient } };
}

function effectOf(deps: CommandDeps, { name, modem, body }: Accepted): Effect {
  switch (name) {
    case 'send':
      return { now: () => send(deps, modem, body) };
    case 'cancel':
      return { now: () => cancel(deps, modem, body) };
    case 'queue':
      return { later: () => Promise.resolve(queue(deps, body)) };
    case 'replay':
      return { later: () => replay(deps, body) };
    case 'scan':
      return { later: deps.scan };
    case 'backup':
      return { later: deps.backup };
    default:
      return { later: () => onModem(name, modem, body) };
  }
}

function send(deps: CommandDeps, named: Modem | null, body: unknown): Result {
  const { to, text, not_after, retries, status_report, priority } = parseCommandBody('send', body);
  const isHeld = (modem: ModemId) => isHeldBack(deps.whyWaiting({ modem, nextTryAt: 0 }));
  const modem = named ?? chooseModem(deps.store, deps.modems, to, isHeld);
  const queued = queueMessage(
    deps.store,
    {
      modem: modem.id,
      number: modem.state.number,
      to,
      text,
      notAfter: parseNotAfter(not_after),
      retries: retries ?? 0,
      statusReport: status_report ?? true,
      priority: priority ?? 'normal',
    },
    deps.clock.now(),
  );
  return {
    message_id: queued.id,
    status: queued.status,
    segments: queued.segments,
    encoding: queued.encoding,
    modem: modem.id,
  };
}

function cancel(deps: CommandDeps, modem: Modem | null, body: unknown): Result {
  const { message_id } = parseCommandBody('cancel', body);
  cancelMessage(deps.store, message_id, modem?.id ?? null, deps.clock.now());
  return { message_id, status: 'failed' };
}

function queue({ store, modems, whyWaiting }: CommandDeps, body: unknown): Result {
  const { limit = 100 } = parseCommandBody('queue', body);
  const entries = [...modems.keys()].flatMap((modem) => store.outbox.waiting(modem, limit));
  const waiting = entries.map((entry) => {
    const { reason, retryAt } = whyWaiting(entry);
    return {
      message_id: entry.id,
      modem: entry.modem,
      since: isoTime(entry.createdAt),
      queued_reason: reason,
      retry_at: retryAt === null ? null : isoTime(retryAt),
    };
  });
  return { waiting };
}

async function replay(deps: CommandDeps, body: unknown): Promise<Result> {
  const { after_seq, limit } = parseCommandBody('replay', body);
  const { count, last } = await deps.replay(after_seq, limit ?? 100);
  return { count, last_seq: last };
}

async function onModem(
  name: 'ussd' | 'ussd_cancel' | 'balance' | 'call_hangup' | 'restart' | 'refresh',
  modem: Modem | null,
  body: unknown,
): Promise<Result> {
  if (modem === null) throw new GatewayError('command.unknown', 'this command is for one modem');
  if (name === 'balance') {
    const { text, at } = await modem.balance();
    return { text, at: isoTime(at) };
  }
  if (name === 'ussd') await modem.ussd(parseCommandBody('ussd', body).code);
  else if (name === 'ussd_cancel') await modem.cancelUssd();
  else if (name === 'call_hangup') await modem.hangUp();
  else if (name === 'refresh') await modem.refresh();
  else modem.restart('asked for by a command');
  return {};
}
