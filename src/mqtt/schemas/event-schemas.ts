import type { XStatic } from 'typebox/schema';
import { ussdEnds } from '../../domain/ussd.ts';

const id = { type: 'string', minLength: 1, maxLength: 64 } as const;
const time = {
  type: 'string',
  format: 'date-time',
  pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}\\.\\d{3}Z$',
} as const;
const number = { type: 'string', description: 'E.164, a short code, or a name.' } as const;
const ownNumber = {
  type: ['string', 'null'],
  description: "The line's own number, E.164; null where it is not known.",
} as const;
/** `error` of an outbound message and of a reply. */
export const failureSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['code', 'message', 'retryable'],
  properties: {
    code: { type: 'string', pattern: '^[a-z-]+\\.[a-z0-9_]+$|^internal$', description: 'What programs branch on.' },
    message: { type: 'string' },
    retryable: { type: 'boolean', description: 'The same may succeed later with nothing changed.' },
  },
} as const;

const code = {
  type: 'string',
  minLength: 1,
  description: 'As `mqtt.privacy.otp` says: whole, masked with `*`, or left out.',
} as const;
const rule = { type: 'string', minLength: 1, description: 'The OTP rule that found it.' } as const;
const service = { type: 'string', minLength: 1, description: 'Whose code it is, where known.' } as const;
const text = {
  type: 'string',
  description: 'As `mqtt.privacy.text` says: whole, masked with `*`, or left out.',
} as const;

/** What every event has, whatever its kind. `id` and `event_type` together tell a repeat. */
const envelope = {
  id,
  seq: { type: 'integer', minimum: 1, description: 'Grows by one for each event of this gateway, for ever.' },
  time,
  gateway: { type: 'string', pattern: '^[a-z0-9-]+$' },
  modem: { type: ['string', 'null'], pattern: '^[a-z0-9-]+$' },
  omitted: {
    type: 'array',
    items: { enum: ['text', 'pdu', 'data'] },
    description: 'What was left out because the broker takes no packet of that size.',
  },
} as const;

/** An event as published: `types` are its values of `event_type`. */
function event<const T extends readonly string[], const P extends object, const R extends readonly string[]>(
  types: T,
  { properties, required }: { readonly properties: P; readonly required: R },
) {
  return {
    type: 'object',
    additionalProperties: false,
    required: ['event_type', 'id', 'seq', 'time', 'gateway', 'modem', ...required],
    properties: { event_type: { type: 'string', enum: types }, ...envelope, ...properties },
  } as const;
}

function fields<const P extends object, const R extends readonly (keyof P & string)[]>(properties: P, required: R) {
  return { type: 'object', additionalProperties: false, properties, required } as const;
}

const smsFields = fields(
  {
    to: ownNumber,
    from: number,
    text,
    parts: { type: 'integer', minimum: 1, maximum: 255, description: 'How many parts the whole message has.' },
    encoding: { type: 'string', enum: ['gsm7', 'ucs2', '8bit'] },
    smsc_time: { type: ['string', 'null'], description: 'ISO 8601 with the offset that the service centre stamped.' },
    partial: { type: 'boolean', description: 'True while parts are missing.' },
    otp: fields({ code, rule, service }, ['rule']),
  },
  ['to', 'from', 'parts', 'encoding', 'smsc_time', 'partial'],
);
const mmsFields = fields(
  { to: ownNumber, from: number, data: { ...text, description: 'Octets of the WAP push, in hex.' } },
  ['to', 'from'],
);
const undecodableFields = fields(
  { to: ownNumber, pdu: { ...text, description: 'The PDU as the modem gave it.' }, reason: { type: 'string' } },
  ['to', 'reason'],
);
const otpFields = fields(
  {
    to: ownNumber,
    from: number,
    code,
    rule,
    service,
    confidence: { type: 'number', minimum: 0, maximum: 1 },
    message_id: id,
    expires: time,
  },
  ['to', 'from', 'rule', 'confidence', 'message_id', 'expires'],
);
const statuses = ['queued', 'sending', 'sent', 'delivered', 'failed', 'unknown', 'expired'] as const;
const statusFields = fields(
  {
    message_id: id,
    to: number,
    text,
    status: { type: 'string', enum: statuses },
    segments: { type: 'integer', minimum: 1, maximum: 255 },
    reference: { type: 'integer', minimum: 0, maximum: 255, description: 'TP-MR of the first part.' },
    error: failureSchema,
  },
  ['message_id', 'to', 'status', 'segments'],
);
const callFields = fields({ to: ownNumber, from: { type: ['string', 'null'] } }, ['to', 'from']);
const ussdFields = fields(
  {
    text,
    reply_expected: { type: 'boolean', description: 'The network waits for an answer.' },
    ended: {
      type: 'string',
      enum: ussdEnds,
      description: 'Why the dialogue is over, where the network did not just answer.',
    },
  },
  ['reply_expected'],
);
const alertFields = fields(
  {
    code: { type: 'string', minLength: 1 },
    message: { type: 'string' },
    hint: { type: 'string' },
    rung: { type: 'string', description: 'Of `modem.recovery`: what was done.' },
    reason: { type: 'string', description: 'Of `modem.recovery`: why.' },
  },
  ['code', 'message'],
);

export type SmsFields = XStatic<typeof smsFields>;
export type MmsFields = XStatic<typeof mmsFields>;
export type UndecodableFields = XStatic<typeof undecodableFields>;
export type OtpFields = XStatic<typeof otpFields>;
export type StatusFields = XStatic<typeof statusFields>;
export type CallFields = XStatic<typeof callFields>;
export type UssdFields = XStatic<typeof ussdFields>;
export type AlertFields = XStatic<typeof alertFields>;

/** Every kind of event, by the name of its message, as JSON Schema (draft 7). */
export const eventSchemas = {
  sms: event(['sms_received', 'sms_partial'], smsFields),
  mms: event(['mms_notification'], mmsFields),
  undecodable: event(['sms_undecodable'], undecodableFields),
  otp: event(['otp_received'], otpFields),
  status: event(statuses, statusFields),
  call: event(['call_ringing', 'call_ended'], callFields),
  ussd: event(['ussd'], ussdFields),
  modemChange: event(['modem_added', 'modem_removed'], fields({}, [])),
  alert: event(['alert'], alertFields),
} as const;

/** Every value of `event_type` that the schemas know. */
export type PublishedType =
  (typeof eventSchemas)[keyof typeof eventSchemas]['properties']['event_type']['enum'][number];
