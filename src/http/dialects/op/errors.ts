import type { ErrorCode, GatewayError } from '../../../errors.ts';
import type { DescribedFault, FaultAnswer, JsonSchema, Route } from '../../dialect.ts';

interface Row {
  readonly code: string;
  readonly status: number;
  /** What clients are told; null: the error's own words, which were written for them. */
  readonly message: string | null;
  readonly field?: string;
  /** For the document, where `message` is null or says more than that needs. */
  readonly meaning?: string;
}

const invalid = (message: string, field?: string): Row => ({
  code: 'validation_error',
  status: 422,
  message,
  ...(field === undefined ? {} : { field }),
});
const notFound = (what: string): Row => ({
  code: 'not_found',
  status: 404,
  message: `There is no such ${what}, or it is not yours.`,
  meaning: 'What you name is not there, or it is not yours.',
});
const unavailable: Row = {
  code: 'unavailable',
  status: 503,
  message: 'The gateway cannot do that at the moment; try again later.',
};
const internal: Row = {
  code: 'internal',
  status: 500,
  message: 'the request failed; the log says why',
  meaning: 'Something broke inside; the operator finds it in the log.',
};

const rows: Readonly<Partial<Record<ErrorCode, Row>>> = {
  'phone.invalid': {
    code: 'invalid_phone',
    status: 400,
    message: 'Not a phone number in E.164: +, country code, number.',
    field: 'phone',
  },
  'phone.in_pool': {
    code: 'phone_is_pool_number',
    status: 400,
    message: "That is one of this gateway's own numbers; sign in with a personal phone.",
    field: 'phone',
  },
  'verification.invalid': {
    code: 'verification_invalid',
    status: 400,
    message: 'Wrong code, or no attempts left for this verification.',
    field: 'code',
  },
  'verification.expired': {
    code: 'verification_expired',
    status: 400,
    message: 'The code is older than ten minutes; start again.',
    field: 'code',
  },
  'verification.not_sent': {
    code: 'otp_delivery_failed',
    status: 502,
    message: 'No modem could send the code; try again later.',
  },
  'verification.unknown': notFound('verification'),
  'account.signup_not_allowed': {
    code: 'signup_not_allowed',
    status: 403,
    message: 'This phone may not open an account on this gateway; nothing was texted.',
    field: 'phone',
  },
  'account.paid_required': {
    code: 'paid_required',
    status: 403,
    message: 'Leasing a number takes a paid account; ask the operator of this gateway.',
  },
  'account.unauthenticated': {
    code: 'unauthenticated',
    status: 401,
    message: null,
    meaning: 'No credential, one that is over or revoked, or one that belongs elsewhere.',
  },
  'message.too_long': {
    code: 'body_too_long',
    status: 400,
    message: 'The body is longer than 1600 characters.',
    field: 'body',
  },
  'message.to_self': { code: 'self_send', status: 400, message: 'That is the number you send from.', field: 'to' },
  'message.to_pool': {
    code: 'target_is_pool',
    status: 400,
    message: "That is one of this gateway's own numbers.",
    field: 'to',
  },
  'message.unknown': notFound('message'),
  'sms.unencodable': invalid('The body holds characters that no SMS can carry.', 'body'),
  'sms.too_long': invalid('The body does not fit the parts an SMS may have.', 'body'),
  'sms.bad_address': invalid('No SMS can be addressed to that number.', 'to'),
  'number.unknown': notFound('number'),
  'number.unavailable': {
    code: 'number_unavailable',
    status: 409,
    message: 'That number is leased already, or is one that is shared.',
  },
  'key.unknown': notFound('API key'),
  'webhook.unknown': notFound('webhook'),
  'webhook.exists': {
    code: 'webhook_exists',
    status: 409,
    message: 'That number has a webhook already; change it, or delete it first.',
  },
  'webhook.bad_events': {
    code: 'invalid_events',
    status: 400,
    message: 'The events are message.received, message.sent and message.failed; name at least one.',
    field: 'events',
  },
  'webhook.bad_url': invalid('The url must be http or https, and one this gateway may call.', 'url'),
  'delivery.unknown': notFound('delivery'),
  'limit.exceeded': {
    code: 'rate_limited',
    status: 429,
    message: 'Too many requests; Retry-After says when to go on.',
  },
  'command.invalid': {
    code: 'validation_error',
    status: 422,
    message: null,
    meaning: 'The request is not as documented; the message names every fault.',
  },
  'command.unknown': { code: 'not_found', status: 404, message: null, meaning: 'There is no such route.' },
  'store.full': unavailable,
  'store.locked': unavailable,
  'store.unwritable': unavailable,
};

function rowOf(code: ErrorCode, transient: boolean): Row {
  return rows[code] ?? (transient ? unavailable : internal);
}

/** `{"error":{"code","message","field"?}}`. */
export function opFault(error: GatewayError, route?: Route): FaultAnswer {
  const { code, status, message, field } = rowOf(error.code, error.transient);
  const { field: named } = error.details;
  const about =
    named ?? route?.fields?.[error.code] ?? (route === undefined || hasField(route, field) ? field : undefined);
  const body = { code, message: message ?? error.message, ...(about === undefined ? {} : { field: about }) };
  return { status, body: { error: body } };
}

function hasField({ body, query }: Route, field: string | undefined): boolean {
  return [body, query].some((schema) => field !== undefined && field in Object(schema?.properties));
}

export function describeFault(code: ErrorCode): DescribedFault {
  const { code: wire, status, message, meaning } = rowOf(code, false);
  return { code: wire, status, meaning: meaning ?? message ?? '' };
}

export function opFaultSchema(codes: readonly string[]): JsonSchema {
  return {
    type: 'object',
    required: ['error'],
    properties: {
      error: {
        type: 'object',
        required: ['code', 'message'],
        properties: {
          code: { type: 'string', enum: codes },
          message: { type: 'string', description: 'For people; the words may change, the code does not.' },
          field: { type: 'string', description: 'What of the request it is about, where that is known.' },
        },
      },
    },
  };
}
