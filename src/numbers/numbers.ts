import type { Clock, EpochMs, Ms } from '../clock.ts';
import type { Account, AccountId, Actor } from '../domain/account.ts';
import type { ModemId } from '../domain/message.ts';
import type { Mailbox, MailboxMessage, NumberId, Offer, PoolNumber } from '../domain/number.ts';
import type { Store } from '../store/store.ts';

export interface NumbersDeps {
  readonly store: Store;
  readonly clock: Clock;
}

/** A line of the configuration; `number` null while nobody knows it. */
export interface OfferedLine {
  readonly modem: ModemId;
  readonly number: string | null;
  readonly offer: Offer;
}

/** An inbound message at the moment it is stored. */
export interface Arrival {
  /** `messages.n` */
  readonly n: number;
  /** The line's own number; nobody is shown a message whose line has none. */
  readonly number: string | null;
  readonly from: string;
  readonly receivedAt: EpochMs;
  /** When the service centre took it; null where that is not known. */
  readonly sentAt: EpochMs | null;
}

/** `until`: the wait ends by its time-out, by the rental's end (both `timeout`) or with a code. */
export type WaitOutcome =
  | { readonly is: 'code'; readonly message: MailboxMessage; readonly waited: Ms }
  | { readonly is: 'timeout'; readonly waited: Ms };

export interface RentalQuota {
  readonly limit: number;
  readonly used: number;
}

/** The pool of lines, who holds which, and who sees what. */
export interface Numbers {
  /** Brings the pool up to date with the configured lines. A lease ends where its number is offered otherwise now. */
  sync(lines: readonly OfferedLine[]): void;
  /** Whether the gateway offers this number to others: shared or for lease. */
  inPool(e164: string): boolean;
  /** Shared numbers, and those for lease that nobody holds. */
  available(): readonly PoolNumber[];
  byE164(e164: string): PoolNumber | undefined;
  /** Open leases, rentals not among them. */
  mine(account: AccountId): readonly Mailbox[];
  /** Throws `number.unknown`, `account.paid_required`, `number.unavailable`. One's own again is no error. */
  lease(account: Account, number: NumberId, actor: Actor): Mailbox;
  /** Ends the lease with its keys and its webhook. Throws `number.unknown` unless it is this account's. */
  release(account: AccountId, number: NumberId, actor: Actor): Mailbox;
  /** The account's lease, or its share of a shared number (opened here). Throws `number.unknown`. */
  mailboxFor(account: AccountId, number: NumberId): Mailbox;
  /** Undefined once it is closed, or over. */
  openMailbox(n: number): Mailbox | undefined;

  /** Throws `quota.exceeded`, `number.none_in_country`, `number.all_taken`. `country` null: any. */
  rent(account: Account, wanted: { readonly country: string | null; readonly duration: Ms }, actor: Actor): Mailbox;
  /** The open rental of this number. Throws `rental.unknown`. */
  rental(account: AccountId, e164: string): Mailbox;
  rentals(account: AccountId): readonly Mailbox[];
  endRental(rental: Mailbox, actor: Actor): void;
  quota(account: Account): RentalQuota;
  /** Resolves with the oldest code that no wait of this rental gave out before; rejects only when `signal` aborts. */
  waitForCode(
    rental: Mailbox,
    wanted: { readonly timeout: Ms; readonly sender: string | null },
    signal: AbortSignal,
  ): Promise<WaitOutcome>;

  /** Decides, once, who sees a message; within the transaction that stores it. Returns the mailboxes. */
  admit(arrival: Arrival): readonly number[];
  /** Puts an outbound message in its sender's mailbox, within the transaction that queues it. */
  sent(mailbox: Mailbox, message: { readonly n: number; readonly to: string }): void;
  /** After the commit: wakes who waits for these mailboxes. */
  arrived(mailboxes: readonly number[]): void;
  /** Closes what is over. Called about once a second. */
  tick(): void;
  /** Ends every wait as if it had timed out. */
  close(): void;
}
