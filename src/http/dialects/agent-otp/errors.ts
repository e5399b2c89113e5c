import type { ErrorCode, GatewayError } from '../../../errors.ts';
import type { DescribedFault, FaultAnswer, JsonSchema } from '../../dialect.ts';

interface Row {
  readonly status: number;
  /** What clients are told; null: the error's own words, which were written for them. */
  readonly message: string | null;
  /** For the document, where `message` is null. */
  readonly meaning?: string;
}

const later: Row = { status: 500, message: 'The gateway cannot do that at the moment; try again later' };
const internal: Row = { status: 500, message: 'The request failed; the log of the gateway says why' };

const rows: Readonly<Partial<Record<ErrorCode, Row>>> = {
  'command.invalid': {
    status: 400,
    message: null,
    meaning: 'The request is not as documented; the error names every fault.',
  },
  'account.unauthenticated': { status: 401, message: null, meaning: 'No credential, or one that is over or revoked.' },
  'quota.exceeded': { status: 403, message: 'The rentals of this month are spent' },
  'command.unknown': { status: 404, message: null, meaning: 'There is no such route.' },
  'number.none_in_country': { status: 404, message: 'No number of that country is for rent here' },
  'number.all_taken': { status: 404, message: 'All numbers for rent that fit are taken; try again later' },
  'rental.unknown': { status: 404, message: 'That number is not rented by you, or its rental is over' },
  'limit.exceeded': { status: 429, message: 'Too many requests; Retry-After says when to go on' },
};

function rowOf(code: ErrorCode, transient: boolean): Row {
  return rows[code] ?? (transient ? later : internal);
}

/** `{"success":false,"error"}`. */
export function agentOtpFault(error: GatewayError): FaultAnswer {
  const { status, message } = rowOf(error.code, error.transient);
  return { status, body: { success: false, error: message ?? error.message } };
}

export function describeFault(code: ErrorCode): DescribedFault {
  const { status, message, meaning } = rowOf(code, false);
  return { status, code: '', meaning: message ?? meaning ?? '' };
}

export function agentOtpFaultSchema(): JsonSchema {
  return {
    type: 'object',
    required: ['success', 'error'],
    properties: {
      success: { type: 'boolean', const: false },
      error: { type: 'string', description: 'For people.' },
    },
  };
}
