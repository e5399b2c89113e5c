import type { MailboxMessage } from '../../../domain/number.ts';
import { wireTime } from './wire.ts';

/** A message as this API shows it. */
export function wireMessage(message: MailboxMessage) {
  const { id, direction, number, peer, text, createdAt } = message;
  const created_at = wireTime(createdAt);
  if (direction === 'in') {
    return {
      id,
      status: 'received' as const,
      direction: 'inbound' as const,
      to: number,
      from: peer,
      body: text,
      created_at,
      sent_at: null,
      error: null,
      received_at: created_at,
      otp_code: message.otp?.code ?? null,
      ...(message.partial ? { partial: true as const } : {}),
    };
  }
  const { status, error } = fate(message.outbound);
  const sentAt = message.outbound?.sentAt ?? null;
  return {
    id,
    status,
    direction: 'outbound' as const,
    to: peer,
    from: number,
    body: text,
    created_at,
    sent_at: sentAt === null ? null : wireTime(sentAt),
    error,
    delivery: message.outbound?.delivery ?? null,
  };
}

const ours = 'the gateway lost sight of it';

/** `sent` once the network took it, whatever became of it then; what nobody knows is `failed`, and says so. */
function fate(outbound: MailboxMessage['outbound']) {
  if (outbound === null) return { status: 'failed', error: ours } as const;
  const { status, error } = outbound;
  switch (status) {
    case 'queued':
    case 'sending':
      return { status, error: null };
    case 'sent':
    case 'delivered':
      return { status: 'sent', error: null } as const;
    case 'failed':
      if (error?.code.startsWith('tp-st.')) return { status: 'sent', error: null } as const;
      return { status, error: error === null ? 'not sent' : `${error.message} (${error.code})` };
    case 'unknown':
      return {
        status: 'failed',
        error: `The outcome is not known, and it is not sent again: ${error?.message ?? ours}`,
      } as const;
    case 'expired':
      return { status: 'failed', error: error?.message ?? 'it was not sent in time' } as const;
  }
}
