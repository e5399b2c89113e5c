import { v7 as uuidv7 } from 'uuid';
import type { Clock } from '../clock.ts';
import type { Account, AccountId, Actor, Api, ApiKey } from '../domain/account.ts';
import { GatewayError } from '../errors.ts';
import type { Store } from '../store/store.ts';
import { digestOf, newSecret, sameDigest } from './secrets.ts';

/** `shown`: how many characters of the secret tell it from others. */
const forms = {
  op: { prefix: 'op_live_', shown: 12 },
  'agent-otp': { prefix: 'ak_', shown: 7 },
} as const;

export interface ApiKeysDeps {
  readonly store: Store;
  readonly clock: Clock;
}

export interface WantedKey {
  readonly api: Api;
  readonly name: string;
  readonly mailbox: number | null;
}

export interface ApiKeys {
  /** Throws `account.unknown`, and `number.unknown` where the mailbox is not the account's or is closed. */
  create(account: AccountId, wanted: WantedKey, actor: Actor): { readonly key: ApiKey; readonly secret: string };
  /** Those that work, oldest first. */
  working(account: AccountId): readonly ApiKey[];
  /** `account` null: whosever it is. Throws `key.unknown`. */
  revoke(account: AccountId | null, id: string, actor: Actor): void;
  /** Throws `account.unauthenticated`. */
  holder(api: Api, secret: string): { readonly key: ApiKey; readonly account: Account };
}

export function createApiKeys(deps: ApiKeysDeps): ApiKeys {
  const { store, clock } = deps;
  return {
    create: (account, wanted, actor) => create(deps, account, wanted, actor),
    working: (account) => store.keys.working(account, clock.now()),
    revoke(account, id, actor) {
      store.db.commit(() => {
        if (!store.keys.revoke(account, id, clock.now())) throw new GatewayError('key.unknown', 'there is no such key');
        note(deps, 'key.revoked', id, actor);
      });
    },
    holder: (api, secret) => holder(deps, api, secret),
  };
}

function create(deps: ApiKeysDeps, account: AccountId, wanted: WantedKey, actor: Actor) {
  const { store, clock } = deps;
  const { prefix, shown } = forms[wanted.api];
  const secret = newSecret(prefix);
  const createdAt = clock.now();
  const facts = { id: uuidv7(), prefix: secret.slice(0, shown), account, createdAt, revokedAt: null };
  const key: ApiKey = { ...facts, api: wanted.api, name: wanted.name, mailbox: wanted.mailbox };
  store.db.commit(() => {
    if (store.accounts.get(account) === undefined)
      throw new GatewayError('account.unknown', 'there is no such account');
    // Another process may have ended the lease meanwhile.
    if (wanted.mailbox !== null && !store.keys.mayOpen(account, wanted.mailbox, createdAt)) {
      throw new GatewayError('number.unknown', 'the account does not have this number now');
    }
    store.keys.add(key, digestOf(secret));
    note(deps, 'key.created', key.id, actor);
  });
  return { key, secret };
}

function holder({ store, clock }: ApiKeysDeps, api: Api, secret: string) {
  const digest = digestOf(secret);
  const held = store.keys.find(digest);
  if (held === undefined || !sameDigest(held.hash, digest) || held.key.api !== api || held.key.revokedAt !== null) {
    throw new GatewayError('account.unauthenticated', 'the key is unknown or revoked');
  }
  if (held.mailboxEndsAt !== null && held.mailboxEndsAt <= clock.now()) {
    throw new GatewayError('account.unauthenticated', "the key's number is no longer the account's");
  }
  return { key: held.key, account: held.account };
}

function note({ store, clock }: ApiKeysDeps, action: 'key.created' | 'key.revoked', id: string, actor: Actor): void {
  store.audit.add({ at: clock.now(), account: actor.account, action, subject: id, via: actor.via });
}
