import type { Clock, EpochMs } from '../clock.ts';
import type { Account, AccountId, Actor, Api, ApiKey, AuditEntry, Tier } from '../domain/account.ts';
import type { MessageId } from '../domain/message.ts';
import type { Store } from '../store/store.ts';
import type { Vault } from '../store/vault.ts';

/** Who may open an account: `accounts` of the configuration. */
export interface SignupPolicy {
  readonly signup: 'closed' | 'allowlist' | 'open';
  /** E.164 numbers that may, while `signup` is `allowlist`. */
  readonly allow: readonly string[];
  readonly default_tier: Tier;
}

/** A text that must not be kept: `shown` is what the database and the events hold in its place, of the same length. */
export interface ConfidentialText {
  readonly to: string;
  readonly text: string;
  readonly shown: string;
  readonly notAfter: EpochMs;
}

export interface AccountsDeps {
  readonly store: Store;
  readonly vault: Vault;
  readonly clock: Clock;
  readonly policy: SignupPolicy;
  /** Whether a number is one the gateway offers itself. */
  readonly inPool: (e164: string) => boolean;
  /** Queues a text on a line that can send now. Throws `modem.offline` where there is none. */
  readonly sendText: (message: ConfidentialText) => MessageId;
}

export interface Verification {
  readonly id: string;
  readonly expiresAt: EpochMs;
  readonly deliveryStatus: 'pending' | 'sent' | 'delivery_failed';
}

export interface Session {
  readonly id: string;
  readonly account: Account;
  readonly expiresAt: EpochMs;
}

export interface SignedIn extends Session {
  /** `ses_live_…`; given out here and never again. */
  readonly token: string;
  /** Whether this opened the account. */
  readonly created: boolean;
}

/** Sends left of a window. `limit.exceeded` carries `limit`, `reset` (EpochMs) and `retry_after` (s) in its details. */
export interface Allowance {
  readonly limit: number;
  readonly remaining: number;
  readonly reset: EpochMs;
}

/** People, and what proves who they are. Secrets are compared by their hashes, in constant time. */
export interface Accounts {
  /**
   * Texts a six-digit code. `source` is the address that asks. Throws `phone.invalid`, `phone.in_pool`,
   * `account.signup_not_allowed`, `limit.exceeded` (1 / 30 s and 5 / h a phone, 20 / h a source), `verification.not_sent`;
   * then nothing was texted.
   */
  startVerification(request: { readonly phone: string; readonly source: string }): Verification;
  /** Throws `verification.unknown`. */
  verification(id: string): Verification;
  /** Exchanges a code for a session, once. Throws `verification.invalid` (also after five wrong codes), `verification.expired`. */
  verify(request: { readonly id: string; readonly code: string }, via: string): SignedIn;
  /** Throws `account.unauthenticated`. */
  session(token: string): Session;
  closeSession(session: Session, via: string): void;

  /** The secret is given out here and never again. */
  createKey(
    account: AccountId,
    wanted: { readonly api: Api; readonly name: string; readonly mailbox: number | null },
    actor: Actor,
  ): { readonly key: ApiKey; readonly secret: string };
  /** Those that work, oldest first. */
  keys(account: AccountId): readonly ApiKey[];
  /** It stops working at once. `account` null: whosever it is. Throws `key.unknown`. */
  revokeKey(account: AccountId | null, id: string, actor: Actor): void;
  /** Whose key a secret is. Throws `account.unauthenticated`. */
  keyHolder(api: Api, secret: string): { readonly key: ApiKey; readonly account: Account };

  /** Counts one message of the account's day (UTC), within the caller's transaction. Throws `limit.exceeded`. */
  spendSend(account: Account, at: EpochMs): Allowance;
  sendAllowance(account: Account, at: EpochMs): Allowance;

  /** Throws `phone.invalid`, `account.exists`. */
  add(phone: string, tier: Tier | undefined, actor: Actor): Account;
  /** Throws `account.unknown`. */
  set(phone: string, change: { readonly tier?: Tier; readonly quota?: number }, actor: Actor): Account;
  list(): readonly Account[];
  /** Throws `account.unknown`. */
  byPhone(phone: string): Account;
  /** Newest first. */
  audit(limit: number): readonly AuditEntry[];
  /** Removes a small batch of what is over: sessions, verifications, old counters, audit entries before `before`. Returns how many rows. */
  prune(now: EpochMs, before: EpochMs): number;
}
