import { subscriberKey } from '../domain/phone.ts';

/** A national number has at least so many digits; what is shorter is a short code. */
const leastDigits = 7;
const digitsOnly = /^\d+$/;
const numberLike = /^\+?\d+$/;
/** How people write numbers. */
const written = /^[\s+().\-\d]*\d[\s().\-\d]*$/;

/** What numbers have in common that may be the same party: an index key, to be followed by `answersAs`. */
export function partyKey(address: string): string {
  return subscriberKey(address).slice(-leastDigits);
}

/**
 * Whether a text from `sender` (TP-OA) may be an answer of `peer`, as it was texted. With its country code a number
 * is compared whole; without, by its last digits; short codes and names as they are, but for case.
 */
export function answersAs(sender: string, peer: string): boolean {
  if (sender.toLowerCase() === peer.toLowerCase()) return true;
  const national = sender.replace(/^0+/, '');
  return isNational(national) && numberLike.test(peer) && peer.endsWith(national);
}

/** Whether `sender` is whom a client expects, however it wrote that: with or without `+`, country code and spaces. */
export function isExpected(sender: string, expected: string): boolean {
  const wanted = written.test(expected) ? expected.replace(/[^\d+]/g, '') : expected.trim();
  if (numberLike.test(sender) && numberLike.test(wanted) && digitsOf(sender) === digitsOf(wanted)) return true;
  return answersAs(sender, wanted) || answersAs(wanted, sender);
}

function isNational(digits: string): boolean {
  return digits.length >= leastDigits && digitsOnly.test(digits);
}

function digitsOf(number: string): string {
  return number.replace('+', '');
}
