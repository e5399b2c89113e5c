import type { LoggedEvent, SmsEvent, StatusEvent } from '../domain/event.ts';
import type { MessageId } from '../domain/message.ts';

export const webhookEvents = ['message.received', 'message.sent', 'message.failed'] as const;
export type WebhookEvent = (typeof webhookEvents)[number];

export function isWebhookEvent(text: string): text is WebhookEvent {
  return webhookEvents.some((event) => event === text);
}

/** An event of the log that endpoints are told of. */
export interface Tidings {
  readonly event: WebhookEvent;
  readonly message: MessageId;
  readonly body: SmsEvent | StatusEvent;
}

/** Undefined for what is no endpoint's business. */
export function tidingsOf({ id, body }: LoggedEvent): Tidings | undefined {
  switch (body.type) {
    case 'sms_received':
    case 'sms_partial':
      return { event: 'message.received', message: id, body };
    case 'sent':
      return { event: 'message.sent', message: body.messageId, body };
    case 'failed':
    case 'unknown':
    case 'expired':
      return reportedLater(body) ? undefined : { event: 'message.failed', message: body.messageId, body };
    default:
      return undefined;
  }
}

/** It was sent, and said so; what a status report makes of it afterwards is not its sending. */
function reportedLater({ error }: StatusEvent): boolean {
  return error?.code.startsWith('tp-st.') === true;
}
