import { expect, test } from 'vitest';
import { openDatabase } from '../../src/store/database.ts';
import { migrations } from '../../src/store/migrations/migrations.ts';
import { openStore } from '../../src/store/store.ts';
import { tempFolder } from '../temp-folder.ts';

test('what is known of SIMs and their numbers survives a restart', () => {
  const folder = tempFolder();
  const first = openStore(folder);
  expect([first.sims.lineOf('310'), first.sims.simOf('m1'), first.sims.numberOf('8944')]).toEqual([null, null, null]);
  first.sims.keepLine('310', '8944');
  first.sims.keepSim('m1', { line: '8944', number: '+1' });
  first.sims.keepSim('m2', { line: '8955', number: null });
  first.sims.keepNumber('8944', '+1');
  expect(first.sims.doubt('8955', '+1')).toBe(true);
  first.close();
  const second = openStore(folder);
  expect(second.sims.lineOf('310')).toBe('8944');
  expect(second.sims.simOf('m1')).toEqual({ line: '8944', number: '+1' });
  expect(second.sims.simOf('m2')).toEqual({ line: '8955', number: null });
  expect(second.sims.numberOf('8944')).toBe('+1');
  expect(second.sims.doubt('8955', '+1')).toBe(false);
  expect(second.sims.doubt('8955', '+2')).toBe(true);
  second.close();
});

test('the last that was told of a SIM counts, and a number can be forgotten', () => {
  const store = openStore(tempFolder());
  store.sims.keepLine('310', '8944');
  store.sims.keepLine('310', '8955');
  expect(store.sims.lineOf('310')).toBe('8955');
  store.sims.keepSim('m1', { line: '8944', number: '+1' });
  store.sims.keepSim('m1', { line: '8955', number: '+2' });
  expect(store.sims.simOf('m1')).toEqual({ line: '8955', number: '+2' });
  store.sims.keepNumber('8944', '+1');
  store.sims.keepNumber('8944', '+2');
  expect(store.sims.numberOf('8944')).toBe('+2');
  store.sims.keepNumber('8955', '+2');
  expect([store.sims.numberOf('8944'), store.sims.numberOf('8955')]).toEqual([null, '+2']);
  store.sims.keepNumber('8944', '+3');
  store.sims.keepNumber('8944', null);
  expect(store.sims.numberOf('8944')).toBeNull();
  store.close();
});

test('a line that had no ICCID before SIMs were remembered keeps its name', () => {
  const folder = tempFolder();
  const before = openDatabase(folder, migrations.slice(0, 4));
  const add = before.prepare<[string, string, string]>(
    "INSERT INTO messages (id, direction, modem, line, peer, text, encoding, parts, created_at) VALUES (?, 'in', ?, ?, '+1', '', 'gsm7', 1, 0)",
  );
  before.commit(() => {
    add.run('a', 'm1', 'imsi:310');
    add.run('b', 'm2', 'imsi:311');
    add.run('c', 'm2', '8944');
  });
  before.close();
  const store = openStore(folder);
  expect([store.sims.lineOf('310'), store.sims.lineOf('311')]).toEqual(['imsi:310', null]);
  store.close();
});
