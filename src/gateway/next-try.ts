import type { EpochMs, Ms } from '../clock.ts';
import type { SendOutcome } from '../modem/modem.ts';
import type { OutboxEntry } from '../store/outbox.ts';
import { speaksOfLine } from './barred-lines.ts';

const backOff: readonly Ms[] = [15_000, 60_000, 300_000, 900_000, 3600_000];
/** How often a message that certainly did not leave is tried before it is given up. */
const maxAttempts = 10;
const offlineRetry: Ms = 1000;
/** What networks say when they say nothing (TS 24.011 annex E-2): twice is an answer. */
const unspecified: readonly string[] = ['cms.111', 'cms.127'];
/** TS 23.040 9.2.3.22: the service centre has this message already. */
const duplicate = 'cms.197';

type Tried = Pick<OutboxEntry, 'attempts' | 'error'>;

/** What an outcome means for a message that may have been tried before. */
export function inViewOf(entry: Tried & Pick<OutboxEntry, 'segments'>, outcome: SendOutcome): SendOutcome {
  if (outcome.is !== 'failed' || entry.attempts === 0) return outcome;
  // Of several parts it has the first one only.
  if (outcome.error.code === duplicate && entry.segments === 1 && mayHaveArrived(entry))
    return { is: 'sent', references: [] };
  return isAgain(entry, outcome.error.code) ? { ...outcome, error: { ...outcome.error, retryable: false } } : outcome;
}

/** When a message that was not taken goes again, if it does: by itself only where nothing left, else while its caller's retries last. */
export function nextTry(
  entry: Tried & Pick<OutboxEntry, 'retriesLeft'>,
  outcome: SendOutcome,
  at: EpochMs,
): { readonly nextTryAt: EpochMs; readonly usesRetry: boolean } | undefined {
  if (outcome.is === 'sent' || outcome.is === 'unknown' || outcome.references.length > 0) return undefined;
  const { retryable, hint, code } = outcome.error;
  if (speaksOfLine(code) || isAgain(entry, code)) return undefined;
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

/** Only what a network said of the try before means that the message left: 3xx are the modem's own words, all but these. */
function mayHaveArrived({ error }: Tried): boolean {
  const cause = Number(/^cms\.(\d+)$/.exec(error?.code ?? '')?.[1]);
  return cause < 300 || [331, 332, 500].includes(cause);
}

function isAgain({ error }: Tried, code: string): boolean {
  return unspecified.includes(code) && error?.code === code;
}
