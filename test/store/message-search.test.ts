import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { openDatabase } from '../../src/store/database.ts';
import { createMessageTable } from '../../src/store/messages.ts';
import { migrations } from '../../src/store/migrations/migrations.ts';
import { openStore } from '../../src/store/store.ts';
import { tempFolder } from '../temp-folder.ts';

function inbound(id: string, text: string, change: { from?: string; partial?: boolean; receivedAt?: number } = {}) {
  const { from = 'Bank', partial = false, receivedAt = 5 } = change;
  const fixed = { modem: 'm1', to: '+14165551234', parts: 1, encoding: 'gsm7', smscTime: null } as const;
  return { id, from, text, partial, receivedAt, ...fixed };
}

function openSearch() {
  const store = openStore(tempFolder());
  onTestFinished(() => store.close());
  const find = (...words: string[]) =>
    store.search.find({ words, direction: null, line: null, before: null, limit: 100 }).map(({ id }) => id);
  const consistent = () =>
    store.db.prepare("INSERT INTO messages_text (messages_text, rank) VALUES ('integrity-check', 1)").run();
  return { ...store, find, consistent };
}

test('a gateway that has messages already finds them after it is brought up to date', () => {
  const folder = tempFolder();
  const before = openDatabase(folder, migrations.slice(0, 2));
  createMessageTable(before).saveInbound(inbound('msg_1', 'the parcel is at the door'), '8944');
  before.close();
  const store = openStore(folder);
  const query = { direction: null, line: null, before: null, limit: 9 };
  expect(store.search.find({ ...query, words: ['parcel'] })).toMatchObject([{ id: 'msg_1', outbound: null }]);
  expect(store.operators.working()).toEqual([]);
  store.close();
});

test('the index follows what is added, made whole and removed', () => {
  const { messages, db, find, consistent } = openSearch();
  expect(messages.saveInbound(inbound('msg_1', 'first half'), '8944')).toEqual({ n: 1, isNew: true });
  expect(messages.saveInbound(inbound('msg_2', 'something else'), '8944')).toEqual({ n: 2, isNew: true });
  expect(messages.saveInbound(inbound('msg_1', 'both parts', { partial: false }), '8944')).toEqual({
    n: 1,
    isNew: false,
  });
  expect([find('first'), find('both'), find('else')]).toEqual([[], ['msg_1'], ['msg_2']]);
  consistent();
  expect(messages.prune(6, 1)).toBe(1);
  expect([find('both'), find('else')]).toEqual([[], ['msg_2']]);
  consistent();
  expect(() =>
    db.commit(() => {
      messages.saveInbound(inbound('msg_3', 'never kept'), '8944');
      throw new Error('no');
    }),
  ).toThrow('no');
  expect(find('never')).toEqual([]);
  consistent();
});

test('what went out is found with what became of it, and by line', () => {
  const { messages, outbox, search } = openSearch();
  const sent = { modem: 'm1', number: null, peer: '+15551234567', encoding: 'gsm7', parts: 1, createdAt: 7 } as const;
  const n = messages.addOutbound({ ...sent, id: 'msg_1', text: 'hello there' });
  outbox.add({ n, modem: 'm1', statusReport: true, notAfter: null, retries: 0, confidential: false, at: 7 });
  const error = { code: 'cms.38', message: 'network out of order', retryable: true } as const;
  outbox.settle(n, { status: 'failed', error, at: 8 });
  messages.saveInbound(inbound('msg_2', 'hello'), '8944');
  const query = { words: ['hello'], before: null, limit: 9 };
  expect(search.find({ ...query, direction: 'out', line: null })).toMatchObject([
    { outbound: { status: 'failed', error } },
  ]);
  const ids = (line: string) => search.find({ ...query, direction: null, line }).map(({ id }) => id);
  expect([ids('m1'), ids('+14165551234'), ids('m2')]).toEqual([['msg_1'], ['msg_2'], []]);
});

test('whatever is looked for is only looked for, and a piece of a text finds it', () => {
  const { messages, find } = openSearch();
  let n = 0;
  fc.assert(
    fc.property(fc.string({ unit: 'binary', minLength: 1, maxLength: 60 }), fc.nat(), fc.nat(), (raw, from, length) => {
      const text = raw.toWellFormed().replace(/[\0\s]/g, '-');
      n += 1;
      const id = `msg_${n}`;
      messages.saveInbound(inbound(id, text), '8944');
      const signs = [...text];
      const start = from % signs.length;
      const piece = signs.slice(start, start + 1 + (length % (signs.length - start))).join('');
      expect(find(piece)).toContain(id);
    }),
    { numRuns: 300 },
  );
});
