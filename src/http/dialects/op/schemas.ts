import { webhookEvents } from '../../../webhooks/webhooks.ts';
import { jsonObject, named } from '../../json-object.ts';

const example = '2026-05-20T19:14:52';
const timePattern = '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}$';
const time = {
  type: 'string',
  pattern: timePattern,
  description: 'UTC, in whole seconds.',
  examples: [example],
} as const;
const timeOrNull = { ...time, type: ['string', 'null'] } as const;
const id = { type: 'string' } as const;
const e164 = { type: 'string', description: 'E.164: +, country code, number.', examples: ['+14155559999'] } as const;
const region = { type: ['string', 'null'], description: 'ISO 3166-1 alpha-2.', examples: ['US'] } as const;
const tier = { type: 'string', enum: ['free', 'paid'] } as const;
const name = { type: 'string', description: 'What you call it.' } as const;
const events = { type: 'array', items: { type: 'string', enum: webhookEvents } } as const;

const pathId = { type: 'string', minLength: 1, maxLength: 100 } as const;
export const idParams = jsonObject({ id: pathId });
export const deliveryParams = jsonObject({ id: pathId, delivery_id: pathId });
export const numberQuery = {
  type: 'object',
  properties: { number_id: { type: 'string', maxLength: 100, description: 'Only those of this number.' } },
} as const;
export const limitQuery = {
  type: 'object',
  properties: { limit: { type: 'integer', minimum: 1, maximum: 100, default: 20, description: 'How many at most.' } },
} as const;

export const deleted = named('Deleted', { id, deleted: { type: 'boolean', const: true } });

export const startBody = jsonObject({
  phone: { ...e164, examples: ['+14152055634'], description: 'A personal phone in E.164: the code is texted there.' },
});
export const started = named('StartedVerification', {
  verification_id: id,
  expires_in: { type: 'integer', description: 'Seconds.', examples: [600] },
});
export const verification = named('Verification', {
  verification_id: id,
  delivery_status: { type: 'string', enum: ['pending', 'sent', 'delivery_failed'] },
  expires_at: time,
});
export const verifyBody = jsonObject({
  verification_id: { type: 'string', minLength: 1, maxLength: 100 },
  code: {
    type: 'string',
    minLength: 1,
    maxLength: 20,
    description: 'The six digits of the text.',
    examples: ['428193'],
  },
});
export const signedIn = named('SignedIn', {
  user: jsonObject({ id, phone: e164, created: { type: 'boolean', description: 'Whether the account is new.' } }),
  session_token: { type: 'string', description: 'Given out once.', examples: ['ses_live_…'] },
  expires_at: time,
});
export const signedOut = named('SignedOut', { signed_out: { type: 'boolean', const: true } });
export const me = named('Me', {
  id,
  phone: e164,
  tier,
  quota: {
    ...jsonObject({ limit: { type: 'integer' }, used: { type: 'integer' } }),
    description: 'Rentals of the Agent OTP API in this calendar month (UTC).',
  },
});

export const keyNumber = named('KeyNumber', { id, e164, region, tier });
const poolNumber = { id, e164, region } as const;
export const availableNumbers = named('AvailableNumbers', {
  numbers: { type: 'array', items: named('PoolNumber', poolNumber) },
});
export const leasedNumber = named('LeasedNumber', { ...poolNumber, leased_at: time });
export const leasedNumbers = named('LeasedNumbers', { numbers: { type: 'array', items: leasedNumber } });
export const releasedNumber = named('ReleasedNumber', { ...poolNumber, released_at: time });

export const keyBody = {
  type: 'object',
  required: ['name'],
  properties: {
    number_id: {
      type: 'string',
      minLength: 1,
      maxLength: 100,
      description: 'The one number it opens; needed unless api is agent-otp.',
    },
    name: { type: 'string', minLength: 1, maxLength: 100, description: 'What you call it.', examples: ['agent'] },
    api: { type: 'string', enum: ['op', 'agent-otp'], description: 'Which API it is for. Default: op.' },
  },
  if: { required: ['api'], properties: { api: { const: 'agent-otp' } } },
  else: { required: ['number_id'] },
} as const;
export const createdKey = named('CreatedApiKey', {
  id,
  key: { type: 'string', description: 'The secret, given out once.', examples: ['op_live_…'] },
  key_prefix: { type: 'string', examples: ['op_live_AbCd'] },
  name,
  created_at: time,
});
export const apiKeys = named('ApiKeys', {
  api_keys: {
    type: 'array',
    items: named('ApiKey', {
      id,
      key_prefix: { type: 'string', examples: ['op_live_AbCd'] },
      name,
      number_id: { type: ['string', 'null'], description: 'Null for a key that rents its numbers.' },
      api: { type: 'string', enum: ['op', 'agent-otp'] },
      created_at: time,
    }),
  },
});

const url = { type: 'string', minLength: 1, maxLength: 2000, examples: ['https://your-app.example.com/sms'] } as const;
const wantedEvents = {
  type: 'array',
  items: { type: 'string' },
  maxItems: 10,
  description: `Of ${webhookEvents.join(', ')}.`,
  examples: [['message.received']],
} as const;
export const webhookBody = jsonObject({
  number_id: { type: 'string', minLength: 1, maxLength: 100 },
  url,
  events: wantedEvents,
});
export const webhookChange = {
  type: 'object',
  minProperties: 1,
  properties: { url, events: wantedEvents, enabled: { type: 'boolean' } },
} as const;
const secret = { type: 'string', description: 'Signs every delivery; given out once.', examples: ['whs_…'] } as const;
const webhookProperties = {
  id,
  number_id: id,
  url: { type: 'string' },
  events,
  enabled: { type: 'boolean' },
  created_at: time,
} as const;
export const webhook = named('Webhook', webhookProperties);
export const createdWebhook = named('CreatedWebhook', { ...webhookProperties, secret });
export const webhooks = named('Webhooks', { webhooks: { type: 'array', items: webhook } });
export const rotatedSecret = named('RotatedSecret', { id, secret });
export const delivery = named('Delivery', {
  id: { type: 'string', description: 'The op-delivery-id header.' },
  event: { type: 'string', enum: webhookEvents },
  state: { type: 'string', enum: ['pending', 'delivered', 'failed'] },
  created_at: time,
  next_attempt_at: timeOrNull,
  attempts: {
    type: 'array',
    items: jsonObject({
      at: time,
      duration_ms: { type: 'integer' },
      status: { type: ['integer', 'null'], description: 'HTTP status; null where there was no answer.' },
      error: { type: ['string', 'null'], description: 'Why it failed.' },
    }),
  },
});
export const deliveries = named('Deliveries', { deliveries: { type: 'array', items: delivery } });

export const messageBody = jsonObject({
  to: e164,
  body: { type: 'string', minLength: 1, description: 'The text, at most 1600 characters.', examples: ['On my way.'] },
});
export const messageQuery = {
  type: 'object',
  properties: {
    direction: { type: 'string', enum: ['inbound', 'outbound'], description: 'Both, where it is left out.' },
    cursor: { type: 'string', maxLength: 100, description: 'next_cursor of the page before.' },
    ...limitQuery.properties,
  },
} as const;
const messageProperties = jsonObject({
  id: { type: 'string', examples: ['msg_0193…'] },
  status: {
    type: 'string',
    enum: ['queued', 'sending', 'sent', 'failed', 'received'],
    description: 'Outbound: queued, sending, then sent or failed. Inbound: received.',
  },
  direction: { type: 'string', enum: ['inbound', 'outbound'] },
  to: { type: 'string' },
  from: { type: 'string', description: 'A number, a short code, or a name.' },
  body: { type: 'string' },
  created_at: time,
  sent_at: { ...timeOrNull, description: 'When the network accepted it.' },
  error: { type: ['string', 'null'], description: 'Why it failed.' },
});
export const message = {
  ...messageProperties,
  title: 'Message',
  properties: {
    ...messageProperties.properties,
    received_at: { ...time, description: 'Inbound only.' },
    otp_code: { type: ['string', 'null'], description: 'Inbound only: the one-time code found in it.' },
    delivery: {
      type: ['string', 'null'],
      enum: ['delivered', 'failed', null],
      description: "Outbound only: what the network's report said, once there is one.",
    },
    partial: { type: 'boolean', const: true, description: 'Parts of it are missing.' },
  },
} as const;
export const messages = named('Messages', {
  data: { type: 'array', items: message },
  next_cursor: { type: ['string', 'null'], description: 'Null on the last page.' },
});
