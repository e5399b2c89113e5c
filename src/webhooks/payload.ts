import { type EpochMs, isoTime } from '../clock.ts';
import type { SmsEvent, StatusEvent } from '../domain/event.ts';
import { newEventId, newMessageId } from '../domain/ids.ts';
import type { MessageId } from '../domain/message.ts';
import type { StoredMessage } from '../store/messages.ts';
import type { Tidings, WebhookEvent } from './webhook-event.ts';

/** The exact text of a request's body; kept, so that every attempt sends the same bytes. */
export function payloadOf({ event, body }: Tidings, time: EpochMs, message: StoredMessage): string {
  const data = isInbound(body) ? inbound(body, message) : outbound(body, time, message);
  return JSON.stringify({ id: newEventId(), type: event, created_at: seconds(time), data });
}

function isInbound(body: SmsEvent | StatusEvent): body is SmsEvent {
  return body.type === 'sms_received' || body.type === 'sms_partial';
}

function inbound({ from, text, partial, otp }: SmsEvent, message: StoredMessage): object {
  return {
    id: message.id,
    direction: 'inbound',
    to: message.number,
    from,
    body: text,
    received_at: seconds(message.createdAt),
    ...(partial ? { partial } : {}),
    ...(otp === undefined ? {} : { otp_code: otp.code }),
  };
}

function outbound({ type, error }: StatusEvent, time: EpochMs, message: StoredMessage): object {
  const sent = type === 'sent';
  const reason = error?.message ?? 'no reason is known';
  const failure = type === 'unknown' ? `it is not known whether it was sent: ${reason}` : reason;
  return {
    id: message.id,
    direction: 'outbound',
    to: message.peer,
    from: message.number,
    body: message.text,
    status: sent ? 'sent' : 'failed',
    created_at: seconds(message.createdAt),
    sent_at: sent ? seconds(time) : null,
    error: sent ? null : failure,
  };
}

/** A number that is never given out. */
const fictitious = '+12025550100';

/** Of an event that never was, for a number: what its owner's endpoint would get. */
export function testPayload(event: WebhookEvent, number: string, now: EpochMs): string {
  const at = seconds(now);
  const id = newMessageId();
  const body = 'This is a test.';
  const sent = event === 'message.sent';
  const data =
    event === 'message.received'
      ? { id, direction: 'inbound', to: number, from: fictitious, body, received_at: at }
      : {
          ...{ id, direction: 'outbound', to: fictitious, from: number, body },
          ...{ status: sent ? 'sent' : 'failed', created_at: at },
          ...{ sent_at: sent ? at : null, error: sent ? null : 'this is a test' },
        };
  return JSON.stringify({ id: newEventId(), type: event, created_at: at, data, test: true });
}

/** UTC in whole seconds, without a zone: the form of the OP API's examples. */
function seconds(instant: EpochMs): string {
  return isoTime(instant).slice(0, 19);
}

/** The message whose one-time code a body carries, if it does. */
export function codeCarrier(body: string): MessageId | undefined {
  if (!body.includes('"otp_code":')) return undefined;
  const { data, test } = JSON.parse(body) as { data: { id: MessageId; otp_code?: string }; test?: boolean };
  return data.otp_code === undefined || test === true ? undefined : data.id;
}
