import type { Accounts } from '../accounts/accounts.ts';
import type { Clock } from '../clock.ts';
import type { Account, Actor } from '../domain/account.ts';
import type { MessageId, Waiting } from '../domain/message.ts';
import type { Mailbox, MailboxMessage } from '../domain/number.ts';
import { isE164 } from '../domain/phone.ts';
import { GatewayError } from '../errors.ts';
import type { Numbers } from '../numbers/numbers.ts';
import type { OutboxEntry } from '../store/outbox.ts';
import type { Store } from '../store/store.ts';
import { queueMessage } from './send.ts';

/** A page of a mailbox, newest first. */
export interface Page {
  readonly messages: readonly MailboxMessage[];
  /** `n` of the last message, to go on from; null on the last page. */
  readonly next: number | null;
}

/** What an account may do with one mailbox. */
export interface Correspondence {
  /**
   * Queues a message from the mailbox's number. Throws `phone.invalid`, `message.to_self`, `message.to_pool`,
   * `message.too_long`, `limit.exceeded`, `sms.*`; then nothing is queued.
   */
  send(mailbox: Mailbox, account: Account, message: { readonly to: string; readonly text: string }): MailboxMessage;
  /** Throws `message.unknown`. A one-time code that is shown goes into the audit trail. */
  get(mailbox: Mailbox, id: MessageId, reader: Actor): MailboxMessage;
  list(
    mailbox: Mailbox,
    wanted: { readonly direction: 'in' | 'out' | null; readonly before: number | null; readonly limit: number },
    reader: Actor,
  ): Page;
  /** With one peer. */
  conversation(
    mailbox: Mailbox,
    wanted: { readonly peer: string; readonly before: number | null; readonly limit: number },
    reader: Actor,
  ): Page;
}

export interface CorrespondenceDeps {
  readonly store: Store;
  readonly numbers: Numbers;
  readonly accounts: Accounts;
  readonly clock: Clock;
  /** Why a message that is queued has not gone yet. */
  readonly whyWaiting?: (entry: Pick<OutboxEntry, 'modem' | 'nextTryAt'>) => Waiting;
  /** Called after each commit: there is something to send. */
  readonly committed: () => void;
}

/** Characters, not what they take: an emoji is one. */
const mostText = 1600;

export function createCorrespondence(deps: CorrespondenceDeps): Correspondence {
  const { store } = deps;
  const read = (mailbox: Mailbox, reader: Actor, messages: readonly MailboxMessage[]) => {
    const { account } = mailbox;
    for (const { id, otp } of messages) {
      if (otp !== null) store.audit.codeRead(account, id, reader.via, deps.clock.now());
    }
  };
  const page = (mailbox: Mailbox, reader: Actor, found: readonly MailboxMessage[], limit: number): Page => {
    const messages = found.slice(0, limit);
    read(mailbox, reader, messages);
    return {
      messages: messages.map((one) => explained(deps, one)),
      next: found.length > limit ? (messages.at(-1)?.n ?? null) : null,
    };
  };
  return {
    send: (mailbox, account, message) => send(deps, mailbox, account, message),
    get(mailbox, id, reader) {
      const message = find(store, mailbox, id);
      read(mailbox, reader, [message]);
      return explained(deps, message);
    },
    list: (mailbox, { direction, before, limit }, reader) =>
      page(mailbox, reader, store.mailboxMessages.list(mailbox.n, { direction, before, limit: limit + 1 }), limit),
    conversation: (mailbox, { peer, before, limit }, reader) =>
      page(mailbox, reader, store.mailboxMessages.conversation(mailbox.n, peer, { before, limit: limit + 1 }), limit),
  };
}

/** One that waits says why. */
function explained({ store, whyWaiting }: CorrespondenceDeps, message: MailboxMessage): MailboxMessage {
  const { outbound } = message;
  const entry = outbound?.status === 'queued' ? store.outbox.get(message.id) : undefined;
  if (outbound === null || entry === undefined || whyWaiting === undefined) return message;
  const { reason, retryAt } = whyWaiting(entry);
  return { ...message, outbound: { ...outbound, queuedReason: reason, retryAt } };
}

function find(store: Store, mailbox: Mailbox, id: MessageId): MailboxMessage {
  const message = store.mailboxMessages.get(mailbox.n, id);
  if (message === undefined) throw new GatewayError('message.unknown', 'there is no such message');
  return message;
}

function send(
  deps: CorrespondenceDeps,
  mailbox: Mailbox,
  account: Account,
  { to, text }: { readonly to: string; readonly text: string },
): MailboxMessage {
  const { store, numbers, accounts, clock } = deps;
  const { e164, modem } = mailbox.number;
  if (!isE164(to)) throw new GatewayError('phone.invalid', 'the recipient is no E.164 number');
  if (to === e164) throw new GatewayError('message.to_self', 'the recipient is the number it would come from');
  if (numbers.inPool(to)) throw new GatewayError('message.to_pool', 'the recipient is a number of this gateway');
  if (text.length > mostText && [...text].length > mostText)
    throw new GatewayError('message.too_long', `a text has at most ${mostText} characters`);
  if (modem === null) throw new GatewayError('number.unknown', 'no modem of the gateway has this number now');
  const at = clock.now();
  const id = store.db.commit(() => {
    accounts.spendSend(account, at);
    const request = { modem, number: e164, to, text, notAfter: null, retries: 0, statusReport: true };
    const queued = queueMessage(store, request, at);
    numbers.sent(mailbox, { n: queued.n, to });
    return queued.id;
  });
  // Before it is on its way: its sender is told that it is queued.
  const message = find(store, mailbox, id);
  deps.committed();
  return message;
}
