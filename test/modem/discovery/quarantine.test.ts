import { expect, test } from 'vitest';
import { Quarantine } from '../../../src/modem/discovery/quarantine.ts';

function ward() {
  let now = 1_000_000;
  const quarantine = new Quarantine({ now: () => now, sleep: () => Promise.resolve() });
  const hang = (appearance: string) => {
    const back = Promise.withResolvers<void>();
    quarantine.strike('1-1', appearance, '/dev/ttyUSB0', back.promise);
    return async () => {
      back.resolve();
      await back.promise;
      await new Promise((resolve) => setImmediate(resolve));
    };
  };
  return {
    quarantine,
    hang,
    pass: (ms: number) => {
      now += ms;
    },
    left: (appearance: string) => {
      const until = quarantine.until('1-1', appearance, '/dev/ttyUSB0');
      return until === null ? null : until - now;
    },
  };
}

test('a port that hung is left alone, longer each time', async () => {
  const { hang, left, pass } = ward();
  for (const wait of [30_000, 120_000, 600_000, 3_600_000, 3_600_000]) {
    await hang('a')();
    expect(left('a')).toBe(wait);
    pass(wait);
    expect(left('a')).toBeNull();
  }
});

test('as long as the driver holds a thread nobody opens it again, however long that takes', async () => {
  const { hang, left, pass } = ward();
  const back = hang('a');
  pass(86_400_000);
  expect(left('a')).not.toBeNull();
  expect(left('b')).not.toBeNull();
  await back();
  expect(left('a')).toBeNull();
});

test('a device that is plugged in again gets another chance, but not again and again', async () => {
  const { hang, left } = ward();
  await hang('a')();
  expect(left('b')).toBeNull();
  await hang('b')();
  expect(left('c')).toBeNull();
  await hang('c')();
  expect(left('d')).toBe(600_000);
});

test('one that opened is forgotten', async () => {
  const { quarantine, hang, left } = ward();
  await hang('a')();
  quarantine.clear('1-1');
  expect(left('a')).toBeNull();
  await hang('a')();
  expect(left('a')).toBe(30_000);
});
