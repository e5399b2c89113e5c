import { describe, expect, test } from 'vitest';
import type { Clock } from '../../src/clock.ts';
import { type CallReport, Calls } from '../../src/modem/calls.ts';

/** Sleeps end when they are told to. */
class HandClock implements Clock {
  #sleepers: { due: number; end: () => void }[] = [];
  #now = 0;

  now(): number {
    return this.#now;
  }

  sleep(duration: number, signal?: AbortSignal): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#sleepers.push({ due: this.#now + duration, end: resolve });
    signal?.addEventListener('abort', () => reject(signal.reason), { once: true });
    return promise;
  }

  async pass(duration: number): Promise<void> {
    this.#now += duration;
    for (const { due, end } of this.#sleepers) if (due <= this.#now) end();
    await new Promise((resolve) => setImmediate(resolve));
  }
}

function start(): { calls: Calls; clock: HandClock; reports: CallReport[] } {
  const clock = new HandClock();
  const reports: CallReport[] = [];
  return { calls: new Calls(clock, (report) => void reports.push(report)), clock, reports };
}

describe('a call', () => {
  test('is told once with its caller, and once when it ends', () => {
    const { calls, reports } = start();
    calls.ring(null);
    calls.ring('+420777000111');
    calls.ring(null);
    calls.ring('+420777000111');
    calls.end();
    calls.end();
    expect(reports).toEqual([
      { ended: false, from: '+420777000111' },
      { ended: true, from: '+420777000111' },
    ]);
  });

  test('whose caller is withheld is told after two seconds', async () => {
    const { calls, clock, reports } = start();
    calls.ring(null);
    expect(reports).toEqual([]);
    await clock.pass(2_000);
    expect(reports).toEqual([{ ended: false, from: null }]);
  });

  test('that stops ringing has ended, even if nobody says so', async () => {
    const { calls, clock, reports } = start();
    calls.ring('+420777000111');
    await clock.pass(5_000);
    calls.ring('+420777000111');
    await clock.pass(14_999);
    expect(reports).toHaveLength(1);
    await clock.pass(1);
    expect(reports.at(-1)).toEqual({ ended: true, from: '+420777000111' });
  });

  test('that ends before its caller is known is told whole', () => {
    const { calls, reports } = start();
    calls.ring(null);
    calls.end();
    expect(reports).toEqual([
      { ended: false, from: null },
      { ended: true, from: null },
    ]);
  });

  test('that never began does not end', () => {
    const { calls, reports } = start();
    calls.end();
    expect(reports).toEqual([]);
  });
});
