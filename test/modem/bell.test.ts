import { describe, expect, test } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import { Bell } from '../../src/modem/bell.ts';

const long = 60_000;

describe('a bell', () => {
  test('wakes the sleeper, whether it rings before or during the sleep, and once only', async () => {
    const bell = new Bell();
    const { signal } = new AbortController();
    bell.ring();
    await bell.wait(long, systemClock, signal);
    setImmediate(() => bell.ring());
    await bell.wait(long, systemClock, signal);
    const short = await Promise.race([bell.wait(long, systemClock, signal).then(() => 'woken'), systemClock.sleep(20)]);
    expect(short).toBeUndefined();
    bell.ring();
  });

  test('lets the sleeper go when it is aborted, before or during the sleep', async () => {
    const bell = new Bell();
    const abort = new AbortController();
    setImmediate(() => abort.abort());
    await bell.wait(long, systemClock, abort.signal);
    await bell.wait(long, systemClock, abort.signal);
  });
});
