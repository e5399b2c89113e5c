import { expect, test } from 'vitest';
import { openStore } from '../../src/store/store.ts';
import { tempFolder } from '../temp-folder.ts';

function append(store: ReturnType<typeof openStore>, id: string, time = 1): void {
  store.db.commit(() =>
    store.events.append({ id, modem: 'm1', time, body: { type: 'alert', code: 'test', message: id } }),
  );
}

test('seq grows by one and is never given twice, also after old events are gone', () => {
  const store = openStore(tempFolder());
  store.events.cursor('mqtt');
  for (const id of ['a', 'b', 'c']) append(store, id);
  store.events.advance('mqtt', 3);
  expect(store.events.prune(10, 100)).toBe(3);
  append(store, 'd');
  expect(store.events.after(0, 10).map(({ seq, id }) => `${seq}${id}`)).toEqual(['4d']);
  expect(store.events.lastSeq()).toBe(4);
  store.close();
});

test('a new sink begins at the present end; a known one where it stood, across restarts', () => {
  const folder = tempFolder();
  const store = openStore(folder);
  append(store, 'a');
  expect(store.events.cursor('webhooks')).toBe(1);
  append(store, 'b');
  store.events.advance('webhooks', 2);
  store.close();
  const again = openStore(folder);
  expect(again.events.cursor('webhooks')).toBe(2);
  again.close();
});

test('events that a sink has not taken are not pruned, whatever their age', () => {
  const store = openStore(tempFolder());
  store.events.cursor('mqtt');
  store.events.cursor('slow');
  for (const id of ['a', 'b', 'c']) append(store, id);
  store.events.advance('mqtt', 3);
  store.events.advance('slow', 1);
  expect(store.events.prune(10, 100)).toBe(1);
  expect(store.events.after(0, 10).map(({ id }) => id)).toEqual(['b', 'c']);
  store.close();
});
