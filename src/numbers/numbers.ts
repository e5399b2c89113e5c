import type { Ms } from '../clock.ts';
import type { Account, AccountId, Actor } from '../domain/account.ts';
import type { Mailbox, NumberId, PoolNumber } from '../domain/number.ts';
import { type Arrival, admit, sent } from './access.ts';
import type { NumbersDeps } from './closing.ts';
import { lease, leasesOf, mailboxFor, openMailbox, release } from './leases.ts';
import { availableNumbers, type OfferedLine, syncPool } from './pool.ts';
import { closeOver, endRental, quotaOf, type RentalQuota, rent, rentalOf, rentalsOf } from './rentals.ts';
import { type WaitOutcome, Waits } from './wait.ts';

export type { Arrival } from './access.ts';
export type { NumbersDeps } from './closing.ts';
export type { OfferedLine } from './pool.ts';
export type { RentalQuota } from './rentals.ts';
export type { WaitOutcome } from './wait.ts';

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
  /** Throws `number.unknown`, `account.paid_required`, `number.unavailable`: also where the account holds it itself. */
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
  /** How many calls of `waitForCode` wait now. */
  waiting(): number;
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

export function createNumbers(deps: NumbersDeps): Numbers {
  const { store, clock } = deps;
  const waits = new Waits(deps);
  const endWaits = (closed: readonly Mailbox[]) => waits.ended(closed.map(({ n }) => n));
  return {
    sync: (lines) => endWaits(syncPool(store, lines, clock.now())),
    inPool(e164) {
      const number = store.numbers.byE164(e164);
      return number !== undefined && number.modem !== null && number.offer !== 'private';
    },
    available: () => availableNumbers(store, clock.now()),
    byE164: (e164) => store.numbers.byE164(e164),
    mine: (account) => leasesOf(deps, account),
    lease: (account, number, actor) => lease(deps, account, number, actor),
    release: (account, number, actor) => release(deps, account, number, actor),
    mailboxFor: (account, number) => mailboxFor(deps, account, number),
    openMailbox: (n) => openMailbox(deps, n),
    rent: (account, wanted, actor) => rent(deps, account, wanted, actor),
    rental: (account, e164) => rentalOf(deps, account, e164),
    rentals: (account) => rentalsOf(deps, account),
    endRental(rental, actor) {
      endRental(deps, rental, actor);
      endWaits([rental]);
    },
    quota: (account) => quotaOf(store, account, clock.now()),
    waiting: () => waits.count,
    waitForCode: (rental, wanted, signal) => waits.wait(rental, wanted, signal),
    admit: (arrival) => admit(store, arrival),
    sent: (mailbox, message) => sent(store, mailbox, message),
    arrived: (mailboxes) => waits.arrived(mailboxes),
    tick: () => endWaits(closeOver(deps)),
    close: () => waits.close(),
  };
}
