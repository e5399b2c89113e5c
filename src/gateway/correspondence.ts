import type { Account, Actor } from '../domain/account.ts';
import type { MessageId } from '../domain/message.ts';
import type { Mailbox, MailboxMessage } from '../domain/number.ts';

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
}
