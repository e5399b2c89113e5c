import { v7 as uuidv7 } from 'uuid';
import type { Clock } from '../clock.ts';
import type { EventSink, LoggedEvent } from '../domain/event.ts';
import type { Store } from '../store/store.ts';
import { payloadOf } from './payload.ts';
import { tidingsOf } from './webhook-event.ts';

export interface SinkDeps {
  readonly store: Store;
  readonly clock: Clock;
  /** Called after each commit: something is due. */
  readonly queued: () => void;
}

/** Queues each event of the log for the webhooks that are to be told of it; a repeat of one changes nothing. */
export function createWebhookSink(deps: SinkDeps): EventSink {
  return {
    name: 'webhooks',
    deliver: (event) =>
      new Promise((resolve) => {
        if (queue(deps, event)) deps.queued();
        resolve();
      }),
  };
}

/** False where nobody is to be told. */
function queue({ store, clock }: SinkDeps, event: LoggedEvent): boolean {
  const tidings = tidingsOf(event);
  if (tidings === undefined || !store.webhooks.any()) return false;
  const mailboxes = store.mailboxMessages.mailboxesOf(tidings.message);
  const webhooks = store.webhooks.subscribed(mailboxes, tidings.event);
  const message = webhooks.length === 0 ? undefined : store.messages.get(tidings.message);
  if (message === undefined) return false;
  const body = payloadOf(tidings, event.time, message);
  const at = clock.now();
  // Lazily: the cursor of this sink is written after it, so that no power cut keeps the one without the other.
  store.db.commitLazily(() => {
    for (const webhook of webhooks)
      store.deliveries.add({ id: uuidv7(), webhook, seq: event.seq, event: tidings.event, body, at });
  });
  return true;
}
