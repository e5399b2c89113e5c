import type { EpochMs, Ms } from '../clock.ts';
import type { Account, AccountId, Actor, Api, ApiKey, AuditEntry, Tier } from '../domain/account.ts';
import { GatewayError } from '../errors.ts';
import type { Store } from '../store/store.ts';
import { createApiKeys } from './api-keys.ts';
import { type Allowance, dayOf, sendAllowance, spendSend } from './daily-cap.ts';
import { createPeople, type PeopleDeps } from './people.ts';
import { createSessions, type Session } from './sessions.ts';
import { createVerifications, type Verification, type VerificationsDeps } from './verification.ts';

export type { Allowance } from './daily-cap.ts';
export { createOperators, type OperatorSession, type Operators } from './operators.ts';
export type { SignupPolicy } from './people.ts';
export type { Session } from './sessions.ts';
export type { ConfidentialText, Verification } from './verification.ts';

export type AccountsDeps = VerificationsDeps & PeopleDeps;

export interface SignedIn extends Session {
  /** `ses_live_…`; given out here and never again. */
  readonly token: string;
  /** Whether this opened the account. */
  readonly created: boolean;
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

const day: Ms = 86_400_000;
/** Small, so that no single deletion holds up a message. */
const batch = 200;

export function createAccounts(deps: AccountsDeps): Accounts {
  const { store } = deps;
  const people = createPeople(deps);
  const verifications = createVerifications(deps, people);
  const sessions = createSessions(deps);
  const keys = createApiKeys(deps);
  return {
    startVerification: (request) => verifications.start(request),
    verification: (id) => verifications.get(id),
    verify({ id, code }, via) {
      const outcome = store.db.commit(() => {
        const redeemed = verifications.redeem(id, code);
        if (redeemed instanceof GatewayError) return redeemed;
        const { account, created } = people.enter(redeemed.phone, via);
        return { ...sessions.open(account, via), created };
      });
      if (outcome instanceof GatewayError) throw outcome;
      return outcome;
    },
    session: (token) => sessions.find(token),
    closeSession: (session, via) => sessions.close(session, via),
    createKey: (account, wanted, actor) => keys.create(account, wanted, actor),
    keys: (account) => keys.working(account),
    revokeKey: (account, id, actor) => keys.revoke(account, id, actor),
    keyHolder: (api, secret) => keys.holder(api, secret),
    spendSend: (account, at) => spendSend(store.dailySends, account, at),
    sendAllowance: (account, at) => sendAllowance(store.dailySends, account, at),
    add: (phone, tier, actor) => people.add(phone, tier, actor),
    set: (phone, change, actor) => people.set(phone, change, actor),
    list: () => people.list(),
    byPhone: (phone) => people.byPhone(phone),
    audit: (limit) => store.audit.latest(limit),
    prune: (now, before) => prune(store, now, before),
  };
}

function prune(store: Store, now: EpochMs, before: EpochMs): number {
  return (
    store.sessions.prune(now, batch) +
    store.operators.pruneSessions(now, batch) +
    store.verifications.prune(now - day, batch) +
    store.dailySends.prune(dayOf(now - day), batch) +
    store.audit.prune(before, batch)
  );
}
