import type { EpochMs, Ms } from '../../../clock.ts';
import type { Mailbox, MailboxMessage } from '../../../domain/number.ts';

/** `2026-01-27T14:00:00Z` */
export function wireTime(instant: EpochMs): string {
  return `${new Date(instant).toISOString().slice(0, 19)}Z`;
}

/** Seconds with two decimals. */
export function wireSeconds(duration: Ms): number {
  return Math.round(duration / 10) / 100;
}

export function wireRental({ id, number, openedAt, endsAt }: Mailbox) {
  return {
    number: number.e164,
    country: number.region,
    status: 'rented' as const,
    rented_at: wireTime(openedAt),
    expires_at: wireTime(endsAt ?? openedAt),
    rental_id: id,
  };
}

export function wireMessage({ id, number, peer, text, createdAt, otp }: MailboxMessage) {
  return { id, from: peer, to: number, body: text, received_at: wireTime(createdAt), otp_code: otp?.code ?? null };
}

/** A number of a path, where a client may have lost its plus on the way (`%20`, or nothing). */
export function pathNumber(text: string): string {
  return `+${text.trim().replace(/^\+/, '')}`;
}
