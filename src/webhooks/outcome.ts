import type { EpochMs, Ms } from '../clock.ts';
import type { Outgoing, StoredAttempt } from '../store/deliveries.ts';
import type { Store } from '../store/store.ts';
import { codeCarrier } from './payload.ts';

const minute: Ms = 60_000;
const hour: Ms = 60 * minute;
/** From each failure to the next attempt; after the last of these a delivery has failed. */
const retries: readonly Ms[] = [30_000, 2 * minute, 10 * minute, hour, 6 * hour, 24 * hour, 24 * hour];

/** Keeps an attempt that was due, and what follows from it. */
export function recordScheduled(store: Store, id: string, attempt: StoredAttempt, ended: EpochMs): void {
  // Lazily: what a power cut undoes is sent again, under the same id.
  store.db.commitLazily(() => {
    const delivery = store.deliveries.outgoing(id);
    if (delivery === undefined) return;
    store.deliveries.addAttempt(id, attempt, true);
    if (attempt.error === null) delivered(store, delivery, ended);
    else if (delivery.state === 'pending') again(store, delivery, ended);
  });
}

/** Keeps an attempt out of its order: a success ends the delivery, a failure leaves it where it was. */
export function recordByHand(store: Store, id: string, attempt: StoredAttempt, ended: EpochMs): void {
  store.db.commitLazily(() => {
    const delivery = store.deliveries.outgoing(id);
    if (delivery === undefined) return;
    store.deliveries.addAttempt(id, attempt, false);
    if (attempt.error === null) delivered(store, delivery, ended);
  });
}

function delivered(store: Store, { id, account, body }: Outgoing, at: EpochMs): void {
  store.deliveries.settle(id, { state: 'delivered', nextAt: null }, at);
  const message = codeCarrier(body);
  if (message !== undefined) store.audit.codeRead(account, message, 'webhook', at);
}

function again(store: Store, { id, attempts, nextAt }: Outgoing, failedAt: EpochMs): void {
  const wait = retries[attempts];
  if (wait === undefined) store.deliveries.settle(id, { state: 'failed', nextAt: null }, failedAt);
  // Paused while it was being sent.
  else if (nextAt === null) store.deliveries.settle(id, { state: 'pending', nextAt: null }, failedAt);
  else store.deliveries.settle(id, { state: 'pending', nextAt: failedAt + wait }, failedAt);
}
