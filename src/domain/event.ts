import type { EpochMs } from '../clock.ts';
import type { Encoding, MessageId, ModemId, OtpFinding, OutboundError, OutboundStatus } from './message.ts';
import type { UssdAnswer } from './ussd.ts';

/** What the log of facts holds; each sink reads it in `seq` order at its own pace. */
export interface LoggedEvent<T extends EventBody = EventBody> {
  /** Grows by one for each event of this gateway, for ever. */
  readonly seq: number;
  /** Of the thing the event is about. The same `id` with the same type again is a repeat. */
  readonly id: string;
  readonly time: EpochMs;
  /** Null for an event of the gateway itself. */
  readonly modem: ModemId | null;
  readonly body: T;
}

export type EventBody =
  | SmsEvent
  | MmsEvent
  | UndecodableEvent
  | OtpEvent
  | StatusEvent
  | CallEvent
  | UssdEvent
  | ModemChangeEvent
  | AlertEvent;

export type EventType = EventBody['type'];

/** `sms_partial`: given out incomplete after the time-out. A later `sms_received` of the same id is the whole text. */
export interface SmsEvent {
  readonly type: 'sms_received' | 'sms_partial';
  readonly to: string | null;
  readonly from: string;
  readonly text: string;
  readonly parts: number;
  readonly encoding: Encoding;
  readonly smscTime: string | null;
  readonly partial: boolean;
  readonly otp?: OtpFinding;
}

export interface MmsEvent {
  readonly type: 'mms_notification';
  readonly to: string | null;
  readonly from: string;
  /** Octets of the WAP push, in hex. */
  readonly data: string;
}

export interface UndecodableEvent {
  readonly type: 'sms_undecodable';
  readonly to: string | null;
  /** The PDU as the modem gave it. */
  readonly pdu: string;
  readonly reason: string;
}

export interface OtpEvent {
  readonly type: 'otp_received';
  readonly to: string | null;
  readonly from: string;
  readonly otp: OtpFinding;
  readonly messageId: MessageId;
  readonly expires: EpochMs;
}

export interface StatusEvent {
  readonly type: OutboundStatus;
  readonly messageId: MessageId;
  readonly to: string;
  readonly text: string;
  readonly segments: number;
  readonly reference?: number;
  readonly error?: OutboundError;
}

export interface CallEvent {
  readonly type: 'call_ringing' | 'call_ended';
  readonly to: string | null;
  readonly from: string | null;
}

export interface UssdEvent extends UssdAnswer {
  readonly type: 'ussd';
}

export interface ModemChangeEvent {
  readonly type: 'modem_added' | 'modem_removed';
  readonly subject: ModemId;
}

/** Something an operator should act on, in one line. */
export interface AlertEvent {
  readonly type: 'alert';
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
  /** Of a step of recovery: which, and why. */
  readonly rung?: string;
  readonly reason?: string;
  readonly subject?: ModemId;
}

/** The topic an event belongs on: the last level of its MQTT topic. */
export type EventChannel = 'sms' | 'otp' | 'status' | 'call' | 'ussd' | 'gateway';

const channels: Readonly<Record<EventType, EventChannel>> = {
  sms_received: 'sms',
  sms_partial: 'sms',
  mms_notification: 'sms',
  sms_undecodable: 'sms',
  otp_received: 'otp',
  queued: 'status',
  sending: 'status',
  sent: 'status',
  delivered: 'status',
  failed: 'status',
  unknown: 'status',
  expired: 'status',
  call_ringing: 'call',
  call_ended: 'call',
  ussd: 'ussd',
  modem_added: 'gateway',
  modem_removed: 'gateway',
  alert: 'gateway',
};

export function channelOf(type: EventType): EventChannel {
  return channels[type];
}

/** Is given each event of the log, in order, until it resolves (PUBACK, 2xx). Rejecting means: the same one again, later. */
export interface EventSink {
  readonly name: string;
  deliver(event: LoggedEvent, signal: AbortSignal): Promise<void>;
}
