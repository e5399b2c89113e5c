import type { EpochMs } from '../clock.ts';
import type { Waiting } from '../domain/message.ts';
import type { ModemState } from '../domain/modem-state.ts';
import { isRegistered } from './routing.ts';

/** What holds a line back, apart from its state. */
export interface Holds {
  /** The operator bars it: nothing goes before. */
  readonly pausedUntil: EpochMs | null;
  /** It sent as much as it may: nothing goes before. */
  readonly paceUntil: EpochMs | null;
}

/** The line may not send now, whatever its queue. */
export function isHeldBack({ reason }: Waiting): boolean {
  return reason === 'paused' || reason === 'pace';
}

/** Why a message still waits: the first reason that holds. `state`: of its modem; undefined where that is not configured any more. */
export function whyWaiting(
  { nextTryAt }: { readonly nextTryAt: EpochMs },
  state: ModemState | undefined,
  { pausedUntil, paceUntil }: Holds,
  now: EpochMs,
): Waiting {
  if (state?.phase !== 'ready') return { reason: 'modem_offline', retryAt: null };
  if (!isRegistered(state)) return { reason: 'not_registered', retryAt: null };
  if (pausedUntil !== null) return { reason: 'paused', retryAt: Math.max(pausedUntil, nextTryAt) };
  if (nextTryAt > now) return { reason: 'retry_at', retryAt: nextTryAt };
  return paceUntil === null ? { reason: 'busy', retryAt: null } : { reason: 'pace', retryAt: paceUntil };
}
