import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { paceUntil } from '../../src/gateway/pace.ts';

const now = 10_000_000;

describe('the pace of a line', () => {
  test('lets a line send as long as the last minute holds fewer parts than it may', () => {
    const handed = [
      { at: now - 1_000, parts: 1 },
      { at: now - 2_000, parts: 1 },
    ];
    expect(paceUntil({ perMinute: 3, perHour: null }, handed, now)).toBeNull();
    expect(paceUntil({ perMinute: 2, perHour: null }, handed, now)).toBe(now - 2_000 + 60_000);
  });

  test('counts parts, not messages', () => {
    const handed = [{ at: now - 5_000, parts: 3 }];
    expect(paceUntil({ perMinute: 3, perHour: null }, handed, now)).toBe(now + 55_000);
    expect(paceUntil({ perMinute: 4, perHour: null }, handed, now)).toBeNull();
  });

  test('waits for the later of minute and hour', () => {
    const handed = [
      { at: now - 1_000, parts: 1 },
      { at: now - 600_000, parts: 1 },
    ];
    expect(paceUntil({ perMinute: 1, perHour: 2 }, handed, now)).toBe(now - 600_000 + 3_600_000);
    expect(paceUntil({ perMinute: null, perHour: 3 }, handed, now)).toBeNull();
  });

  test('never lets more than the limit into any minute', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 }), fc.array(fc.integer({ min: 0, max: 30_000 })), (limit, pauses) => {
        const handed: { at: number; parts: number }[] = [];
        let time = now;
        for (const pause of pauses) {
          time += pause;
          time = paceUntil({ perMinute: limit, perHour: null }, handed, time) ?? time;
          handed.unshift({ at: time, parts: 1 });
          const inMinute = handed.filter(({ at }) => at > time - 60_000);
          expect(inMinute.length).toBeLessThanOrEqual(limit);
        }
      }),
    );
  });
});
