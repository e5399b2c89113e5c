import { jsonObject, named } from '../../json-object.ts';

const example = '2026-01-27T14:00:00Z';
const timePattern = '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}Z$';
const time = {
  type: 'string',
  pattern: timePattern,
  description: 'UTC, in whole seconds.',
  examples: [example],
} as const;
const success = { type: 'boolean', const: true } as const;
const e164 = { type: 'string', examples: ['+14165551234'] } as const;
const country = { type: ['string', 'null'], description: 'ISO 3166-1 alpha-2.', examples: ['CA'] } as const;
const count = { type: 'integer', minimum: 0 } as const;
const plan = { type: 'string', description: 'The tier of the account.', examples: ['paid'] } as const;
const code = { type: ['string', 'null'], description: 'The one-time code found in the text.' } as const;

export const numberParams = jsonObject({
  number: { type: 'string', pattern: '^[ +]?[0-9]{5,15}$', description: 'The rented number: +1…, or %2B1….' },
});

/** Nothing at all is a wish too. */
export const rentBody = {
  type: ['object', 'null'],
  properties: {
    country: {
      type: 'string',
      pattern: '^[A-Za-z]{2}$',
      description: 'ISO 3166-1 alpha-2; absent: any.',
      examples: ['CA'],
    },
    timeout_seconds: {
      type: 'integer',
      minimum: 1,
      maximum: 86_400,
      default: 300,
      description: 'How long the number is yours.',
    },
  },
} as const;

export const waitBody = {
  type: ['object', 'null'],
  properties: {
    timeout_seconds: {
      type: 'integer',
      minimum: 0,
      maximum: 3600,
      default: 120,
      description: 'How long to wait at most; 0 only looks.',
    },
    expected_sender: {
      type: 'string',
      minLength: 1,
      maxLength: 50,
      description: 'Only codes of this sender: a number is compared by its digits, a name without regard to case.',
    },
  },
} as const;

const rental = named('Rental', {
  number: e164,
  country,
  status: { type: 'string', const: 'rented' },
  rented_at: time,
  expires_at: { ...time, description: 'It ends then by itself.' },
  rental_id: { type: 'string', examples: ['rent_…'] },
});
const message = named('RentalMessage', {
  id: { type: 'string', examples: ['msg_…'] },
  from: { type: 'string' },
  to: e164,
  body: { type: 'string' },
  received_at: time,
  otp_code: code,
});

export const rented = named('Rented', { success, message: { type: 'string' }, data: rental });
export const rentals = named('Rentals', { success, data: { type: 'array', items: rental } });
export const messages = named('RentalMessages', { success, data: { type: 'array', items: message } });
export const released = named('Released', { success, message: { type: 'string' } });

const waited = { type: 'number', minimum: 0, description: 'Seconds.', examples: [15.5] } as const;
/** In vain is an answer as well, not an error of HTTP. */
export const waitAnswer = {
  title: 'WaitAnswer',
  oneOf: [
    jsonObject({
      success,
      message: { type: 'string' },
      data: jsonObject({
        status: { type: 'string', const: 'received' },
        code: { type: 'string', examples: ['847291'] },
        raw_message: { type: 'string' },
        from_number: { type: 'string' },
        received_at: time,
        wait_time_seconds: waited,
      }),
    }),
    jsonObject({
      success: { type: 'boolean', const: false },
      error: { type: 'string' },
      data: jsonObject({
        status: { type: 'string', const: 'timeout' },
        code: { type: 'null' },
        wait_time_seconds: waited,
      }),
    }),
  ],
} as const;

export const quota = named('RentalQuota', {
  plan,
  limit: { ...count, description: 'Rentals a calendar month (UTC).' },
  used: count,
  remaining: count,
  has_quota: { type: 'boolean' },
});
export const usage = named('Usage', {
  success,
  data: jsonObject({
    plan,
    period_start: time,
    period_end: time,
    limit: count,
    used: count,
    remaining: count,
    active_rentals: count,
  }),
});
export const settings = named('AccountSettings', {
  success,
  data: jsonObject({ account_id: { type: 'string' }, phone: e164, plan, monthly_limit: count, created_at: time }),
});
