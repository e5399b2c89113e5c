import type { OutboundError } from '../domain/message.ts';
import type { GatewayError } from '../errors.ts';
import { cmsError, cmsFailure } from './cms-table.ts';
import type { SendOutcome } from './modem.ts';

/** The modem cannot be asked now. */
export const offline: OutboundError = { code: 'modem.offline', message: 'the modem is not ready', retryable: true };

export function notSent(error: OutboundError): SendOutcome {
  return { is: 'not_sent', references: [], error };
}

/**
 * What an error means while a message of so many parts is sent, of which those with `references` were accepted. Without an answer
 * after Ctrl-Z nobody knows, and some answers say no more than that. What is out in part is never worth another try as a whole.
 */
export function outcomeOf(error: GatewayError, references: readonly number[], parts: number): SendOutcome {
  const isBefore = error.details.phase === 'before_payload' || error.details.phase === undefined;
  const failure = failureOf(error, isBefore);
  const isOpen = !isBefore && leavesOpen(error);
  if (isBefore && references.length === 0) return notSent(failure);
  const out = references.length === 0 ? '' : `${references.length} of ${parts} parts went out; `;
  const told = { ...failure, message: `${out}${failure.message}`, retryable: failure.retryable && out === '' };
  return { is: isOpen ? 'unknown' : 'failed', references, error: told };
}

function leavesOpen({ code, details: { cms } }: GatewayError): boolean {
  const isRefused = code === 'at.cms' || code === 'at.cme' || code === 'at.error';
  return !isRefused || (typeof cms === 'number' && cmsError(cms).is === 'ambiguous');
}

function failureOf(error: GatewayError, isBefore: boolean): OutboundError {
  const { cms, cme } = error.details;
  if (typeof cms === 'number') {
    const failure = cmsFailure(cms);
    // Nothing has left yet, so nothing is open.
    return isBefore && cmsError(cms).is === 'ambiguous' ? { ...failure, retryable: true } : failure;
  }
  if (!isBefore && leavesOpen(error)) {
    const message = 'the modem did not say whether the message went out';
    return { code: 'message.outcome_unknown', message, retryable: false };
  }
  const code = typeof cme === 'number' ? (`cme.${cme}` as const) : error.code;
  return { code, message: error.message, retryable: isBefore && (error.transient || error.code !== 'at.error') };
}
