import { describe, expect, test } from 'vitest';
import { type EpochMs, systemClock } from '../../src/clock.ts';
import { Dispatcher } from '../../src/gateway/dispatcher.ts';
import { receive } from '../../src/gateway/receive.ts';
import { queueMessage } from '../../src/gateway/send.ts';
import { createLogger } from '../../src/log.ts';
import type { SendOutcome } from '../../src/modem/modem.ts';
import { encodeStatusReport } from '../../src/simulator/pdu.ts';
import { noon, openStage, readyState, received, ScriptedModem } from './stage.ts';

const log = createLogger({ write: () => {} });
const settled = async () => await new Promise((resolve) => setTimeout(resolve, 20));
const sent = (...references: number[]): SendOutcome => ({ is: 'sent', references });
const silence: SendOutcome = {
  is: 'unknown',
  references: [],
  error: { code: 'message.outcome_unknown', message: 'no answer', retryable: false },
};

function build(...modems: ScriptedModem[]) {
  const stage = openStage();
  let now: EpochMs = noon;
  const clock = { ...systemClock, now: () => now };
  const byId = new Map(modems.map((modem) => [modem.id, modem]));
  const dispatcher = new Dispatcher({ ...stage, modems: byId, clock, log });
  return {
    async send(text: string, modem = 'm1') {
      const request = { modem, number: null, to: '+15557654321', text, notAfter: null, retries: 0 };
      const { id } = queueMessage(stage.store, { ...request, statusReport: true }, now);
      dispatcher.wake();
      await settled();
      return id;
    },
    pass(duration: number) {
      now += duration;
    },
    /** The service centre took the message at `takenAt`. */
    report(reference: number, status = 0, { takenAt = now, line = '8944', modem = 'm1' } = {}) {
      const pdu = encodeStatusReport({
        ...{ smsc: '+12404492164', reference, address: '0B915155674523F1', time: new Date(takenAt), status },
      });
      receive(stage, [received(pdu, null, { receivedAt: now, line, modem })]);
    },
    status: (id: string) => stage.store.outbox.get(id)?.status,
  };
}

describe('a status report', () => {
  test('is for the message that left when the service centre took it, though references come round', async () => {
    const { send, pass, report, status } = build(new ScriptedModem('m1', sent(7), sent(7)));
    const first = await send('first');
    pass(3_600_000);
    const second = await send('second');
    pass(60_000);
    report(7, 0, { takenAt: noon + 2_000 });
    expect([status(first), status(second)]).toEqual(['delivered', 'sent']);
    report(7, 0x41, { takenAt: noon + 3_602_000 });
    expect([status(first), status(second)]).toEqual(['delivered', 'failed']);
  });

  test('of a service centre with a wrong clock is for the newest', async () => {
    const { send, pass, report, status } = build(new ScriptedModem('m1', sent(7), sent(7)));
    const first = await send('first');
    pass(3_600_000);
    const second = await send('second');
    report(7, 0, { takenAt: noon - 400 * 86_400_000 });
    expect([status(first), status(second)]).toEqual(['sent', 'delivered']);
  });

  test('of one line says nothing about another with the same reference', async () => {
    const other = new ScriptedModem('m2', sent(7));
    other.state = { ...readyState, line: '8955' };
    const { send, report, status } = build(new ScriptedModem('m1', sent(7)), other);
    const mine = await send('mine', 'm1');
    const theirs = await send('theirs', 'm2');
    report(7, 0, { line: '8955', modem: 'm2' });
    expect([status(mine), status(theirs)]).toEqual(['sent', 'delivered']);
  });

  test('that comes twice is not kept for a message that is to come', async () => {
    const modem = new ScriptedModem('m1', sent(7));
    const { send, pass, report, status } = build(modem);
    const first = await send('first');
    report(7);
    // Waits while the repeat comes, and gets the same reference then.
    modem.state = { ...readyState, registration: 'searching' };
    const second = await send('second');
    report(7);
    modem.state = readyState;
    modem.send = () => Promise.resolve(sent(7));
    pass(1_000);
    await send('third');
    await settled();
    expect([status(first), status(second)]).toEqual(['delivered', 'sent']);
  });

  test("weeks late is nobody's", async () => {
    const { send, pass, report, status } = build(new ScriptedModem('m1', sent(7)));
    const id = await send('one');
    pass(8 * 86_400_000);
    report(7, 0, { takenAt: noon });
    expect(status(id)).toBe('sent');
  });

  test('of a message in parts counts for its part: all, or one that failed', async () => {
    const long = 'a'.repeat(300);
    const { send, report, status } = build(new ScriptedModem('m1', sent(254, 255), sent(0, 1)));
    const whole = await send(long);
    report(255);
    expect(status(whole)).toBe('sent');
    report(254, 0x30);
    expect(status(whole)).toBe('sent');
    report(254);
    expect(status(whole)).toBe('delivered');
    const broken = await send(long);
    report(0);
    report(1, 0x46);
    report(1);
    expect(status(broken)).toBe('failed');
  });

  test('proves that a message left though the modem never said so', async () => {
    const { send, pass, report, status } = build(new ScriptedModem('m1', silence, silence));
    const lost = await send('lost');
    expect(status(lost)).toBe('unknown');
    pass(3_600_000);
    const other = await send('another');
    report(9, 0, { takenAt: noon + 4_000 });
    expect([status(lost), status(other)]).toEqual(['delivered', 'unknown']);
  });

  test('proves nothing where two messages may be meant, or the times do not fit', async () => {
    const { send, pass, report, status } = build(new ScriptedModem('m1', silence, silence));
    const ids = [await send('one'), await send('two')];
    report(9, 0, { takenAt: noon + 4_000 });
    report(9, 0, { takenAt: noon - 3_600_000 });
    pass(1_000);
    expect(ids.map(status)).toEqual(['unknown', 'unknown']);
  });
});
