import { GatewayError } from '../errors.ts';

/** What a check of a credential gives; one that fails is told in these words, which say what belongs there. */
export function vouched<T>(check: () => T, otherwise: string): T {
  try {
    return check();
  } catch (error) {
    if (error instanceof GatewayError && error.code === 'account.unauthenticated') throw refusal(otherwise);
    throw error;
  }
}

/** `account.unauthenticated`, in words for the client. */
export function refusal(message: string): GatewayError {
  return new GatewayError('account.unauthenticated', message);
}
