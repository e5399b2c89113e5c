import { createHash, randomInt, timingSafeEqual } from 'node:crypto';

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const length = 32;
const codeDigits = 6;

/** `prefix` and 190 random bits: too many to guess, so a plain hash is enough to keep. */
export function newSecret(prefix: 'ses_live_' | 'op_live_' | 'ak_' | 'operator_' | 'ops_'): string {
  return prefix + Array.from({ length }, () => alphabet.charAt(randomInt(alphabet.length))).join('');
}

/** What is kept of a session, a token or a key: SHA-256. */
export function digestOf(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}

/** Compares digests in constant time. */
export function sameDigest(one: Buffer, other: Buffer): boolean {
  return one.length === other.length && timingSafeEqual(one, other);
}

/** Six decimal digits, each as likely as the other. */
export function newCode(): string {
  return String(randomInt(10 ** codeDigits)).padStart(codeDigits, '0');
}
