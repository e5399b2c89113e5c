import type { Clock, EpochMs } from '../clock.ts';
import type { AccountId, Actor } from '../domain/account.ts';
import type { EventSink } from '../domain/event.ts';
import type { Mailbox } from '../domain/number.ts';
import type { Logger } from '../log.ts';
import type { Store } from '../store/store.ts';
import type { Vault } from '../store/vault.ts';
import { internet, type Network } from './attempt.ts';
import { Deliverer } from './deliverer.ts';
import { createDeliveryLog } from './delivery-log.ts';
import { createRegistry } from './registry.ts';
import { createWebhookSink } from './sink.ts';
import type { Delivery, Webhook, WebhookChange } from './webhook.ts';

export type { Delivery, DeliveryAttempt, Webhook, WebhookChange } from './webhook.ts';
export { type WebhookEvent, webhookEvents } from './webhook-event.ts';

export interface WebhooksDeps {
  readonly store: Store;
  readonly vault: Vault;
  readonly clock: Clock;
  readonly log: Logger;
  /** Whether endpoints may be at loopback, private and link-local addresses. */
  readonly allowPrivate: boolean;
}

/** Endpoints that are told of messages, at least once, each at its own pace. Every call is for one account's own. */
export interface Webhooks {
  /** The secret is given out here and never again. Throws `webhook.exists`, `webhook.bad_events`, `webhook.bad_url`. */
  create(
    mailbox: Mailbox,
    wanted: { readonly url: string; readonly events: readonly string[] },
    actor: Actor,
  ): { readonly webhook: Webhook; readonly secret: string };
  list(account: AccountId): readonly Webhook[];
  /** Throws `webhook.unknown`, `webhook.bad_events`, `webhook.bad_url`. */
  change(account: AccountId, id: string, change: WebhookChange, actor: Actor): Webhook;
  /** A new secret; the old one is void at once. */
  rotate(account: AccountId, id: string, actor: Actor): { readonly webhook: Webhook; readonly secret: string };
  remove(account: AccountId, id: string, actor: Actor): void;
  /** One synthetic event, tried once: resolves when that attempt is over. */
  test(account: AccountId, id: string): Promise<Delivery>;
  /** Newest first. */
  deliveries(account: AccountId, id: string, limit: number): readonly Delivery[];
  /** Sends one again, now. Throws `delivery.unknown`. Resolves when that attempt is over. */
  redeliver(account: AccountId, id: string, delivery: string, actor: Actor): Promise<Delivery>;
  /** Takes each event of the log and queues what it means for which webhook. */
  readonly sink: EventSink;
  /** Delivers what is due until aborted. */
  run(signal: AbortSignal): Promise<void>;
  prune(before: EpochMs): number;
}

/** Small, so that no single deletion holds up a message. */
const pruneBatch = 200;

/** Nothing is sent by itself before `run`. */
export function createWebhooks(deps: WebhooksDeps, network: Network = internet): Webhooks {
  const { store, clock } = deps;
  const deliverer = new Deliverer({ ...deps, network });
  return {
    ...createRegistry(deps, () => deliverer.wakeAll()),
    ...createDeliveryLog(deps, (webhook, read) => deliverer.attempt(webhook, read)),
    sink: createWebhookSink({ store, clock, queued: () => deliverer.wake() }),
    run: (signal) => deliverer.run(signal),
    prune: (before) => store.deliveries.prune(before, pruneBatch),
  };
}
