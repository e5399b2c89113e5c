import type { EpochMs, Ms } from '../clock.ts';
import type { SendOutcome } from '../modem/modem.ts';
import type { OutboxEntry } from '../store/outbox.ts';

const backOff: readonly Ms[] = [15_000, 60_000, 300_000, 900_000, 3600_000];
/** How often a message that certainly did not leave is tried before it is given up. */
const maxAttempts = 10;
const offlineRetry: Ms = 1000;

/** When a message that was not taken goes again, if it does: by itself only where nothing left, else while its caller's retries last. */
export function nextTry(
  entry: Pick<OutboxEntry, 'attempts' | 'retriesLeft'>,
  outcome: SendOutcome,
  at: EpochMs,
): { readonly nextTryAt: EpochMs; readonly usesRetry: boolean } | undefined {
  if (outcome.is === 'sent' || outcome.is === 'unknown' || outcome.references.length > 0) return undefined;
  const { retryable, hint, code } = outcome.error;
  // What a person can mend may be mended by then.
  if (!retryable && hint === undefined) return undefined;
  const wait = backOff[Math.min(entry.attempts, backOff.length - 1)] ?? 0;
  if (outcome.is === 'not_sent') {
    const gone = code === 'modem.offline' || code === 'port.closed';
    if (gone) return { nextTryAt: at + offlineRetry, usesRetry: false };
    return entry.attempts + 1 < maxAttempts ? { nextTryAt: at + wait, usesRetry: false } : undefined;
  }
  return entry.retriesLeft > 0 ? { nextTryAt: at + wait, usesRetry: true } : undefined;
}
