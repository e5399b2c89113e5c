import { expect, test } from 'vitest';
import { openStore } from '../../src/store/store.ts';
import { tempFolder } from '../temp-folder.ts';

test('what is known of SIMs and their numbers survives a restart', () => {
  const folder = tempFolder();
  const first = openStore(folder);
  expect([first.sims.cardOf('310'), first.sims.simOf('m1'), first.sims.numberOf('8944')]).toEqual([null, null, null]);
  first.sims.keepCard('310', '8944');
  first.sims.keepSim('m1', { line: '8944', number: '+1' });
  first.sims.keepSim('m2', { line: '8955', number: null });
  first.sims.keepNumber('8944', '+1');
  expect(first.sims.doubt('8955', '+1')).toBe(true);
  first.close();
  const second = openStore(folder);
  expect(second.sims.cardOf('310')).toBe('8944');
  expect(second.sims.simOf('m1')).toEqual({ line: '8944', number: '+1' });
  expect(second.sims.simOf('m2')).toEqual({ line: '8955', number: null });
  expect(second.sims.numberOf('8944')).toBe('+1');
  expect(second.sims.doubt('8955', '+1')).toBe(false);
  expect(second.sims.doubt('8955', '+2')).toBe(true);
  second.close();
});

test('the last that was told of a SIM counts, and a number can be forgotten', () => {
  const store = openStore(tempFolder());
  store.sims.keepCard('310', '8944');
  store.sims.keepCard('310', '8955');
  expect(store.sims.cardOf('310')).toBe('8955');
  store.sims.keepSim('m1', { line: '8944', number: '+1' });
  store.sims.keepSim('m1', { line: '8955', number: '+2' });
  expect(store.sims.simOf('m1')).toEqual({ line: '8955', number: '+2' });
  store.sims.keepNumber('8944', '+1');
  store.sims.keepNumber('8944', '+2');
  expect(store.sims.numberOf('8944')).toBe('+2');
  store.sims.keepNumber('8944', null);
  expect(store.sims.numberOf('8944')).toBeNull();
  store.close();
});
