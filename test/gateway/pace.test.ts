import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { lookBack, paceUntil, unhurried } from '../../src/gateway/pace.ts';

const now = 10_000_000;

describe('the pace of a line', () => {
  test('lets a line send as long as the last minute holds fewer parts than it may', () => {
    const handed = [
      { at: now - 1_000, parts: 1 },
      { at: now - 2_000, parts: 1 },
    ];
    expect(paceUntil({ ...unhurried, perMinute: 3 }, handed, now)).toBeNull();
    expect(paceUntil({ ...unhurried, perMinute: 2 }, handed, now)).toBe(now - 2_000 + 60_000);
  });

  test('counts parts, not messages', () => {
    const handed = [{ at: now - 5_000, parts: 3 }];
    expect(paceUntil({ ...unhurried, perMinute: 3 }, handed, now)).toBe(now + 55_000);
    expect(paceUntil({ ...unhurried, perMinute: 4 }, handed, now)).toBeNull();
  });

  test('waits for the later of minute and hour', () => {
    const handed = [
      { at: now - 1_000, parts: 1 },
      { at: now - 600_000, parts: 1 },
    ];
    expect(paceUntil({ ...unhurried, perMinute: 1, perHour: 2 }, handed, now)).toBe(now - 600_000 + 3_600_000);
    expect(paceUntil({ ...unhurried, perHour: 3 }, handed, now)).toBeNull();
  });

  test('never lets more than the limit into any minute', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 }), fc.array(fc.integer({ min: 0, max: 30_000 })), (limit, pauses) => {
        const handed: { at: number; parts: number }[] = [];
        let time = now;
        for (const pause of pauses) {
          time += pause;
          time = paceUntil({ ...unhurried, perMinute: limit }, handed, time) ?? time;
          handed.unshift({ at: time, parts: 1 });
          const inMinute = handed.filter(({ at }) => at > time - 60_000);
          expect(inMinute.length).toBeLessThanOrEqual(limit);
        }
      }),
    );
  });

  test('lets no more through in a day than it may, whenever they went', () => {
    const handed = [
      { at: now - 3_600_000, parts: 2 },
      { at: now - 80_000_000, parts: 1 },
    ];
    expect(paceUntil({ ...unhurried, perDay: 3 }, handed, now)).toBe(now - 80_000_000 + 86_400_000);
    expect(paceUntil({ ...unhurried, perDay: 4 }, handed, now)).toBeNull();
    expect(lookBack({ ...unhurried, perMinute: 10, perDay: 4 })).toBe(86_400_000);
  });

  test('with a burst lets that many go at once, and then one after the other', () => {
    const pace = { ...unhurried, perMinute: 12, burst: 20 };
    const burst = Array.from({ length: 20 }, () => ({ at: now, parts: 1 }));
    expect(paceUntil(pace, burst.slice(1), now)).toBeNull();
    expect(paceUntil(pace, burst, now)).toBe(now + 5_000);
    expect(paceUntil(pace, burst, now + 5_000)).toBeNull();
    expect(paceUntil(pace, [{ at: now + 5_000, parts: 1 }, ...burst], now + 5_000)).toBe(now + 10_000);
    expect(paceUntil(pace, burst.slice(1), now + 10_000)).toBeNull();
  });

  test('with a burst never lets more through than that and what a minute adds', () => {
    const burstAndPauses = [fc.integer({ min: 1, max: 30 }), fc.array(fc.integer({ min: 0, max: 30_000 }))] as const;
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 }), ...burstAndPauses, (perMinute, burst, pauses) => {
        const handed: { at: number; parts: number }[] = [];
        let time = now;
        for (const pause of pauses) {
          time += pause;
          time = paceUntil({ ...unhurried, perMinute, burst }, handed, time) ?? time;
          handed.unshift({ at: time, parts: 1 });
          for (const [index, { at }] of handed.entries())
            expect(index + 1).toBeLessThanOrEqual(burst + ((time - at) * perMinute) / 60_000 + 1e-6);
        }
      }),
    );
  });

  test('a burst alone limits nothing', () => {
    const handed = Array.from({ length: 50 }, () => ({ at: now, parts: 1 }));
    expect(paceUntil({ ...unhurried, burst: 20 }, handed, now)).toBeNull();
    expect(lookBack({ ...unhurried, burst: 20 })).toBe(0);
  });
});
