import { expect, test, vi } from 'vitest';
import { type EpochMs, systemClock } from '../../src/clock.ts';
import type { OutboundError } from '../../src/domain/message.ts';
import { Dispatcher } from '../../src/gateway/dispatcher.ts';
import { receive } from '../../src/gateway/receive.ts';
import { cancelMessage, queueMessage } from '../../src/gateway/send.ts';
import { createLogger } from '../../src/log.ts';
import type { Modem, SendOutcome } from '../../src/modem/modem.ts';
import { encodeStatusReport } from '../../src/simulator/pdu.ts';
import { tempFolder } from '../temp-folder.ts';
import { noon, openStage, readyState, received, ScriptedModem } from './stage.ts';

const log = createLogger({ write: () => {} });
const refused: OutboundError = { code: 'cms.38', message: 'network out of order', retryable: true };

function build(modem: Modem, folder = tempFolder()) {
  const stage = openStage(folder);
  let now: EpochMs = noon;
  const clock = { ...systemClock, now: () => now };
  const modems = new Map([[modem.id, modem]]);
  const dispatcher = new Dispatcher({
    store: stage.store,
    modems,
    clock,
    log,
    unwritten: stage.unwritten,
    committed: () => {},
  });
  const queue = (text: string, change: { notAfter?: EpochMs; retries?: number } = {}) =>
    queueMessage(
      stage.store,
      {
        modem: modem.id,
        number: null,
        to: '+15557654321',
        text,
        notAfter: null,
        retries: 0,
        statusReport: true,
        ...change,
      },
      now,
    ).id;
  const statuses = (id: string) =>
    stage.store.events
      .after(0, 1000)
      .filter((event) => event.id === id)
      .map(({ body }) => body.type);
  const passTime = (duration: number) => {
    now += duration;
    dispatcher.tick();
  };
  return { ...stage, dispatcher, queue, statuses, passTime };
}

const settled = async () => await new Promise((resolve) => setTimeout(resolve, 20));

test('what is queued goes out in order, one at a time, each with its states', async () => {
  const modem = new ScriptedModem('m1');
  const { dispatcher, queue, statuses, store } = build(modem);
  const ids = ['one', 'two', 'three'].map((text) => queue(text));
  dispatcher.wake();
  dispatcher.wake();
  await settled();
  for (const id of ids) expect(statuses(id)).toEqual(['queued', 'sending', 'sent']);
  expect(modem.sends).toHaveLength(3);
  expect(store.outbox.get(ids[1] ?? '')).toMatchObject({ status: 'sent', references: [20] });
});

test('a message is marked as going out before the modem hears of it', async () => {
  let seen: string | undefined;
  const modem: ScriptedModem = new ScriptedModem('m1', async () => {
    seen = stage.store.outbox.get(id)?.status;
    return { is: 'sent', references: [1] };
  });
  const stage = build(modem);
  const id = stage.queue('one');
  stage.dispatcher.wake();
  await settled();
  expect(seen).toBe('sending');
});

test('a process that died between modem and answer leaves an unknown outcome, and nothing is sent again', async () => {
  const folder = tempFolder();
  const never = new ScriptedModem('m1', () => new Promise<SendOutcome>(() => {}));
  const first = build(never, folder);
  const id = first.queue('one');
  const waiting = first.queue('two');
  first.dispatcher.wake();
  await settled();
  const modem = new ScriptedModem('m1');
  const second = build(modem, folder);
  second.dispatcher.settleInterrupted();
  second.dispatcher.wake();
  await settled();
  expect(second.statuses(id)).toEqual(['queued', 'sending', 'unknown']);
  expect(second.store.outbox.get(id)?.error).toMatchObject({ code: 'message.outcome_unknown' });
  expect(second.statuses(waiting)).toEqual(['queued', 'sending', 'sent']);
  expect(modem.sends).toHaveLength(1);
});

test('an outcome that the modem does not know is never tried again, whatever its caller allowed', async () => {
  const error: OutboundError = {
    code: 'at.timeout',
    message: 'no answer after the text was handed over',
    retryable: true,
  };
  const modem = new ScriptedModem('m1', { is: 'unknown', references: [], error });
  const { dispatcher, queue, statuses, passTime } = build(modem);
  const id = queue('one', { retries: 5 });
  dispatcher.wake();
  await settled();
  passTime(86_400_000);
  await settled();
  expect(statuses(id)).toEqual(['queued', 'sending', 'unknown']);
  expect(modem.sends).toHaveLength(1);
});

test('a refusal is final unless its caller asked for retries, and then they are counted', async () => {
  const failure: SendOutcome = { is: 'failed', references: [], error: refused };
  const modem = new ScriptedModem('m1', failure, failure, failure);
  const { dispatcher, queue, statuses, passTime } = build(modem);
  const once = queue('one');
  dispatcher.wake();
  await settled();
  expect(statuses(once)).toEqual(['queued', 'sending', 'failed']);
  const twice = queue('two', { retries: 1 });
  dispatcher.wake();
  await settled();
  passTime(3600_000);
  await settled();
  passTime(3600_000);
  await settled();
  expect(statuses(twice)).toEqual(['queued', 'sending', 'queued', 'sending', 'failed']);
  expect(modem.sends).toHaveLength(3);
});

test('what certainly did not leave waits for the modem and goes then', async () => {
  const error: OutboundError = { code: 'port.closed', message: 'the modem went away', retryable: true };
  const modem = new ScriptedModem('m1', { is: 'not_sent', references: [], error });
  const { dispatcher, queue, statuses, passTime } = build(modem);
  const id = queue('one');
  dispatcher.wake();
  await settled();
  expect(statuses(id)).toEqual(['queued', 'sending', 'queued']);
  passTime(1000);
  await settled();
  expect(statuses(id).at(-1)).toBe('sent');
});

test('a refusal at a later part is final: the first part is out', async () => {
  const modem = new ScriptedModem('m1', { is: 'failed', references: [5], error: refused });
  const { dispatcher, queue, statuses } = build(modem);
  const id = queue('x'.repeat(200), { retries: 3 });
  dispatcher.wake();
  await settled();
  expect(statuses(id)).toEqual(['queued', 'sending', 'failed']);
});

test('a message waits while the modem cannot send, and expires when its time is over', async () => {
  const modem = new ScriptedModem('m1');
  modem.state = { ...readyState, registration: 'searching' };
  const { dispatcher, queue, statuses, passTime } = build(modem);
  const short = queue('short', { notAfter: noon + 5000 });
  const patient = queue('patient');
  dispatcher.wake();
  await settled();
  passTime(5000);
  expect(statuses(short)).toEqual(['queued', 'expired']);
  modem.state = readyState;
  dispatcher.wake();
  await settled();
  expect(statuses(patient)).toEqual(['queued', 'sending', 'sent']);
  expect(modem.sends).toHaveLength(1);
});

test('a message that still waits can be cancelled, one that went cannot', async () => {
  const modem = new ScriptedModem('m1');
  const { dispatcher, queue, statuses, store } = build(modem);
  const cancelled = queue('no');
  cancelMessage(store, cancelled, 'm1', noon);
  const sent = queue('yes');
  dispatcher.wake();
  await settled();
  expect(statuses(cancelled)).toEqual(['queued', 'failed']);
  expect(() => cancelMessage(store, sent, 'm1', noon)).toThrow(/is sent/);
  expect(() => cancelMessage(store, 'msg_none', null, noon)).toThrow(/no such/);
  expect(() => cancelMessage(store, sent, 'm2', noon)).toThrow(/no such/);
  expect(modem.sends).toHaveLength(1);
});

const report = (reference: number, status: number) =>
  received(
    encodeStatusReport({ smsc: '+12404492164', reference, address: '0B915155674523F1', time: new Date(noon), status }),
    null,
  );

test('a message is delivered when the reports of all its parts are in, also when one overtook the answer', async () => {
  const early = () => receive(stage, [report(7, 0)]);
  const modem: ScriptedModem = new ScriptedModem('m1', async () => {
    early();
    return { is: 'sent', references: [7, 8] };
  });
  const stage = build(modem);
  const id = stage.queue('x'.repeat(200));
  stage.dispatcher.wake();
  await settled();
  expect(stage.statuses(id)).toEqual(['queued', 'sending', 'sent']);
  receive(stage, [report(9, 0), report(8, 0x30)]);
  expect(stage.statuses(id).at(-1)).toBe('sent');
  receive(stage, [report(8, 0)]);
  expect(stage.statuses(id)).toEqual(['queued', 'sending', 'sent', 'delivered']);
  receive(stage, [report(8, 0)]);
  expect(stage.statuses(id)).toHaveLength(4);
});

test('a report that the service centre gave up makes the message failed, with the reason', async () => {
  const modem = new ScriptedModem('m1', { is: 'sent', references: [7] });
  const { dispatcher, queue, statuses, ...stage } = build(modem);
  const { store } = stage;
  const id = queue('one');
  dispatcher.wake();
  await settled();
  receive(stage, [report(7, 0x41)]);
  expect(statuses(id)).toEqual(['queued', 'sending', 'sent', 'failed']);
  expect(store.outbox.get(id)?.error?.code).toBe('tp-st.65');
});

test('what only a person can mend is told though the store took it only at the second try', async () => {
  const hint = 'Have it activated.';
  const refusal: OutboundError = { code: 'cms.8', message: 'barred by the operator', retryable: false, hint };
  const modem = new ScriptedModem('m1', { is: 'failed', references: [], error: refusal });
  const { dispatcher, queue, store } = build(modem);
  const send = modem.send.bind(modem);
  modem.send = (parts) => {
    const onAlert = `BEFORE INSERT ON events WHEN NEW.body LIKE '%"alert"%'`;
    store.db.prepare(`CREATE TRIGGER full ${onAlert} BEGIN SELECT RAISE(ABORT, 'disk full'); END`).run();
    return send(parts);
  };
  queue('one');
  dispatcher.wake();
  await settled();
  const alerts = () => store.events.after(0, 100).filter(({ body }) => body.type === 'alert');
  expect(alerts()).toEqual([]);
  store.db.prepare('DROP TRIGGER full').run();
  await vi.waitFor(() => expect(alerts()).toMatchObject([{ body: { code: 'cms.8', hint } }]), 5_000);
});
