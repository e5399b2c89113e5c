import { expect, test } from 'vitest';
import { whyWaiting } from '../../src/gateway/waiting.ts';
import { noon, readyState } from './stage.ts';

const free = { pausedUntil: null, paceUntil: null };
const due = { nextTryAt: noon };

test('a message waits for its modem, its network, its line, its own turn, in this order', () => {
  const later = { nextTryAt: noon + 15_000 };
  const held = { pausedUntil: noon + 1_000, paceUntil: noon + 2_000 };
  const away = { ...readyState, phase: 'recovering', registration: 'searching' } as const;
  const lost = { ...readyState, registration: 'searching' } as const;
  expect(whyWaiting(later, undefined, held, noon)).toEqual({ reason: 'modem_offline', retryAt: null });
  expect(whyWaiting(later, away, held, noon)).toEqual({ reason: 'modem_offline', retryAt: null });
  expect(whyWaiting(later, lost, held, noon)).toEqual({ reason: 'not_registered', retryAt: null });
  expect(whyWaiting(later, readyState, held, noon)).toEqual({ reason: 'paused', retryAt: noon + 15_000 });
  expect(whyWaiting(due, readyState, held, noon)).toEqual({ reason: 'paused', retryAt: noon + 1_000 });
  expect(whyWaiting(later, readyState, { ...held, pausedUntil: null }, noon)).toEqual({
    reason: 'retry_at',
    retryAt: noon + 15_000,
  });
  expect(whyWaiting(due, readyState, { ...held, pausedUntil: null }, noon)).toEqual({
    reason: 'pace',
    retryAt: noon + 2_000,
  });
  expect(whyWaiting(due, readyState, free, noon)).toEqual({ reason: 'busy', retryAt: null });
});

test('a modem that never tells its registration keeps nothing waiting', () => {
  expect(whyWaiting(due, { ...readyState, registration: 'unknown' }, free, noon).reason).toBe('busy');
});
