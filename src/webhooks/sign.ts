import { createHmac, randomInt } from 'node:crypto';

const base62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const secretLength = 32;

/** `whs_` and 190 random bits. */
export function newWebhookSecret(): string {
  return `whs_${Array.from({ length: secretLength }, () => base62.charAt(randomInt(base62.length))).join('')}`;
}

/** The `op-signature` of a body sent at `seconds` (Unix): receivers refuse one that is older than five minutes. */
export function signature(secret: string, seconds: number, body: string): string {
  const mac = createHmac('sha256', secret).update(`${seconds}.`).update(body, 'utf8').digest('hex');
  return `t=${seconds},v1=${mac}`;
}
