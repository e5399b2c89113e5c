import { expect, test } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import { createModemListener } from '../../src/gateway/listener.ts';
import type { Store } from '../../src/store/store.ts';
import { openStage, pdusOf, received, ScriptedModem } from './stage.ts';

function build() {
  const stage = openStage();
  const modem = new ScriptedModem('m1');
  const listener = createModemListener({
    ...stage,
    clock: systemClock,
    modems: new Map([['m1', modem]]),
    stateChanged: () => {},
  });
  return { ...stage, modem, listener };
}

/** As a full disk or one mounted read-only. */
const refuseWrites = (store: Store, on: boolean) => void store.db.prepare(`PRAGMA query_only = ${on ? 1 : 0}`).run();
const types = (store: Store) => store.events.after(0, 2000).map(({ body }) => body.type);

test('while the store takes nothing a modem is not disturbed, and its calls, answers and alerts are told later, in order', async () => {
  const { store, listener } = build();
  refuseWrites(store, true);
  listener.stateChanged('m1');
  listener.called('m1', { ended: false, from: '+15551234567' });
  listener.ussd('m1', { text: 'balance', replyExpected: false });
  listener.alert('m1', { code: 'store.full', message: 'full' });
  await expect(listener.received([received(pdusOf('waits')[0] ?? '')])).rejects.toThrow();
  refuseWrites(store, false);
  await listener.received([received(pdusOf('waits')[0] ?? '')]);
  expect(types(store)).toEqual(['modem_added', 'call_ringing', 'ussd', 'alert', 'sms_received']);
});

test('an answer of the network is kept whole, with why its dialogue is over', () => {
  const { store, listener } = build();
  listener.ussd('m1', { text: '', replyExpected: false, ended: 'by_network' });
  const [event] = store.events.after(0, 1);
  expect(event?.body).toEqual({ type: 'ussd', text: '', replyExpected: false, ended: 'by_network' });
});

test('what waited is committed by itself once the store takes it, with the time it happened', async () => {
  const { store, listener } = build();
  refuseWrites(store, true);
  const before = Date.now();
  listener.called('m1', { ended: false, from: null });
  const after = Date.now();
  refuseWrites(store, false);
  await expect.poll(() => types(store), { timeout: 5000 }).toEqual(['call_ringing']);
  const [event] = store.events.after(0, 1);
  expect(event?.time).toBeGreaterThanOrEqual(before);
  expect(event?.time).toBeLessThanOrEqual(after);
});

test('a slot that was emptied while the store took nothing may hold the same text again', async () => {
  const { store, listener } = build();
  const one = received(pdusOf('twice')[0] ?? '');
  await listener.received([one]);
  refuseWrites(store, true);
  listener.deleted('8944', [{ storage: 'SM', index: 0 }]);
  refuseWrites(store, false);
  await listener.received([one]);
  expect(types(store)).toEqual(['sms_received', 'sms_received']);
});

test('what waits is bounded: of too many the oldest are lost', async () => {
  const { store, listener } = build();
  refuseWrites(store, true);
  for (let count = 0; count < 1500; count += 1) listener.ussd('m1', { text: String(count), replyExpected: false });
  refuseWrites(store, false);
  await listener.received([]);
  const told = store.events.after(0, 2000);
  expect(told).toHaveLength(1000);
  expect(told[0]?.body).toMatchObject({ text: '500' });
});
