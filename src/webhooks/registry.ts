import { v7 as uuidv7 } from 'uuid';
import type { Clock } from '../clock.ts';
import type { AccountId, Actor, AuditAction } from '../domain/account.ts';
import type { Mailbox } from '../domain/number.ts';
import { GatewayError } from '../errors.ts';
import type { Store } from '../store/store.ts';
import type { Vault } from '../store/vault.ts';
import type { StoredWebhook } from '../store/webhooks.ts';
import { checkEvents, checkUrl } from './endpoint.ts';
import { newWebhookSecret } from './sign.ts';
import type { Webhook, WebhookChange } from './webhook.ts';
import { isWebhookEvent } from './webhook-event.ts';

export interface RegistryDeps {
  readonly store: Store;
  readonly vault: Vault;
  readonly clock: Clock;
  readonly allowPrivate: boolean;
}

interface WithSecret {
  readonly webhook: Webhook;
  readonly secret: string;
}

export interface Registry {
  create(
    mailbox: Mailbox,
    wanted: { readonly url: string; readonly events: readonly string[] },
    actor: Actor,
  ): WithSecret;
  list(account: AccountId): readonly Webhook[];
  change(account: AccountId, id: string, change: WebhookChange, actor: Actor): Webhook;
  rotate(account: AccountId, id: string, actor: Actor): WithSecret;
  remove(account: AccountId, id: string, actor: Actor): void;
}

/** Which endpoints there are. `resumed` is called after a commit that makes old deliveries due. */
export function createRegistry({ store, vault, clock, allowPrivate }: RegistryDeps, resumed: () => void): Registry {
  const noted = <T>(actor: Actor, action: AuditAction, subject: string, work: () => T): T =>
    store.db.commit(() => {
      const result = work();
      store.audit.add({ at: clock.now(), account: actor.account, action, subject, via: actor.via });
      return result;
    });
  return {
    create(mailbox, { url, events }, actor) {
      const wanted = { url: checkUrl(url, allowPrivate), events: checkEvents(events) };
      const { id, secret, sealed } = { id: uuidv7(), ...newSecret(vault) };
      return noted(actor, 'webhook.created', id, () => {
        const added = store.webhooks.add({ id, mailbox: mailbox.n, ...wanted, secret: sealed, at: clock.now() });
        if (!added) throw new GatewayError('webhook.exists', 'the number has a webhook already');
        return { webhook: toWebhook(findWebhook(store, mailbox.account, id)), secret };
      });
    },
    list: (account) => store.webhooks.list(account).map(toWebhook),
    change(account, id, change, actor) {
      const old = findWebhook(store, account, id);
      const wanted = {
        url: change.url === undefined ? old.url : checkUrl(change.url, allowPrivate),
        events: change.events === undefined ? old.events : checkEvents(change.events),
        enabled: change.enabled ?? old.enabled,
      };
      noted(actor, 'webhook.changed', id, () => {
        store.webhooks.set(id, wanted, clock.now());
        if (old.enabled && !wanted.enabled) store.deliveries.pause(id);
        if (!old.enabled && wanted.enabled) store.deliveries.resume(id, clock.now());
      });
      if (!old.enabled && wanted.enabled) resumed();
      return toWebhook({ ...old, ...wanted });
    },
    rotate(account, id, actor) {
      const webhook = findWebhook(store, account, id);
      const { secret, sealed } = newSecret(vault);
      noted(actor, 'webhook.changed', id, () => store.webhooks.setSecret(id, sealed, clock.now()));
      return { webhook: toWebhook(webhook), secret };
    },
    remove(account, id, actor) {
      findWebhook(store, account, id);
      noted(actor, 'webhook.deleted', id, () => store.webhooks.remove(id));
    },
  };
}

function newSecret(vault: Vault): { readonly secret: string; readonly sealed: Buffer } {
  const secret = newWebhookSecret();
  return { secret, sealed: vault.seal('webhook', secret) };
}

/** Throws `webhook.unknown`, for another account's as well. */
export function findWebhook(store: Store, account: AccountId, id: string): StoredWebhook {
  const webhook = store.webhooks.get(account, id);
  if (webhook === undefined) throw new GatewayError('webhook.unknown', 'there is no such webhook');
  return webhook;
}

function toWebhook({ id, mailbox, number, url, events, enabled, createdAt }: StoredWebhook): Webhook {
  return { id, mailbox, number, url, events: events.filter(isWebhookEvent), enabled, createdAt };
}
