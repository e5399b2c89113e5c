import fc from 'fast-check';
import { expect, test } from 'vitest';
import { calibrate } from '../../src/otp/confidence.ts';

const score = fc.double({ min: 0.5, max: 1, noNaN: true });
const lead = fc.double({ min: 0, max: 1, noNaN: true });

test('a higher score never gives less confidence, nor does a longer lead', () => {
  fc.assert(
    fc.property(score, score, lead, lead, (one, other, near, far) => {
      const [low, high] = [Math.min(one, other), Math.max(one, other)];
      const [short, long] = [Math.min(near, far), Math.max(near, far)];
      expect(calibrate(high, near)).toBeGreaterThanOrEqual(calibrate(low, near));
      expect(calibrate(low, long)).toBeGreaterThanOrEqual(calibrate(low, short));
    }),
  );
});

test('confidence is a share in hundredths, between a guess and certainty', () => {
  fc.assert(
    fc.property(score, lead, (one, far) => {
      const share = calibrate(one, far);
      expect(share).toBeGreaterThanOrEqual(0.4);
      expect(share).toBeLessThan(1);
      expect(Math.abs(share * 100 - Math.round(share * 100))).toBeLessThan(1e-9);
    }),
  );
});

test('a rival close behind costs trust', () => {
  expect(calibrate(0.9, 0.05)).toBeLessThan(calibrate(0.9, 0.5));
});
