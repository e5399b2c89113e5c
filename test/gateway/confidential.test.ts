import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import type { Offer } from '../../src/domain/number.ts';
import { sendConfidential } from '../../src/gateway/confidential.ts';
import { Dispatcher } from '../../src/gateway/dispatcher.ts';
import { createLogger } from '../../src/log.ts';
import { decodePdu } from '../../src/sms/sms.ts';
import { tempFolder } from '../temp-folder.ts';
import { noon, openStage, readyState, ScriptedModem } from './stage.ts';

const log = createLogger({ write: () => {} });
const message = {
  to: '+14155550123',
  text: 'Your code is 481920.',
  shown: 'Your code is ******.',
  notAfter: noon + 600_000,
};

function build(lines: readonly { modem: ScriptedModem; offer: Offer }[], folder = tempFolder()) {
  const stage = openStage(folder);
  const modems = new Map(lines.map(({ modem }) => [modem.id, modem]));
  const clock = { ...systemClock, now: () => noon };
  const { store, numbers, unwritten } = stage;
  const offers = new Map(lines.map(({ modem, offer }) => [modem.id, offer]));
  numbers.sync(lines.map(({ modem, offer }) => ({ modem: modem.id, number: modem.state.number, offer })));
  const dispatcher = new Dispatcher({ store, modems, clock, log, unwritten, committed: () => {} });
  const send = () =>
    sendConfidential(
      {
        store,
        modems,
        numbers,
        offerOf: (modem) => offers.get(modem) ?? 'private',
        clock,
        whyWaiting: (entry) => dispatcher.whyWaiting(entry),
        unwritten,
        committed: () => dispatcher.wake(),
      },
      message,
    );
  return { ...stage, dispatcher, send, folder };
}

const settled = async () => await new Promise((resolve) => setTimeout(resolve, 20));
const modemAt = (id: string, number: string, change: Partial<typeof readyState> = {}) => {
  const modem = new ScriptedModem(id);
  modem.state = { ...readyState, number, ...change };
  return modem;
};
const textOf = (modem: ScriptedModem) => {
  const tpdu = decodePdu(modem.sends[0]?.[0]?.pdu ?? '', { direction: 'MO', smsc: true });
  return 'text' in tpdu ? tpdu.text : undefined;
};

test('a confidential text goes out whole and is nowhere on the disk', async () => {
  const modem = modemAt('m1', '+14165551234');
  const { send, store, dispatcher, folder, unwritten } = build([{ modem, offer: 'shared' }]);
  const id = send();
  await settled();
  expect(textOf(modem)).toBe(message.text);
  expect(store.outbox.get(id)).toMatchObject({ status: 'sent', text: message.shown });
  expect(store.events.after(0, 10).map(({ body }) => 'text' in body && body.text)).not.toContain(message.text);
  for (const name of ['sim2mqtt.db', 'sim2mqtt.db-wal']) {
    expect(readFileSync(join(folder, name)).includes('481920')).toBe(false);
  }
  dispatcher.tick();
  expect(unwritten.size).toBe(0);
});

test('what of it waits when the process dies fails, and its placeholder is never sent', async () => {
  const folder = tempFolder();
  const busy = modemAt('m1', '+14165551234', {});
  const first = build([{ modem: busy, offer: 'shared' }], folder);
  await first.dispatcher.stop();
  const id = first.send();
  const modem = modemAt('m1', '+14165551234');
  const second = build([{ modem, offer: 'shared' }], folder);
  second.dispatcher.settleInterrupted();
  second.dispatcher.wake();
  await settled();
  expect(second.store.outbox.get(id)).toMatchObject({ status: 'failed', error: { code: 'message.text_gone' } });
  expect(modem.sends).toEqual([]);
});

test('it goes over a shared line rather than one that somebody may lease or the operator keeps', async () => {
  const lines = [
    { modem: modemAt('m1', '+14165551231'), offer: 'private' },
    { modem: modemAt('m2', '+14165551232'), offer: 'lease' },
    { modem: modemAt('m3', '+14165551233'), offer: 'shared' },
  ] as const;
  build(lines).send();
  await settled();
  expect(lines.map(({ modem }) => modem.sends.length)).toEqual([0, 0, 1]);
});

test('a line that somebody holds is the last choice', async () => {
  const held = modemAt('m1', '+14165551231');
  const own = modemAt('m2', '+14165551232');
  const { send, numbers, store } = build([
    { modem: held, offer: 'lease' },
    { modem: own, offer: 'private' },
  ]);
  store.accounts.add({ id: 'a1', phone: '+14155550100', tier: 'paid', quota: null, createdAt: noon });
  const account = { id: 'a1', phone: '+14155550100', tier: 'paid', quota: null, createdAt: noon } as const;
  numbers.lease(account, numbers.byE164('+14165551231')?.id ?? '', { account: 'a1', via: 'op' });
  send();
  await settled();
  expect([held.sends.length, own.sends.length]).toEqual([0, 1]);
});

test('a line that is held back is the last choice', async () => {
  const barred = modemAt('m1', '+14165551231');
  const own = modemAt('m2', '+14165551232');
  const { send, store } = build([
    { modem: barred, offer: 'shared' },
    { modem: own, offer: 'private' },
  ]);
  store.db.commit(() => store.linePauses.pause('m1', noon + 900_000));
  send();
  await settled();
  expect([barred.sends.length, own.sends.length]).toEqual([0, 1]);
});

test('where no line can send now, nothing is queued', () => {
  const { send, store } = build([
    { modem: modemAt('m1', '+14165551231', { registration: 'denied' }), offer: 'shared' },
  ]);
  expect(send).toThrow(expect.objectContaining({ code: 'modem.offline' }));
  expect(store.outbox.queued('m1')).toBe(0);
});
