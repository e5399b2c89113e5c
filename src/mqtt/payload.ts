import { isoTime } from '../clock.ts';
import type { EventBody, EventChannel, LoggedEvent, OtpEvent, SmsEvent, StatusEvent } from '../domain/event.ts';
import type { OtpFinding } from '../domain/message.ts';
import { mask, maskCode, type Privacy } from './privacy.ts';
import type {
  AlertFields,
  CallFields,
  MmsFields,
  OtpFields,
  PublishedType,
  SmsFields,
  StatusFields,
  UndecodableFields,
  UssdFields,
} from './schemas/event-schemas.ts';

type Json = Readonly<Record<string, unknown>>;

const expiries: Readonly<Record<EventChannel, number>> = {
  sms: 86_400,
  status: 86_400,
  gateway: 86_400,
  otp: 600,
  call: 3_600,
  ussd: 3_600,
};

/** How long the broker keeps an event for those who are away, in seconds. */
export function expiryOf(channel: EventChannel): number {
  return expiries[channel];
}

/** An event as published: `event_type, id, seq, time, gateway, modem` and what its kind adds. */
export function eventPayload(event: LoggedEvent, gateway: string, privacy: Privacy): Json {
  const { body } = event;
  const subject = 'subject' in body ? body.subject : undefined;
  return {
    event_type: body.type satisfies PublishedType,
    id: event.id,
    seq: event.seq,
    time: isoTime(event.time),
    gateway,
    modem: event.modem ?? subject ?? null,
    ...fieldsOf(body, privacy),
  };
}

/** The fields that may be of any length. */
const bulky = ['text', 'pdu', 'data'];

/** The same event small enough for any broker: without its text, which it names in `omitted`. */
export function withoutBulk(payload: Json): Json {
  const kept = Object.entries(payload).filter(([key]) => !bulky.includes(key));
  return { ...Object.fromEntries(kept), omitted: bulky.filter((key) => key in payload) };
}

/** Each kind is held to its schema, so that what is published and what is documented cannot differ. */
function fieldsOf(body: EventBody, privacy: Privacy): Json {
  switch (body.type) {
    case 'sms_received':
    case 'sms_partial':
      return smsFields(body, privacy);
    case 'mms_notification':
      return { to: body.to, from: body.from, ...disclosed('data', body.data, privacy.text) } satisfies MmsFields;
    case 'sms_undecodable':
      return {
        to: body.to,
        ...disclosed('pdu', body.pdu, privacy.text),
        reason: body.reason,
      } satisfies UndecodableFields;
    case 'otp_received':
      return otpFields(body, privacy);
    case 'call_ringing':
    case 'call_ended':
      return { to: body.to, from: body.from } satisfies CallFields;
    case 'ussd':
      return {
        ...disclosed('text', body.text, privacy.text),
        reply_expected: body.replyExpected,
        ...optional('ended', body.ended),
      } satisfies UssdFields;
    case 'modem_added':
    case 'modem_removed':
      return {};
    case 'alert':
      return {
        ...{ code: body.code, message: body.message, ...optional('hint', body.hint) },
        ...{ ...optional('rung', body.rung), ...optional('reason', body.reason) },
      } satisfies AlertFields;
    default:
      return statusFields(body, privacy);
  }
}

function smsFields(body: SmsEvent, privacy: Privacy): SmsFields {
  return {
    to: body.to,
    from: body.from,
    ...smsText(body, privacy),
    parts: body.parts,
    encoding: body.encoding,
    smsc_time: body.smscTime,
    partial: body.partial,
    ...(body.otp === undefined ? {} : { otp: finding(body.otp, privacy) }),
  };
}

/** A code that is not to be seen is not to be seen in the text either. */
function smsText({ text, otp }: SmsEvent, privacy: Privacy): { readonly text?: string } {
  const hide = privacy.otp !== 'full' && otp !== undefined;
  return disclosed('text', hide ? maskCode(text, otp.code) : text, privacy.text);
}

function otpFields(body: OtpEvent, privacy: Privacy): OtpFields {
  return {
    to: body.to,
    from: body.from,
    ...finding(body.otp, privacy),
    confidence: body.otp.confidence,
    message_id: body.messageId,
    expires: isoTime(body.expires),
  };
}

function statusFields(body: StatusEvent, privacy: Privacy): StatusFields {
  const { error } = body;
  return {
    message_id: body.messageId,
    to: body.to,
    ...disclosed('text', body.text, privacy.text),
    status: body.type,
    segments: body.segments,
    ...optional('reference', body.reference),
    ...(error === undefined ? {} : { error: { code: error.code, message: error.message, retryable: error.retryable } }),
  };
}

function finding(otp: OtpFinding, privacy: Privacy): { rule: string; code?: string; service?: string } {
  return { ...disclosed('code', otp.code, privacy.otp), rule: otp.rule, ...optional('service', otp.service) };
}

function disclosed<K extends string>(name: K, value: string, disclosure: Privacy['text']): { [P in K]?: string } {
  if (disclosure === 'off') return {};
  return { [name]: disclosure === 'masked' ? mask(value) : value } as { [P in K]: string };
}

function optional<K extends string, V extends string | number>(name: K, value: V | undefined): { [P in K]?: V } {
  return value === undefined ? {} : ({ [name]: value } as { [P in K]: V });
}
