import { v7 as uuidv7 } from 'uuid';
import type { Clock } from '../clock.ts';
import type { AccountId, Actor } from '../domain/account.ts';
import { GatewayError } from '../errors.ts';
import type { Outgoing, StoredAttempt, StoredDelivery } from '../store/deliveries.ts';
import type { Store } from '../store/store.ts';
import { recordByHand } from './outcome.ts';
import { testPayload } from './payload.ts';
import { findWebhook } from './registry.ts';
import type { Delivery } from './webhook.ts';
import { isWebhookEvent, webhookEvents } from './webhook-event.ts';

export interface DeliveryLogDeps {
  readonly store: Store;
  readonly clock: Clock;
}

export interface DeliveryLog {
  test(account: AccountId, id: string): Promise<Delivery>;
  deliveries(account: AccountId, id: string, limit: number): readonly Delivery[];
  redeliver(account: AccountId, id: string, delivery: string, actor: Actor): Promise<Delivery>;
}

/** What was sent and how that went, and what an owner sends by hand. `attempt` makes one attempt, now. */
export function createDeliveryLog(
  { store, clock }: DeliveryLogDeps,
  attempt: (webhook: string, read: () => Outgoing) => Promise<StoredAttempt>,
): DeliveryLog {
  return {
    async test(account, id) {
      const { events, e164 } = findWebhook(store, account, id);
      const event = events.find(isWebhookEvent) ?? webhookEvents[0];
      const at = clock.now();
      const delivery = { id: uuidv7(), webhook: id, seq: null, event, body: testPayload(event, e164, at), at };
      const rest = { account, state: 'pending', nextAt: null, attempts: 0 } as const;
      const made = await attempt(id, () => {
        const { url, secret } = findWebhook(store, account, id);
        return { ...delivery, ...rest, url, secret };
      });
      findWebhook(store, account, id);
      const state = made.error === null ? 'delivered' : 'failed';
      store.db.commitLazily(() => store.deliveries.addSettled(delivery, state, made));
      return found(store, id, delivery.id);
    },
    deliveries(account, id, limit) {
      findWebhook(store, account, id);
      return store.deliveries.list(id, limit).map(toDelivery);
    },
    async redeliver(account, id, delivery, { account: by, via }) {
      findWebhook(store, account, id);
      found(store, id, delivery);
      const made = await attempt(id, () => {
        const outgoing = store.deliveries.outgoing(delivery);
        if (outgoing === undefined) throw unknown();
        return outgoing;
      });
      const at = clock.now();
      store.db.commit(() => {
        recordByHand(store, delivery, made, at);
        store.audit.add({ at, account: by, action: 'webhook.redelivered', subject: id, via });
      });
      return found(store, id, delivery);
    },
  };
}

function found(store: Store, webhook: string, id: string): Delivery {
  const delivery = store.deliveries.get(webhook, id);
  if (delivery === undefined) throw unknown();
  return toDelivery(delivery);
}

function unknown(): GatewayError {
  return new GatewayError('delivery.unknown', 'there is no such delivery of this webhook');
}

function toDelivery({ id, event, state, createdAt, nextAt, attempts }: StoredDelivery): Delivery {
  const known = isWebhookEvent(event) ? event : webhookEvents[0];
  return { id, event: known, state, createdAt, nextAttemptAt: nextAt, attempts };
}
