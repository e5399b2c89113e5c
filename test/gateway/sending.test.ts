import { describe, expect, onTestFinished, test } from 'vitest';
import { type EpochMs, systemClock } from '../../src/clock.ts';
import type { OutboundError, Priority } from '../../src/domain/message.ts';
import { Dispatcher } from '../../src/gateway/dispatcher.ts';
import type { Pace } from '../../src/gateway/pace.ts';
import { queueMessage } from '../../src/gateway/send.ts';
import { createLogger } from '../../src/log.ts';
import type { Modem, SendOutcome } from '../../src/modem/modem.ts';
import { openStore } from '../../src/store/store.ts';
import { tempFolder } from '../temp-folder.ts';
import { noon, readyState, ScriptedModem } from './stage.ts';

const log = createLogger({ write: () => {} });

function build(modem: Modem, pace: Pace = unpaced, folder = tempFolder(), start = noon) {
  const store = openStore(folder);
  let isOpen = true;
  const close = () => {
    if (isOpen) store.close();
    isOpen = false;
  };
  onTestFinished(close);
  let now: EpochMs = start;
  const clock = { ...systemClock, now: () => now };
  const dispatcher = new Dispatcher({
    ...{ store, clock, log, unwritten: new Map(), committed: () => {} },
    modems: new Map([[modem.id, modem]]),
    paces: new Map([[modem.id, pace]]),
  });
  const queue = (text: string, change: { priority?: Priority; retries?: number } = {}) => {
    const request = { modem: modem.id, number: null, to: '+15557654321', text, notAfter: null, retries: 0 };
    return queueMessage(store, { ...request, statusReport: false, ...change }, now).id;
  };
  const passTime = async (duration: number) => {
    now += duration;
    dispatcher.tick();
    await settled();
  };
  const alerts = () =>
    store.events
      .after(0, 1000)
      .map(({ body }) => body)
      .filter((body) => body.type === 'alert');
  const status = (id: string) => store.outbox.get(id)?.status;
  return { store, dispatcher, queue, passTime, alerts, status, close };
}

const unpaced: Pace = { perMinute: null, perHour: null, perDay: null, burst: null };
const settled = async () => await new Promise((resolve) => setTimeout(resolve, 20));
const refusal = (error: OutboundError): SendOutcome => ({ is: 'failed', references: [], error });
const rejected = refusal({ code: 'cms.21', message: 'the network rejected the message', retryable: false });

describe('the order of messages', () => {
  test('is by priority, then by arrival', async () => {
    const modem = new ScriptedModem('m1');
    const { dispatcher, queue, store } = build(modem);
    const low = queue('low', { priority: 'low' });
    const first = queue('first');
    const second = queue('second');
    const high = queue('high', { priority: 'high' });
    expect(store.outbox.waiting('m1', 10).map(({ id }) => id)).toEqual([high, first, second, low]);
    dispatcher.wake();
    await settled();
    const references = [high, first, second, low].map((id) => store.outbox.get(id)?.references[0]);
    expect(references).toEqual([10, 20, 30, 40]);
  });
});

describe('a line with a pace', () => {
  const pace: Pace = { ...unpaced, perMinute: 2, perHour: 3 };

  test('sends so many in a minute, and says until when the rest waits', async () => {
    const modem = new ScriptedModem('m1');
    const { dispatcher, queue, passTime, status } = build(modem, pace);
    const ids = ['one', 'two', 'three', 'four'].map((text) => queue(text));
    dispatcher.wake();
    await settled();
    expect(modem.sends).toHaveLength(2);
    expect(dispatcher.firstWaiting('m1')).toEqual({ reason: 'pace', retryAt: noon + 60_000 });
    await passTime(59_999);
    expect(modem.sends).toHaveLength(2);
    await passTime(1);
    expect(modem.sends).toHaveLength(3);
    expect(dispatcher.firstWaiting('m1')).toEqual({ reason: 'pace', retryAt: noon + 3_600_000 });
    expect(ids.map(status)).toEqual(['sent', 'sent', 'sent', 'queued']);
    await passTime(3_600_000);
    expect(dispatcher.firstWaiting('m1')).toBeNull();
  });

  test('keeps it over a restart', async () => {
    const folder = tempFolder();
    const before = build(new ScriptedModem('m1'), pace, folder);
    before.queue('one');
    before.queue('two');
    before.dispatcher.wake();
    await settled();
    before.close();
    const modem = new ScriptedModem('m1');
    const after = build(modem, pace, folder, noon + 10_000);
    after.queue('three');
    after.dispatcher.wake();
    await settled();
    expect(modem.sends).toHaveLength(0);
    await after.passTime(50_000);
    expect(modem.sends).toHaveLength(1);
  });

  test('lets what is urgent go first, not faster', async () => {
    const modem = new ScriptedModem('m1');
    const { dispatcher, queue, status } = build(modem, { ...unpaced, perMinute: 1 });
    const normal = queue('normal');
    const high = queue('code', { priority: 'high' });
    dispatcher.wake();
    await settled();
    expect([status(high), status(normal)]).toEqual(['sent', 'queued']);
  });
});

describe('a message that waits', () => {
  test('says so while its modem is away, searches, is busy, or is to try again later', async () => {
    const answer = Promise.withResolvers<SendOutcome>();
    const passing: OutboundError = { code: 'cms.38', message: 'network out of order', retryable: true };
    const modem = new ScriptedModem('m1', () => answer.promise);
    modem.state = { ...readyState, phase: 'recovering' };
    const { dispatcher, queue, status } = build(modem);
    const id = queue('one', { retries: 1 });
    expect(dispatcher.firstWaiting('m1')).toEqual({ reason: 'modem_offline', retryAt: null });
    modem.state = { ...readyState, registration: 'denied' };
    expect(dispatcher.firstWaiting('m1')).toEqual({ reason: 'not_registered', retryAt: null });
    modem.state = readyState;
    dispatcher.wake();
    expect(dispatcher.firstWaiting('m1')).toBeNull();
    queue('two');
    expect(dispatcher.firstWaiting('m1')).toEqual({ reason: 'busy', retryAt: null });
    answer.resolve(refusal(passing));
    await settled();
    expect(status(id)).toBe('queued');
    expect(dispatcher.firstWaiting('m1')).toEqual({ reason: 'retry_at', retryAt: noon + 15_000 });
  });
});

describe('what only a person can mend', () => {
  const noCentre: OutboundError = {
    code: 'cms.330',
    message: 'refused by the modem: the service centre address is not set',
    retryable: false,
    hint: 'Set `smsc` of the modem.',
  };

  test('is told with its remedy, once until the line sends again', async () => {
    const sent: SendOutcome = { is: 'sent', references: [1] };
    const modem = new ScriptedModem('m1', refusal(noCentre), refusal(noCentre), sent, refusal(noCentre));
    const { dispatcher, queue, alerts, status } = build(modem);
    const ids = ['one', 'two', 'three', 'four'].map((text) => queue(text));
    dispatcher.wake();
    await settled();
    expect(ids.map(status)).toEqual(['failed', 'failed', 'sent', 'failed']);
    expect(alerts()).toHaveLength(2);
    expect(alerts()[0]).toEqual({
      type: 'alert',
      subject: 'm1',
      code: 'cms.330',
      message: 'refused by the modem: the service centre address is not set',
      hint: 'Set `smsc` of the modem.',
    });
  });

  test('is tried again where nothing left, or its caller asked for that', async () => {
    const modem = new ScriptedModem('m1', { is: 'not_sent', references: [], error: noCentre }, refusal(noCentre));
    const { dispatcher, queue, status } = build(modem);
    const ids = [queue('never left'), queue('asked for', { retries: 1 })];
    dispatcher.wake();
    await settled();
    expect(ids.map(status)).toEqual(['queued', 'queued']);
  });
});

describe('a line that the network refuses', () => {
  test('three times in a row is left alone for a quarter of an hour, and that is told', async () => {
    const modem = new ScriptedModem('m1', rejected, rejected, rejected);
    const { dispatcher, queue, passTime, alerts, status } = build(modem);
    const ids = ['one', 'two', 'three', 'four'].map((text) => queue(text));
    dispatcher.wake();
    await settled();
    expect(ids.map(status)).toEqual(['failed', 'failed', 'failed', 'queued']);
    expect(dispatcher.firstWaiting('m1')).toEqual({ reason: 'paused', retryAt: noon + 900_000 });
    expect(alerts().map(({ code }) => code)).toEqual(['line_paused']);
    await passTime(899_999);
    expect(modem.sends).toHaveLength(3);
    await passTime(1);
    expect(ids.map(status)).toEqual(['failed', 'failed', 'failed', 'sent']);
  });

  test('now and then goes on: it may be the recipient', async () => {
    const sent: SendOutcome = { is: 'sent', references: [1] };
    const modem = new ScriptedModem('m1', rejected, rejected, sent, rejected, rejected);
    const { dispatcher, queue, status } = build(modem);
    const ids = ['1', '2', '3', '4', '5', '6'].map((text) => queue(text));
    dispatcher.wake();
    await settled();
    expect(ids.map(status)).toEqual(['failed', 'failed', 'sent', 'failed', 'failed', 'sent']);
  });

  test('is left alone also by the process that comes after this one, and no longer', async () => {
    const folder = tempFolder();
    const before = build(new ScriptedModem('m1', rejected, rejected, rejected), unpaced, folder);
    for (const text of ['one', 'two', 'three', 'four']) before.queue(text);
    before.dispatcher.wake();
    await settled();
    before.close();
    const modem = new ScriptedModem('m1');
    const after = build(modem, unpaced, folder, noon + 60_000);
    after.dispatcher.wake();
    await settled();
    expect(modem.sends).toHaveLength(0);
    expect(after.dispatcher.firstWaiting('m1')).toEqual({ reason: 'paused', retryAt: noon + 900_000 });
    await after.passTime(840_000);
    expect(modem.sends).toHaveLength(1);
  });

  test('is not left alone for longer because the clock was set back', async () => {
    const folder = tempFolder();
    const before = build(new ScriptedModem('m1', rejected, rejected, rejected), unpaced, folder);
    for (const text of ['one', 'two', 'three']) before.queue(text);
    before.dispatcher.wake();
    await settled();
    before.close();
    const modem = new ScriptedModem('m1');
    const after = build(modem, unpaced, folder, noon - 86_400_000);
    after.queue('four');
    after.dispatcher.wake();
    await settled();
    expect(modem.sends).toHaveLength(1);
  });

  test.each(['cms.8', 'cms.10', 'cms.50'] as const)(
    'with %s is told of at the first time, and the message is not tried again',
    async (code) => {
      const hint = 'Ask the operator of the SIM.';
      const modem = new ScriptedModem('m1', refusal({ code, message: 'barred', retryable: false, hint }));
      const { dispatcher, queue, passTime, alerts, status } = build(modem);
      const id = queue('one', { retries: 3 });
      dispatcher.wake();
      await settled();
      await passTime(86_400_000);
      expect(alerts()).toEqual([{ type: 'alert', subject: 'm1', code, message: 'barred', hint }]);
      expect([status(id), modem.sends.length]).toEqual(['failed', 1]);
    },
  );
});

describe('a message that was tried before', () => {
  const busy = refusal({ code: 'cms.42', message: 'congestion', retryable: true });
  const duplicate = refusal({ code: 'cms.197', message: 'it has this message already', retryable: false });

  test('and that the service centre has already is sent', async () => {
    const { dispatcher, queue, passTime, store } = build(new ScriptedModem('m1', busy, duplicate));
    const id = queue('one', { retries: 1 });
    dispatcher.wake();
    await settled();
    await passTime(60_000);
    expect(store.outbox.get(id)).toMatchObject({ status: 'sent', references: [], error: null });
  });

  test('is not sent by that where it has more parts than the one that the service centre has', async () => {
    const { dispatcher, queue, passTime, status } = build(new ScriptedModem('m1', busy, duplicate));
    const id = queue('x'.repeat(200), { retries: 1 });
    dispatcher.wake();
    await settled();
    await passTime(60_000);
    expect(status(id)).toBe('failed');
  });

  test('and never left is not sent by what the service centre has of another', async () => {
    const offline = { code: 'modem.offline', message: 'the modem is not ready', retryable: true } as const;
    const away = { is: 'not_sent', references: [], error: offline } as const;
    const { dispatcher, queue, passTime, status } = build(new ScriptedModem('m1', away, duplicate));
    const id = queue('one', { retries: 1 });
    dispatcher.wake();
    await settled();
    await passTime(60_000);
    expect(status(id)).toBe('failed');
  });

  test('is told from one that goes for the first time', async () => {
    const { dispatcher, queue, status } = build(new ScriptedModem('m1', duplicate));
    const id = queue('one', { retries: 3 });
    dispatcher.wake();
    await settled();
    expect(status(id)).toBe('failed');
  });

  test.each([
    { code: 'cms.127', message: 'interworking failure', retryable: true } as const,
    { code: 'cms.111', message: 'protocol error', retryable: false, hint: 'Check the service centre.' } as const,
  ])('and refused with $code twice is given up', async (error) => {
    const modem = new ScriptedModem('m1', refusal(error), refusal(error));
    const { dispatcher, queue, passTime, store } = build(modem);
    const id = queue('one', { retries: 5 });
    dispatcher.wake();
    await settled();
    expect(store.outbox.get(id)?.status).toBe('queued');
    await passTime(60_000);
    await passTime(86_400_000);
    expect(store.outbox.get(id)).toMatchObject({ status: 'failed', error: { ...error, retryable: false } });
    expect(modem.sends).toHaveLength(2);
  });

  test('and refused for another reason then goes on as its caller allowed', async () => {
    const unclear = refusal({ code: 'cms.127', message: 'interworking failure', retryable: true });
    const modem = new ScriptedModem('m1', busy, unclear);
    const { dispatcher, queue, passTime, status } = build(modem);
    const id = queue('one', { retries: 5 });
    dispatcher.wake();
    await settled();
    await passTime(60_000);
    await passTime(300_000);
    expect([status(id), modem.sends.length]).toEqual(['sent', 3]);
  });
});
