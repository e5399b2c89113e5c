import type { Clock } from '../clock.ts';
import type { Account, Actor, AuditAction } from '../domain/account.ts';
import type { CommandPort } from '../domain/command.ts';
import type { MessageId, ModemId } from '../domain/message.ts';
import type { ModemState } from '../domain/modem-state.ts';
import { GatewayError } from '../errors.ts';
import type { OtpExplanation, OtpExtractor } from '../otp/otp.ts';
import type { NamedEntry } from '../store/audit.ts';
import type { MessageQuery, TracedMessage } from '../store/message-search.ts';
import type { HeldNumber, IdPage, OwnedKey, OwnedWebhook } from '../store/oversight.ts';
import type { Store } from '../store/store.ts';

export type { OtpExplanation } from '../otp/otp.ts';
export type { NamedEntry } from '../store/audit.ts';
export type { TracedMessage } from '../store/message-search.ts';
export type { HeldNumber, OwnedKey, OwnedWebhook } from '../store/oversight.ts';

/** Which messages: as people type it. */
export interface WantedMessages extends Pick<MessageQuery, 'direction' | 'line' | 'before'> {
  /** Words and numbers, or pieces of them; any text is one. */
  readonly search: string;
}

/** Newest first; `next` is the `n` to go on from, null on the last page. */
export interface TracedPage {
  readonly messages: readonly TracedMessage[];
  readonly next: number | null;
}

/** What an operator wants sent. `id` makes a repeat harmless. */
export interface OperatorSend {
  readonly id: string;
  readonly to: string;
  readonly text: string;
  /** Null: the gateway picks one. */
  readonly modem: ModemId | null;
}

/** What whoever runs the gateway sees of it, and may do: everything. */
export interface OperatorView {
  /** Codes that are shown go into the audit trail, as everybody's do. */
  messages(wanted: WantedMessages, reader: Actor): TracedPage;
  /** `line`: its number, else its modem. */
  conversation(
    wanted: { readonly line: string; readonly peer: string; readonly before: number | null },
    reader: Actor,
  ): TracedPage;
  /** Throws `modem.*`, `command.*`, `sms.*`; then nothing is queued. */
  send(message: OperatorSend, sender: Actor): Promise<{ readonly id: MessageId; readonly modem: ModemId }>;
  /** Throws `modem.unknown`, `modem.offline`. */
  command(name: 'restart' | 'refresh', modem: ModemId, actor: Actor): Promise<void>;
  numbers(): readonly HeldNumber[];
  accounts(page: IdPage): readonly Account[];
  keys(page: IdPage): readonly OwnedKey[];
  webhooks(page: IdPage): readonly OwnedWebhook[];
  /** Throws `webhook.unknown`. */
  webhook(id: string): OwnedWebhook;
  /** Newest first; `before`: an entry's `n`. */
  audit(before: number | null, limit: number): readonly NamedEntry[];
  /** How the rules come to their answer. */
  explain(message: { readonly from: string; readonly text: string }): OtpExplanation;
}

export interface OperatorViewDeps {
  readonly store: Store;
  readonly otp: OtpExtractor;
  readonly commands: CommandPort;
  readonly clock: Clock;
}

const pageSize = 50;
const mostWords = 8;

export function createOperatorView(deps: OperatorViewDeps): OperatorView {
  const { store, otp, clock } = deps;
  const shown = (found: readonly TracedMessage[], reader: Actor): TracedPage => {
    const messages = found.slice(0, pageSize);
    noteCodes(deps, messages, reader);
    return { messages, next: found.length > pageSize ? (messages.at(-1)?.n ?? null) : null };
  };
  return {
    messages: ({ search, ...page }, reader) =>
      shown(store.search.find({ ...page, words: wordsOf(search), limit: pageSize + 1 }), reader),
    conversation: ({ line, peer, before }, reader) =>
      shown(store.search.conversation(line, peer, { before, limit: pageSize + 1 }), reader),
    send: (message, sender) => send(deps, message, sender),
    async command(name, modem, actor) {
      await run(deps.commands, { name, modem, body: {} });
      note(deps, name === 'restart' ? 'modem.restarted' : 'modem.refreshed', modem, actor);
    },
    numbers: () => store.oversight.numbers(clock.now()),
    accounts: ({ after, limit }) =>
      store.accounts
        .list()
        .filter(({ id }) => id > after)
        .slice(0, limit),
    keys: (page) => store.oversight.keys(page, clock.now()),
    webhooks: (page) => store.oversight.webhooks(page),
    webhook(id) {
      const found = store.oversight.webhook(id);
      if (found === undefined) throw new GatewayError('webhook.unknown', 'there is no such webhook');
      return found;
    },
    audit: (before, limit) => store.audit.named(limit, before ?? undefined),
    explain: (message) => otp.explain(message),
  };
}

/** A zero octet ends a text for SQLite. */
function wordsOf(search: string): string[] {
  return search
    .toWellFormed()
    .replaceAll('\0', ' ')
    .split(/\s+/)
    .filter((word) => word !== '')
    .slice(0, mostWords);
}

function noteCodes({ store, clock }: OperatorViewDeps, messages: readonly TracedMessage[], reader: Actor): void {
  const now = clock.now();
  for (const { id, otp } of messages) if (otp !== null) store.audit.codeRead(reader.account, id, reader.via, now);
}

async function send(deps: OperatorViewDeps, message: OperatorSend, sender: Actor) {
  const { id, to, text, modem } = message;
  const { message_id, modem: chosen } = await run(deps.commands, { name: 'send', modem, body: { id, to, text } });
  const subject = String(message_id);
  note(deps, 'message.queued', subject, sender);
  return { id: subject, modem: String(chosen) };
}

function note({ store, clock }: OperatorViewDeps, action: AuditAction, subject: string, { account, via }: Actor): void {
  store.db.commit(() => store.audit.add({ at: clock.now(), account, action, subject, via }));
}

async function run(
  commands: CommandPort,
  request: { readonly name: string; readonly modem: ModemId | null; readonly body: object },
): Promise<Readonly<Record<string, unknown>>> {
  const reply = await commands.run({ ...request, notAfter: null }).reply;
  if (reply.ok) return reply.result;
  throw new GatewayError(reply.error.code, reply.error.message, { transient: reply.error.retryable });
}

/** Why a modem cannot send or receive now, in the operator's words; null while it can. */
export function whyWaiting({ phase, problem, registration, smsc }: ModemState): string | null {
  if (phase !== 'ready') return problem?.message ?? phases[phase];
  if (problem !== null) return problem.message;
  if (smsc === null) return 'the SIM names no service centre, and without one nothing can be sent';
  return registration === 'home' || registration === 'roaming' || registration === 'unknown'
    ? null
    : registrations[registration];
}

const phases = {
  stopped: 'it is stopped',
  absent: 'its port is not there: it is unplugged, or has no power',
  starting: 'it is starting',
  recovering: 'it failed, and is tried again soon',
  failed: 'it needs a person',
} as const;

const registrations = {
  idle: 'it is on no network, and looks for none',
  searching: 'it looks for a network',
  denied: 'the network refuses the SIM',
  emergency_only: 'the network lets it make emergency calls only',
} as const;
