import type { EpochMs } from '../clock.ts';
import type { WebhookEvent } from './webhook-event.ts';

export interface Webhook {
  readonly id: string;
  /** `Mailbox.n`, and the id of its number. */
  readonly mailbox: number;
  readonly number: string;
  readonly url: string;
  readonly events: readonly WebhookEvent[];
  readonly enabled: boolean;
  readonly createdAt: EpochMs;
}

export interface DeliveryAttempt {
  readonly at: EpochMs;
  /** Ms */
  readonly duration: number;
  /** HTTP status; null where there was no answer. */
  readonly status: number | null;
  /** Why it failed, in one line; null where it did not. */
  readonly error: string | null;
}

export interface Delivery {
  /** `op-delivery-id` */
  readonly id: string;
  readonly event: WebhookEvent;
  readonly state: 'pending' | 'delivered' | 'failed';
  readonly createdAt: EpochMs;
  readonly nextAttemptAt: EpochMs | null;
  readonly attempts: readonly DeliveryAttempt[];
}

export interface WebhookChange {
  readonly url?: string;
  readonly events?: readonly string[];
  readonly enabled?: boolean;
}
