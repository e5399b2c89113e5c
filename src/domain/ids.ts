import { v7 as uuidv7 } from 'uuid';
import type { MessageId } from './message.ts';

/** Ids sort by time of creation (RFC 9562 UUIDv7). */
export function newMessageId(): MessageId {
  return `msg_${uuidv7()}`;
}

export function newEventId(): string {
  return `evt_${uuidv7()}`;
}
