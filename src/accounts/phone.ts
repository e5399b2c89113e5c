import { isE164 } from '../domain/phone.ts';
import { GatewayError } from '../errors.ts';

/** Throws `phone.invalid` unless it is E.164: nothing is guessed about other ways to write a number. */
export function checkPhone(phone: string): void {
  if (isE164(phone)) return;
  const hint = 'write it with + and the country code, without spaces: +14155550123';
  throw new GatewayError('phone.invalid', 'the phone number is not E.164', { hint });
}
