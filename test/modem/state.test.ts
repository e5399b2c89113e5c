import { expect, test } from 'vitest';
import { StateBox } from '../../src/modem/state.ts';

test('a change of state is told once, what is no change is not, and `since` follows the phase', () => {
  let now = 1_000;
  let changes = 0;
  const clock = { now: () => now, sleep: () => Promise.resolve() };
  const box = new StateBox({ port: '/dev/modem', number: null }, clock, () => {
    changes += 1;
  });
  now = 2_000;
  box.update({ storages: [{ name: 'SM', used: 0, total: 10 }], domains: { CREG: 1 } });
  expect([changes, box.current.since]).toEqual([1, 1_000]);
  box.update({ storages: [{ name: 'SM', used: 0, total: 10 }], domains: { CREG: 1 } });
  expect(changes).toBe(1);
  box.enter('failed', { code: 'sim.absent', message: 'no SIM is inserted' });
  expect([changes, box.current.since, box.current.problem?.code]).toEqual([2, 2_000, 'sim.absent']);
  box.enter('ready');
  expect(box.current.problem).toBeNull();
});
