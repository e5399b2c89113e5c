import { expect, test } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import type { LoggedEvent } from '../../src/domain/event.ts';
import { EventPump } from '../../src/gateway/event-pump.ts';
import { createLogger } from '../../src/log.ts';
import type { Store } from '../../src/store/store.ts';
import { tempFolder } from '../temp-folder.ts';
import { openStage } from './stage.ts';

const log = createLogger({ write: () => {} });
const clock = { ...systemClock, sleep: () => systemClock.sleep(1) };

function append(store: Store, ...ids: string[]): void {
  for (const id of ids) {
    store.db.commit(() =>
      store.events.append({ id, modem: null, time: 1, body: { type: 'alert', code: 'x', message: id } }),
    );
  }
}

function startPump(store: Store, deliver: (event: LoggedEvent) => Promise<void>) {
  const stop = new AbortController();
  const pump = new EventPump({ events: store.events, sink: { name: 'mqtt', deliver }, clock, log });
  const ended = pump.run(stop.signal);
  return {
    pump,
    stop: async () => {
      stop.abort();
      await ended;
    },
  };
}

const settled = async () => await new Promise((resolve) => setTimeout(resolve, 30));

test('events reach the sink in order, one at a time; one that is refused comes again before the next', async () => {
  const { store } = openStage();
  store.events.cursor('mqtt');
  append(store, 'a', 'b', 'c');
  const seen: string[] = [];
  let refusals = 3;
  const { pump, stop } = startPump(store, async ({ id }) => {
    seen.push(id);
    if (id === 'b' && refusals-- > 0) throw new Error('the broker is away');
  });
  await settled();
  append(store, 'd');
  pump.wake();
  await settled();
  await stop();
  expect(seen).toEqual(['a', 'b', 'b', 'b', 'b', 'c', 'd']);
});

test('a restart goes on behind the last one that was taken', async () => {
  const folder = tempFolder();
  const { store } = openStage(folder);
  store.events.cursor('mqtt');
  append(store, 'a', 'b', 'c');
  const hang = new Promise<void>(() => {});
  const first = startPump(store, async ({ id }) => {
    if (id === 'b') await hang;
  });
  await settled();
  const seen: string[] = [];
  const second = startPump(openStage(folder).store, async ({ id }) => void seen.push(id));
  await settled();
  await second.stop();
  expect(seen).toEqual(['b', 'c']);
  void first;
});

test('a replay gives out what there was, between new events, and says where the next one begins', async () => {
  const { store } = openStage();
  store.events.cursor('mqtt');
  append(store, 'a', 'b', 'c');
  const seen: string[] = [];
  const { pump, stop } = startPump(store, async ({ id, seq }) => void seen.push(`${seq}${id}`));
  await settled();
  expect(await pump.replay(1, 1)).toEqual({ count: 1, last: 2 });
  expect(await pump.replay(2, 100)).toEqual({ count: 1, last: 3 });
  expect(await pump.replay(3, 100)).toEqual({ count: 0, last: 3 });
  await stop();
  expect(seen).toEqual(['1a', '2b', '3c', '2b', '3c']);
});

test('a store that takes nothing stops no event: the cursor follows once it takes something again', async () => {
  const { store } = openStage();
  store.events.cursor('mqtt');
  append(store, 'a', 'b');
  const refuse = (on: boolean) => void store.db.prepare(`PRAGMA query_only = ${on ? 1 : 0}`).run();
  refuse(true);
  const seen: string[] = [];
  const { pump, stop } = startPump(store, async ({ id }) => void seen.push(id));
  await settled();
  refuse(false);
  append(store, 'c');
  pump.wake();
  await settled();
  await stop();
  expect(seen).toEqual(['a', 'b', 'c']);
  expect(store.events.cursor('mqtt')).toBe(3);
});
