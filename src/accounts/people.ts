import { v7 as uuidv7 } from 'uuid';
import type { Clock } from '../clock.ts';
import type { Account, Actor, AuditAction, Tier } from '../domain/account.ts';
import { GatewayError } from '../errors.ts';
import type { Store } from '../store/store.ts';
import { checkPhone } from './phone.ts';

/** Who may open an account: `accounts` of the configuration. */
export interface SignupPolicy {
  readonly signup: 'closed' | 'allowlist' | 'open';
  /** E.164 numbers that may, while `signup` is `allowlist`. */
  readonly allow: readonly string[];
  readonly default_tier: Tier;
}

export interface PeopleDeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly policy: SignupPolicy;
}

export interface People {
  /** Throws `account.signup_not_allowed` where the phone has no account and may not open one. */
  checkMayEnter(phone: string): void;
  /** The account of a phone that is proved, opened here if need be; within the caller's transaction. Throws as `checkMayEnter`. */
  enter(phone: string, via: string): { readonly account: Account; readonly created: boolean };
  /** Throws `phone.invalid`, `account.exists`. */
  add(phone: string, tier: Tier | undefined, actor: Actor): Account;
  /** Throws `account.unknown`. */
  set(phone: string, change: { readonly tier?: Tier; readonly quota?: number }, actor: Actor): Account;
  list(): readonly Account[];
  /** Throws `account.unknown`. */
  byPhone(phone: string): Account;
}

export function createPeople(deps: PeopleDeps): People {
  const { store, policy } = deps;
  const checkMayEnter = (phone: string) => {
    if (store.accounts.byPhone(phone) === undefined) checkMaySignUp(policy, phone);
  };
  return {
    checkMayEnter,
    enter(phone, via) {
      checkMayEnter(phone);
      const known = store.accounts.byPhone(phone);
      if (known !== undefined) return { account: known, created: false };
      const account = newAccount(deps, phone, policy.default_tier);
      store.accounts.add(account);
      note(deps, 'account.created', account, { account: account.id, via });
      return { account, created: true };
    },
    add: (phone, tier, actor) => add(deps, phone, tier ?? policy.default_tier, actor),
    set: (phone, change, actor) => set(deps, phone, change, actor),
    list: () => store.accounts.list(),
    byPhone: (phone) => byPhone(store, phone),
  };
}

function checkMaySignUp({ signup, allow }: SignupPolicy, phone: string): void {
  if (signup === 'open' || (signup === 'allowlist' && allow.includes(phone))) return;
  const hint =
    signup === 'closed'
      ? 'open the account with: sim2mqtt account add --phone …'
      : 'put the phone into accounts.allow of the configuration, or use: sim2mqtt account add --phone …';
  throw new GatewayError('account.signup_not_allowed', 'this phone may not open an account here', { hint });
}

function add(deps: PeopleDeps, phone: string, tier: Tier, actor: Actor): Account {
  checkPhone(phone);
  return deps.store.db.commit(() => {
    if (deps.store.accounts.byPhone(phone) !== undefined) {
      const hint = 'to change it: sim2mqtt account set --phone …';
      throw new GatewayError('account.exists', 'this phone has an account already', { hint });
    }
    const account = newAccount(deps, phone, tier);
    deps.store.accounts.add(account);
    note(deps, 'account.created', account, actor);
    return account;
  });
}

function set(
  deps: PeopleDeps,
  phone: string,
  change: { readonly tier?: Tier; readonly quota?: number },
  actor: Actor,
): Account {
  return deps.store.db.commit(() => {
    const before = byPhone(deps.store, phone);
    const after = { ...before, ...change };
    if (after.tier === before.tier && after.quota === before.quota) return before;
    deps.store.accounts.change(after);
    note(deps, 'account.changed', after, actor);
    return after;
  });
}

function byPhone(store: Store, phone: string): Account {
  const account = store.accounts.byPhone(phone);
  if (account !== undefined) return account;
  const hint = 'open one with: sim2mqtt account add --phone …';
  throw new GatewayError('account.unknown', 'this phone has no account', { hint });
}

function newAccount({ clock }: PeopleDeps, phone: string, tier: Tier): Account {
  return { id: uuidv7(), phone, tier, quota: null, createdAt: clock.now() };
}

function note({ store, clock }: PeopleDeps, action: AuditAction, { id }: Account, actor: Actor): void {
  store.audit.add({ at: clock.now(), account: actor.account, action, subject: id, via: actor.via });
}
