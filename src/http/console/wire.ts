import type { EpochMs } from '../../clock.ts';
import type { Account } from '../../domain/account.ts';
import type { ModemView } from '../../domain/gateway-view.ts';
import type { OtpFinding, OutboundError, OutboundStatus } from '../../domain/message.ts';
import type { MailboxMessage } from '../../domain/number.ts';
import { type TracedMessage, whyWaiting } from '../../gateway/operator-view.ts';
import type { Delivery } from '../../webhooks/webhooks.ts';

/** What both kinds of messages have in common. */
interface Shown {
  readonly n: number;
  readonly id: string;
  readonly direction: 'in' | 'out';
  readonly peer: string;
  readonly text: string;
  readonly createdAt: EpochMs;
  readonly partial: boolean;
  readonly otp: OtpFinding | null;
  readonly outbound: { readonly status: OutboundStatus; readonly error: OutboundError | null } | null;
}

/** Instants are in milliseconds since 1970 on the whole of this API. */
export function wireMessage(message: TracedMessage) {
  const { modem, number, encoding } = message;
  return { ...shown(message), modem, line: number ?? modem, binary: encoding === '8bit' };
}

export function wireMine(message: MailboxMessage) {
  return { ...shown(message), line: message.number, binary: false };
}

function shown({ n, id, direction, peer, text, createdAt, partial, otp, outbound }: Shown) {
  const error = outbound?.error ?? null;
  return {
    n,
    id,
    direction,
    peer,
    text,
    time: createdAt,
    partial,
    otp: otp === null ? null : { code: otp.code, service: otp.service ?? null },
    status: outbound?.status ?? null,
    error: error === null ? null : { code: error.code, message: error.message },
  };
}

export function wireModem({ id, state, queued, waiting = null }: ModemView) {
  const { phase, problem, identity, sim, registration, operator, technology, number, port, storages, since } = state;
  return {
    id,
    phase,
    waiting: whyWaiting(state),
    hint: problem?.hint ?? null,
    model: [identity.manufacturer, identity.model].filter((part) => part !== null).join(' '),
    imei: identity.imei,
    sim,
    registration,
    operator,
    technology,
    signalDbm: state.signalDbm,
    number,
    smsc: state.smsc,
    port,
    storages: storages.map(({ name, used, total }) => ({ name, used, total })),
    queued,
    held: waiting,
    since,
  };
}

export function wireAccount({ id, phone, tier, quota, createdAt }: Account, rentals: { limit: number; used: number }) {
  return { id, phone, tier, quota, rentals, since: createdAt };
}

export function wireDelivery({ id, event, state, createdAt, nextAttemptAt, attempts }: Delivery) {
  return {
    id,
    event,
    state,
    time: createdAt,
    nextAttempt: nextAttemptAt,
    attempts: attempts.map(({ at, duration, status, error }) => ({
      time: at,
      ms: Math.round(duration),
      status,
      error,
    })),
  };
}
