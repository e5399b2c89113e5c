import { describe, expect, test } from 'vitest';
import { type Ending, freshRetry, type RetryState, retryAfter } from '../../src/mqtt/retry.ts';

const ending = (is: Ending['is'], more: Partial<Ending> = {}): Ending => ({
  is,
  reason: null,
  problem: '',
  lived: 0,
  ...more,
});
const away = ending('unreachable');

function delays(times: number, each: Ending, random: () => number): number[] {
  let state: RetryState = freshRetry(5);
  return Array.from({ length: times }, () => {
    const retry = retryAfter(state, each, 5, random);
    state = retry.state;
    return retry.delay;
  });
}

test('a broker that is away is asked after 1, 2, 4, … and at last every 30 seconds', () => {
  expect(delays(8, away, () => 0)).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000]);
});

test('each delay is up to a third longer by chance, and never over 30 seconds', () => {
  expect(delays(2, away, () => 0.75)).toEqual([1_250, 2_500]);
  expect(Math.max(...delays(20, away, () => 1))).toBe(30_000);
});

test('after a good while connected the delays begin anew', () => {
  const tired: RetryState = { version: 5, failures: 9, silent: 0, flaps: 0 };
  expect(retryAfter(tired, ending('lost', { lived: 60_000 }), 5, () => 0).delay).toBe(1_000);
});

describe('the version', () => {
  test('5 that is refused is followed by 4 at once; 4 that is refused is no reason to change', () => {
    const first = retryAfter(freshRetry(5), ending('refused', { reason: 0x84 }), 5, () => 0);
    expect(first).toMatchObject({ delay: 0, state: { version: 4 } });
    expect(retryAfter(first.state, ending('refused', { reason: 1 }), 5, () => 0)).toMatchObject({
      delay: 1_000,
      state: { version: 4 },
    });
  });

  test('a bad password is no reason to change it', () => {
    expect(retryAfter(freshRetry(5), ending('refused', { reason: 0x86 }), 5, () => 0).state.version).toBe(5);
  });

  test('a broker that says nothing three times is tried with 4, then with 5 again', () => {
    let state = freshRetry(5);
    const versions: number[] = [];
    for (let i = 0; i < 7; i += 1) {
      state = retryAfter(state, ending('silent'), 5, () => 0).state;
      versions.push(state.version);
    }
    expect(versions).toEqual([5, 5, 4, 4, 4, 5, 5]);
  });

  test('every outage starts with the preferred one', () => {
    const old: RetryState = { version: 4, failures: 0, silent: 0, flaps: 0 };
    expect(retryAfter(old, ending('lost', { lived: 60_000 }), 5).state.version).toBe(5);
    expect(retryAfter(old, ending('lost', { lived: 60_000 }), 4).state.version).toBe(4);
  });
});

describe('a young connection that the broker closes without a word while it is there for others', () => {
  const kicked = ending('lost', { lived: 1_500, singled: true });

  test('leads, the third time in a row, to one try in five minutes', () => {
    let state = freshRetry(4);
    const seen = Array.from({ length: 4 }, () => {
      const retry = retryAfter(state, kicked, 4, () => 0);
      state = retry.state;
      return [retry.flapping, retry.delay];
    });
    expect(seen.map(([flapping]) => flapping)).toEqual([false, false, true, true]);
    expect(seen[2]).toEqual([true, 300_000]);
  });

  test('is forgotten once the broker was away, or a connection lasted', () => {
    const twice: RetryState = { version: 5, failures: 1, silent: 0, flaps: 2 };
    expect(retryAfter(retryAfter(twice, away, 5).state, kicked, 5).flapping).toBe(false);
    expect(retryAfter(twice, ending('lost', { lived: 40_000, singled: true }), 5).flapping).toBe(false);
    expect(retryAfter(twice, ending('lost', { lived: 1_000 }), 5).flapping).toBe(false);
    expect(retryAfter(twice, kicked, 5).flapping).toBe(true);
  });
});
