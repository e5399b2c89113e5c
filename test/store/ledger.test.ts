import { expect, test } from 'vitest';
import { openStore } from '../../src/store/store.ts';
import { tempFolder } from '../temp-folder.ts';

const slot = { storage: 'SM', index: 0 };

test('the same PDU in the same slot is one message, also after a restart', () => {
  const folder = tempFolder();
  const first = openStore(folder);
  expect(first.slots.claim('8944', slot, 'AA', 1)).toBe(true);
  expect(first.slots.claim('8944', slot, 'AA', 2)).toBe(false);
  first.close();
  const second = openStore(folder);
  expect(second.slots.claim('8944', slot, 'AA', 3)).toBe(false);
  second.close();
});

test('the same PDU is a new message in another slot, storage or SIM, and in a slot that was emptied', () => {
  const store = openStore(tempFolder());
  expect(store.slots.claim('8944', slot, 'AA', 1)).toBe(true);
  expect(store.slots.claim('8944', { storage: 'ME', index: 0 }, 'AA', 1)).toBe(true);
  expect(store.slots.claim('8944', { storage: 'SM', index: 1 }, 'AA', 1)).toBe(true);
  expect(store.slots.claim('8955', slot, 'AA', 1)).toBe(true);
  store.slots.release('8944', [slot]);
  expect(store.slots.claim('8944', slot, 'AA', 1)).toBe(true);
  store.close();
});

test('another PDU in a slot whose deletion was never noted is a new message', () => {
  const store = openStore(tempFolder());
  expect(store.slots.claim('8944', slot, 'AA', 1)).toBe(true);
  expect(store.slots.claim('8944', slot, 'BB', 2)).toBe(true);
  expect(store.slots.claim('8944', slot, 'BB', 3)).toBe(false);
  store.close();
});

test('a PIN counts as tried for its own SIM only, also after a restart, and is not kept in clear', () => {
  const folder = tempFolder();
  const store = openStore(folder);
  store.pins.remember('8944', '0042');
  const rows = store.db.prepare<[], object>('SELECT * FROM pin_attempts').all();
  expect(JSON.stringify(rows)).not.toContain('0042');
  store.close();
  const again = openStore(folder);
  expect(again.pins.wasTried('8944', '0042')).toBe(true);
  expect(again.pins.wasTried('8944', '42')).toBe(false);
  expect(again.pins.wasTried('8955', '0042')).toBe(false);
  again.close();
});
