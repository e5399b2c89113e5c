import type { GatewayError } from '../../errors.ts';
import type { FaultAnswer } from '../dialect.ts';

/** Errors for an operator: in our own words, with what to do. What broke inside is for the log. */
export function operatorFault(error: GatewayError): FaultAnswer {
  const { code, message, hint, details, transient } = error;
  const status = statusOf(code, transient);
  const words = code === 'internal' ? 'That failed inside; the log says why.' : sentence(message);
  const { field } = details;
  return {
    status,
    body: {
      error: {
        code,
        message: words,
        ...(hint === undefined ? {} : { hint: sentence(hint) }),
        ...(field === undefined ? {} : { field }),
      },
    },
  };
}

function statusOf(code: string, transient: boolean): number {
  if (code === 'internal') return 500;
  if (code === 'account.unauthenticated') return 401;
  if (code === 'limit.exceeded') return 429;
  if (code === 'command.invalid') return 422;
  if (code.endsWith('.unknown')) return 404;
  return transient || code.startsWith('store.') ? 503 : 409;
}

function sentence(text: string): string {
  const whole = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?…]$/.test(whole) ? whole : `${whole}.`;
}
