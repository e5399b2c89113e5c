import { describe, expect, test } from 'vitest';
import { GatewayError } from '../../src/errors.ts';
import { ready, startRig, until } from './rig.ts';
import { play } from './scene.ts';

/** A DELIVER of "hello" from +14155550000, with `n` in the seconds of its time stamp so that no two are alike. */
function deliver(n: number): string {
  const digits = String(n % 60).padStart(2, '0');
  const minutes = String(Math.floor(n / 60) % 60).padStart(2, '0');
  const swapped = (two: string) => `${two[1]}${two[0]}`;
  return `07912160130300F4040B914151550500F00000621112${swapped('12')}${swapped(minutes)}${swapped(digits)}0005E8329BFD06`;
}

const many = (count: number) => Array.from({ length: count }, (_, n) => deliver(n));
/** No sweep comes to the rescue. */
const noSweep = { sweep: 60_000, sweepSoon: 60_000, settings: 60_000 };

describe('an announced message', () => {
  test('is read, committed and only then deleted', async () => {
    await using rig = await startRig({ modem: { intervals: noSweep } });
    await ready(rig);
    await until(() => rig.modem.state.storages.length > 0);
    let stored = -1;
    rig.listener.before = async () => {
      await new Promise((resolve) => setTimeout(resolve, 30));
      stored = rig.simulator.stores.ME.used;
    };
    rig.simulator.injectPdu(deliver(1));
    await until(() => rig.listener.deletions.length === 1);
    expect(stored).toBe(1);
    expect(rig.simulator.stores.ME.used).toBe(0);
    expect(rig.listener.batches).toEqual([
      [
        {
          modem: 'm1',
          line: '8901260000000000001',
          number: '+14165551234',
          slot: { storage: 'ME', index: 1 },
          pdu: deliver(1),
          tpduLength: 24,
          receivedAt: expect.any(Number),
        },
      ],
    ]);
    expect(rig.listener.deletions).toEqual([{ storage: 'ME', index: 1 }]);
  });

  test('in the other storage is found there', async () => {
    await using rig = await startRig({ modem: { intervals: noSweep } });
    await ready(rig);
    rig.simulator.injectPdu(deliver(1), 'SM');
    rig.simulator.injectPdu(deliver(2), 'ME');
    rig.simulator.injectPdu(deliver(3), 'SM');
    await until(() => rig.listener.deletions.length === 3);
    expect([...rig.listener.pdus].sort()).toEqual([deliver(1), deliver(2), deliver(3)].sort());
    expect(rig.simulator.stores.SM.used + rig.simulator.stores.ME.used).toBe(0);
  });

  test('comes in its turn out of a storm of them', async () => {
    await using rig = await startRig({ modem: { intervals: noSweep } });
    await ready(rig);
    await rig.modem.refresh();
    for (const pdu of many(40)) rig.simulator.injectPdu(pdu);
    await until(() => rig.listener.deletions.length === 40);
    expect(rig.listener.pdus).toEqual(many(40));
    expect(rig.simulator.stores.ME.used).toBe(0);
  });

  test('that is gone already is no fault', async () => {
    await using rig = await startRig({ modem: { intervals: noSweep } });
    await ready(rig);
    rig.simulator.fault({ kind: 'stale_notification', index: 33 });
    rig.simulator.injectPdu(deliver(1));
    await until(() => rig.listener.deletions.length === 1);
    expect(rig.listener.pdus).toEqual([deliver(1)]);
  });

  test.each(['+CMTI: "ME",-1', '+CMTI: ,-1', '+CMTI: "ME",', '+SMS FULL', '^SMMEMFULL:"ME"'])(
    'without a place is found by a sweep: %s',
    async (line) => {
      await using rig = await startRig({ modem: { intervals: noSweep } });
      await ready(rig);
      await rig.modem.refresh();
      rig.simulator.injectPdu(deliver(1), 'SM', { notify: false });
      rig.simulator.fault({ kind: 'urc', line });
      await until(() => rig.listener.deletions.length === 1);
    },
  );

  test('that comes short is read once more', async () => {
    await using rig = await startRig({ modem: { intervals: noSweep } });
    await ready(rig);
    await rig.modem.refresh();
    rig.simulator.fault({ kind: 'short_pdu', command: 'AT+CMGR' });
    rig.simulator.injectPdu(deliver(1));
    await until(() => rig.listener.deletions.length === 1);
    expect(rig.listener.pdus).toEqual([deliver(1)]);
  });

  test('that stays short is handed over as it is', async () => {
    await using rig = await startRig({ modem: { intervals: noSweep } });
    await ready(rig);
    await rig.modem.refresh();
    rig.simulator.fault({ kind: 'short_pdu', command: 'AT+CMGR', times: 'always' });
    rig.simulator.injectPdu(deliver(1));
    await until(() => rig.listener.deletions.length === 1);
    expect(rig.listener.batches[0]?.[0]?.tpduLength).toBe(24);
    expect(deliver(1).startsWith(rig.listener.pdus[0] ?? 'nothing')).toBe(true);
    expect(rig.listener.pdus[0]).not.toBe(deliver(1));
  });

  test('that cannot be read is found by a sweep', async () => {
    await using rig = await startRig({ modem: { intervals: noSweep } });
    await ready(rig);
    await rig.modem.refresh();
    rig.simulator.fault({ kind: 'error', cms: 500, command: 'AT+CMGR' });
    rig.simulator.injectPdu(deliver(1));
    await until(() => rig.listener.deletions.length === 1);
  });
});

describe('a message passed on without being stored', () => {
  test.each([
    ['+CMT: ,24', deliver(1)],
    ['+CDS: 24', '07912160130300F40601010B914151550500F06211122254000062111222540000'.slice(0, 64)],
  ])('%s is handed over without a slot, and again until it is committed', async (header, pdu) => {
    await using rig = await startRig({ modem: { intervals: noSweep } });
    await ready(rig);
    let refusals = 2;
    rig.listener.before = () => {
      refusals -= 1;
      if (refusals >= 0) throw new GatewayError('store.full', 'the disk is full');
    };
    rig.simulator.fault({ kind: 'urc', line: `${header}\r\n${pdu}` });
    await until(() => rig.listener.batches.length === 1);
    expect(rig.listener.batches[0]).toMatchObject([{ slot: null, pdu, tpduLength: 24, line: '8901260000000000001' }]);
    expect(rig.listener.alerts.map(({ code }) => code)).toEqual(['store.full']);
    expect(rig.listener.deletions).toEqual([]);
  });
});

describe('a sweep', () => {
  test('at the start finds what both storages hold, each in one batch, the receiving one first', async () => {
    await using rig = await startRig({
      prepare(simulator) {
        for (const pdu of [deliver(1), deliver(2), deliver(3)]) simulator.injectPdu(pdu, 'SM', { notify: false });
        for (const pdu of [deliver(4), deliver(5)]) simulator.injectPdu(pdu, 'ME', { notify: false });
      },
    });
    await until(() => rig.listener.deletions.length === 5);
    expect(rig.listener.batches.map((batch) => batch.map(({ pdu }) => pdu))).toEqual([
      [deliver(4), deliver(5)],
      [deliver(1), deliver(2), deliver(3)],
    ]);
    expect(rig.simulator.stores.SM.used + rig.simulator.stores.ME.used).toBe(0);
  });

  test('finds a message that nobody announced', async () => {
    await using rig = await startRig();
    await ready(rig);
    await rig.modem.refresh();
    rig.simulator.injectPdu(deliver(1), 'SM', { notify: false });
    await until(() => rig.listener.deletions.length === 1);
    expect(rig.listener.deletions).toEqual([{ storage: 'SM', index: 1 }]);
  });

  test('deletes many at once, by a command that spares what is unread', async () => {
    await using rig = await startRig({ modem: { intervals: noSweep } });
    await ready(rig);
    await rig.modem.refresh();
    for (const pdu of many(60)) rig.simulator.injectPdu(pdu, 'ME', { notify: false });
    await rig.modem.refresh();
    expect(rig.listener.pdus).toEqual(many(60));
    expect(rig.listener.deletions.map(({ index }) => index)).toEqual(Array.from({ length: 60 }, (_, n) => n + 1));
    expect(rig.simulator.stores.ME.used).toBe(0);
  });

  test.each([true, false])('loses nothing that comes between listing and deletion (announced: %s)', async (notify) => {
    await using rig = await startRig({ modem: { intervals: noSweep } });
    await ready(rig);
    await rig.modem.refresh();
    for (const pdu of many(20)) rig.simulator.injectPdu(pdu, 'ME', { notify: false });
    rig.listener.before = (batch) => {
      if (batch.length === 20) rig.simulator.injectPdu(deliver(99), 'ME', { notify });
    };
    await rig.modem.refresh();
    await rig.modem.refresh();
    await until(() => rig.simulator.stores.ME.used === 0);
    expect(new Set(rig.listener.pdus)).toEqual(new Set([...many(20), deliver(99)]));
  });

  test('loses nothing that takes the place of a deleted one while others are still to be deleted', async () => {
    await using rig = await startRig({ modem: { intervals: noSweep } });
    await ready(rig);
    await rig.modem.refresh();
    for (const pdu of many(3)) rig.simulator.injectPdu(pdu, 'ME', { notify: false });
    let next = 100;
    const { deleted } = rig.listener;
    rig.listener.deleted = (line, slots) => {
      deleted.call(rig.listener, line, slots);
      if (next < 110) rig.simulator.injectPdu(deliver(next++), 'ME');
    };
    await rig.modem.refresh();
    await until(() => rig.simulator.stores.ME.used === 0 && next === 110);
    const expected = [...many(3), ...Array.from({ length: 10 }, (_, n) => deliver(100 + n))];
    expect(new Set(rig.listener.pdus)).toEqual(new Set(expected));
  });

  test('does not hurt what was damaged on the way, and comes back to it', async () => {
    await using rig = await startRig({ modem: { intervals: noSweep } });
    await ready(rig);
    await rig.modem.refresh();
    for (const pdu of many(20)) rig.simulator.injectPdu(pdu, 'ME', { notify: false });
    rig.simulator.fault({ kind: 'garbage', hex: '7e017eff0d0a', command: 'AT+CMGL', stage: 'reply' });
    await rig.modem.refresh();
    await rig.modem.refresh();
    await until(() => rig.simulator.stores.ME.used === 0);
    expect(new Set(rig.listener.pdus)).toEqual(new Set(many(20)));
  });

  test('reads slot by slot where the modem cannot list', async () => {
    await using rig = await startRig({
      prepare: (simulator) => simulator.fault({ kind: 'error', command: 'AT+CMGL', times: 'always' }),
    });
    await ready(rig);
    for (const pdu of many(7)) rig.simulator.injectPdu(pdu, 'ME', { notify: false });
    rig.simulator.injectPdu(deliver(99), 'SM', { notify: false });
    await until(() => rig.simulator.stores.ME.used + rig.simulator.stores.SM.used === 0);
    expect([...rig.listener.pdus].sort()).toEqual([...many(7), deliver(99)].sort());
  });

  test('lists again where the modem refused only now and then', async () => {
    await using rig = await startRig();
    await ready(rig);
    for (let n = 1; n <= 3; n += 1) {
      await rig.modem.refresh();
      rig.simulator.fault({ kind: 'error', command: 'AT+CMGL' });
      rig.simulator.injectPdu(deliver(n), 'SM', { notify: false });
      await until(() => rig.simulator.stores.SM.used === 0);
    }
    rig.simulator.fault({ kind: 'error', command: 'AT+CMGR', times: 'always' });
    rig.simulator.injectPdu(deliver(9), 'SM', { notify: false });
    await until(() => rig.simulator.stores.SM.used === 0);
  });

  test('makes room in a full storage, and what waited at the service centre comes in', async () => {
    await using rig = await startRig({
      simulator: { storages: { SM: 5, ME: 5 } },
      modem: { intervals: { ...noSweep } },
      prepare(simulator) {
        for (const pdu of many(12)) simulator.injectPdu(pdu, 'ME');
      },
    });
    await until(() => new Set(rig.listener.pdus).size === 12);
    await until(() => rig.simulator.stores.ME.used === 0);
    expect(rig.simulator.waiting).toBe(0);
  });
});

test('a listing that is never answered holds up what came for half a minute, not two', async () => {
  const asked: number[] = [];
  const scene = play((line) => {
    if (line !== 'AT+CMGL=4') return undefined;
    asked.push(scene.clock.now());
    return asked.length === 1 ? null : ['+CMGL: 0,0,,25', deliver(1), 'OK'];
  });
  await until(() => scene.listener.pdus.length > 0);
  await scene.stop();
  const [first = 0, second = 0] = asked;
  expect(second - first).toBeGreaterThanOrEqual(30_000);
  expect(second - first).toBeLessThan(60_000);
});

describe('while nothing can be stored', () => {
  test('nothing is deleted, one alert is given, and everything comes in afterwards', async () => {
    await using rig = await startRig();
    await ready(rig);
    await rig.modem.refresh();
    let attempts = 0;
    rig.listener.before = () => {
      attempts += 1;
      throw new GatewayError('store.full', 'the disk is full', { hint: 'Make room.' });
    };
    for (const pdu of many(5)) rig.simulator.injectPdu(pdu);
    await until(() => attempts > 8);
    expect(rig.simulator.stores.ME.used).toBe(5);
    expect(rig.modem.state.phase).toBe('ready');
    const message = 'received messages cannot be stored: the disk is full';
    expect(rig.listener.alerts).toEqual([{ code: 'store.full', message, hint: 'Make room.' }]);
    rig.listener.before = () => undefined;
    await until(() => rig.simulator.stores.ME.used === 0);
    expect(new Set(rig.listener.pdus)).toEqual(new Set(many(5)));
  });
});
