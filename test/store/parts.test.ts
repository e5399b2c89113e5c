import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { NewPart } from '../../src/store/parts.ts';
import { openStore } from '../../src/store/store.ts';
import { tempFolder } from '../temp-folder.ts';

const noon = Date.parse('2026-05-20T12:00:00Z');

function part(sequence: number, change: Partial<NewPart> = {}): NewPart {
  const pdu = `${change.concatKey ?? 'k'}-${sequence}-${change.smscTime ?? noon}`;
  return {
    modem: 'm1',
    line: '8944',
    number: null,
    peer: '+15551234567',
    concatKey: 'k',
    total: 3,
    sequence,
    pdu,
    data: new Uint8Array([sequence]),
    smscTime: noon,
    receivedAt: noon,
    ...change,
  };
}

let ids = 0;
const newId = () => `msg_${++ids}`;

test('parts in any order and with repeats give one message, also with a restart between any two', () => {
  fc.assert(
    fc.property(fc.shuffledSubarray([1, 2, 3, 1, 2, 3, 2], { minLength: 7 }), fc.nat(6), (order, restartAt) => {
      const folder = tempFolder();
      let store = openStore(folder);
      const whole: string[] = [];
      for (const [index, sequence] of order.entries()) {
        if (index === restartAt) {
          store.close();
          store = openStore(folder);
        }
        const set = store.db.commit(() => store.parts.add(part(sequence), newId));
        if (set !== undefined) whole.push([...set.pdus.keys()].sort().join());
      }
      store.close();
      expect(whole).toEqual(['1,2,3']);
    }),
    { numRuns: 15 },
  );
});

test('a reference used again later begins a new message, also while the old one lacks a part', () => {
  const store = openStore(tempFolder());
  const later = noon + 7 * 3600_000;
  store.parts.add(part(1), newId);
  expect(store.parts.add(part(2, { smscTime: later }), newId)).toBeUndefined();
  expect(store.parts.add(part(3, { smscTime: later }), newId)).toBeUndefined();
  expect([...(store.parts.add(part(1, { smscTime: later }), newId)?.pdus.keys() ?? [])]).toEqual([1, 2, 3]);
  store.parts.add(part(3), newId);
  expect(store.parts.add(part(2), newId)?.total).toBe(3);
  store.close();
});

test('the same long text sent again at once is a second message', () => {
  const store = openStore(tempFolder());
  const again = { smscTime: noon + 5000 };
  const whole = [part(1), part(2), part(3), part(1, again), part(2, again), part(3, again)]
    .map((each) => store.parts.add(each, newId))
    .filter((set) => set !== undefined);
  expect(whole.map(({ messageId }) => messageId)).toHaveLength(2);
  expect(new Set(whole.map(({ messageId }) => messageId)).size).toBe(2);
  store.close();
});

test('parts of different senders, lines or totals never meet', () => {
  const store = openStore(tempFolder());
  const foreign = [part(1), part(2, { concatKey: 'other' }), part(3, { line: '8955' })];
  expect(foreign.map((each) => store.parts.add(each, newId))).toEqual([undefined, undefined, undefined]);
  expect(store.parts.overdue(noon + 1)).toHaveLength(3);
  store.close();
});

test('a set that waited too long is overdue once, keeps its id, and is made whole by a late part', () => {
  const store = openStore(tempFolder());
  store.parts.add(part(1), newId);
  store.parts.add(part(3), newId);
  expect(store.parts.overdue(noon)).toHaveLength(0);
  const [set] = store.parts.overdue(noon + 1);
  if (set === undefined) throw new Error('nothing is overdue');
  expect([...set.pdus.keys()]).toEqual([1, 3]);
  store.parts.markPartial(set);
  expect(store.parts.overdue(noon + 1)).toHaveLength(0);
  expect(store.parts.add(part(2), newId)?.messageId).toBe(set.messageId);
  store.close();
});
