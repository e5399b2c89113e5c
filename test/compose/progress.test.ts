import { expect, test } from 'vitest';
import { checkProgress } from '../../src/compose/progress.ts';
import { GatewayError } from '../../src/errors.ts';
import { ManualClock } from '../at/manual-clock.ts';

const clock = new ManualClock();
const fine = { check: () => {} };
const modems = (...tickedAt: (number | null)[]) =>
  new Map(tickedAt.map((at, index) => [`m${index}`, { id: `m${index}`, tickedAt: at }]));
const minutes = (count: number) => clock.now() - count * 60_000;

test('there is progress while the database takes a write and every modem got on within five minutes', () => {
  checkProgress({ store: fine, clock, modems: modems(minutes(0), minutes(5)) });
});

test('a modem that is away, or waits for its next try, holds nothing up', () => {
  checkProgress({ store: fine, clock, modems: modems(null, null) });
});

test('one modem whose life stands still is no progress, and no fault that passes', () => {
  const check = () => checkProgress({ store: fine, clock, modems: modems(minutes(0), minutes(6)) });
  expect(check).toThrow(expect.objectContaining({ code: 'modem.stalled', transient: false, details: { modem: 'm1' } }));
});

test('a database that takes no write is told as the store tells it', () => {
  const check = () => {
    throw new GatewayError('store.corrupt', 'damaged');
  };
  expect(() => checkProgress({ store: { check }, clock, modems: modems() })).toThrow('damaged');
});
