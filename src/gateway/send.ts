import type { EpochMs } from '../clock.ts';
import { newMessageId } from '../domain/ids.ts';
import type { Encoding, MessageId, ModemId, OutboundStatus, Priority } from '../domain/message.ts';
import { GatewayError } from '../errors.ts';
import { encodeSubmit } from '../sms/sms.ts';
import type { Store } from '../store/store.ts';
import { appendStatus } from './status-event.ts';

export interface SendRequest {
  readonly modem: ModemId;
  /** The line's own number, where known. */
  readonly number: string | null;
  readonly to: string;
  readonly text: string;
  /** What the database and the events hold in the place of a text that must not be kept. */
  readonly shown?: string;
  readonly notAfter: EpochMs | null;
  /** Tries after the first, for refusals that may pass. */
  readonly retries: number;
  readonly statusReport: boolean;
  /** Default `normal`. */
  readonly priority?: Priority;
}

export interface Queued {
  /** `messages.n` */
  readonly n: number;
  readonly id: MessageId;
  readonly status: OutboundStatus;
  readonly segments: number;
  readonly encoding: Encoding;
}

/** Proves that the message can be encoded and queues it. Throws `sms.*`, and nothing is queued. */
export function queueMessage(store: Store, request: SendRequest, at: EpochMs): Queued {
  if (!request.text.isWellFormed()) {
    throw new GatewayError('sms.unencodable', 'the text holds half of a surrogate pair');
  }
  const { encoding, parts } = encodeSubmit({ to: request.to, text: request.text });
  const id = newMessageId();
  const { modem, number, to, text: spoken, shown } = request;
  const text = shown ?? spoken;
  const n = store.db.commit(() => {
    const n = store.messages.addOutbound({
      id,
      modem,
      number,
      peer: to,
      text,
      encoding,
      parts: parts.length,
      createdAt: at,
    });
    const { statusReport, notAfter, retries, priority = 'normal' } = request;
    store.outbox.add({ n, modem, statusReport, notAfter, retries, priority, confidential: shown !== undefined, at });
    appendStatus(store, { id, modem, to, text, segments: parts.length }, { status: 'queued', at });
    return n;
  });
  return { n, id, status: 'queued', segments: parts.length, encoding };
}

/** Takes back a message that still waits. Throws `message.unknown`, `message.not_cancellable`. */
export function cancelMessage(store: Store, id: MessageId, modem: ModemId | null, at: EpochMs): void {
  store.db.commit(() => {
    const entry = store.outbox.get(id);
    if (entry === undefined || (modem !== null && entry.modem !== modem)) {
      throw new GatewayError('message.unknown', 'no such outbound message');
    }
    if (entry.status !== 'queued') throw new GatewayError('message.not_cancellable', `the message is ${entry.status}`);
    const error = { code: 'message.cancelled', message: 'cancelled by its sender', retryable: false } as const;
    store.outbox.settle(entry.n, { status: 'failed', error, at });
    appendStatus(store, entry, { status: 'failed', at, error });
  });
}
