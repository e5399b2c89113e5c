import type { EpochMs } from '../clock.ts';

/** UUIDv7. */
export type AccountId = string;
export type Tier = 'free' | 'paid';
/** Which HTTP API a key is for. */
export type Api = 'op' | 'agent-otp';

/** A person, known by the phone that received the code. */
export interface Account {
  readonly id: AccountId;
  /** E.164 */
  readonly phone: string;
  readonly tier: Tier;
  /** Rentals a calendar month (UTC); null: what the tier gives. */
  readonly quota: number | null;
  readonly createdAt: EpochMs;
}

/** What an operator may read of a key; its secret was shown once. */
export interface ApiKey {
  readonly id: string;
  readonly api: Api;
  /** The first characters of the secret: enough to tell keys apart. */
  readonly prefix: string;
  readonly name: string;
  readonly account: AccountId;
  /** The one mailbox (`Mailbox.n`) it opens; null: it rents its numbers. */
  readonly mailbox: number | null;
  readonly createdAt: EpochMs;
  readonly revokedAt: EpochMs | null;
}

/** What an operator signs in to the console with; its secret was shown once. */
export interface OperatorToken {
  readonly id: string;
  /** The first characters of the secret: enough to tell tokens apart. */
  readonly prefix: string;
  readonly name: string;
  readonly createdAt: EpochMs;
}

/**
 * Who did something, and by which door (`op`, `agent-otp`, `cli`, `console`, or `console:` and the id of the token of an operator;
 * `clock`, `config` where nobody did): for the audit trail.
 */
export interface Actor {
  readonly account: AccountId | null;
  readonly via: string;
}

/** Never a code, a text or a secret. `subject` is the id of what it was done to. */
export type AuditAction =
  | 'account.created'
  | 'account.changed'
  | 'session.opened'
  | 'session.closed'
  | 'key.created'
  | 'key.revoked'
  | 'number.leased'
  | 'number.rented'
  | 'number.released'
  | 'code.read'
  | 'webhook.created'
  | 'webhook.changed'
  | 'webhook.deleted'
  | 'webhook.redelivered'
  | 'token.created'
  | 'token.revoked'
  | 'operator.signed_in'
  | 'operator.signed_out'
  | 'message.queued'
  | 'modem.restarted'
  | 'modem.refreshed';

export interface AuditEntry {
  readonly n: number;
  readonly at: EpochMs;
  readonly account: AccountId | null;
  readonly action: AuditAction;
  readonly subject: string;
  readonly via: string;
}
