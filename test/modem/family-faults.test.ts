import { describe, expect, test } from 'vitest';
import { type ModemFamily, modemFamilies } from '../../src/domain/modem-family.ts';
import type { Fault } from '../../src/simulator/fault.ts';
import {
  allCame,
  deliver,
  type FamilyRig,
  hello,
  noSweep,
  reported,
  settledFamily,
  startFamily,
  stored,
} from './family-rig.ts';
import { ready, until } from './rig.ts';

/** What a modem says of itself in the middle of something else. */
const chatter = ['^RSSI:20', 'RING', '+CREG: 1,"D509","80D413D",7', '+CMTI: "SM",7', 'UNDER-VOLTAGE WARNNING'];

describe.concurrent.each(modemFamilies)('%s', (id) => {
  test('bears echo, a banner with NULs, split answers, and lines in the middle of answers and prompts', async () => {
    await using rig = await startFamily(id, {
      prepare(simulator) {
        simulator.fault({ kind: 'banner' });
        simulator.fault({ kind: 'split', pieces: 5, times: 10 });
        simulator.fault({ kind: 'echo', command: 'AT+CPMS' });
        simulator.injectPdu(deliver(1));
        simulator.injectPdu(deliver(2), 'SM');
        for (const line of chatter) simulator.fault({ kind: 'urc', line, command: 'AT+CMGL', stage: 'reply' });
      },
    });
    await ready(rig);
    await allCame(rig, [deliver(1), deliver(2)]);
    for (const line of chatter) rig.simulator.fault({ kind: 'urc', line, command: 'AT+CMGS', stage: 'prompt' });
    rig.simulator.fault({ kind: 'echo' });
    rig.simulator.fault({ kind: 'urc', line: '+CMTI: "SM",1', command: 'AT+CMGS', stage: 'payload' });
    for (let n = 1; n <= chatter.length; n += 1) expect(await rig.modem.send([hello])).toMatchObject({ is: 'sent' });
    expect(rig.simulator.sent.map(({ text }) => text)).toEqual(chatter.map(() => 'hello'));
  });

  test('knows a slot that was read before from one that was filled again', async () => {
    await using rig = await startFamily(id, { modem: { intervals: noSweep } });
    await settledFamily(rig);
    const { firstIndex } = rig.simulated;
    for (let n = 0; n < 6; n += 1) {
      rig.simulator.injectPdu(deliver(n));
      await allCame(rig, [deliver(n)]);
      rig.simulator.fault({ kind: 'stale_notification', index: firstIndex });
    }
    await rig.modem.refresh();
    expect(rig.listener.pdus).toEqual(Array.from({ length: 6 }, (_, n) => deliver(n)));
  });

  test('that answers with errors in words is read all the same', async () => {
    const busy = { kind: 'error', text: '+CMS ERROR: (U)SIM busy' } as const;
    await using rig = await startFamily(id, {
      modem: { intervals: noSweep },
      prepare(simulator) {
        simulator.fault({ kind: 'error', text: '+CME ERROR: SIM busy', command: 'AT+CPIN?' });
        for (const command of ['AT+CMGF', 'AT+CPMS="', 'AT+CNMI']) simulator.fault({ ...busy, command });
      },
    });
    await settledFamily(rig);
    rig.simulator.fault({ kind: 'error', text: '+CMS ERROR: invalid memory index', command: 'AT+CMGR' });
    rig.simulator.fault({ kind: 'stale_notification', index: 2 });
    rig.simulator.injectPdu(deliver(1));
    await rig.modem.refresh();
    await allCame(rig, [deliver(1)]);
    rig.simulator.fault({ kind: 'error', text: '+CMS ERROR: SIM not inserted', command: 'AT+CMGS' });
    expect(await rig.modem.send([hello])).toMatchObject({ is: 'not_sent', error: { code: 'cms.310' } });
  });

  test('types a wrong PIN once, and the right one too', async () => {
    await using rig = await startFamily(id, { simulator: { pin: '4321' }, modem: { pin: '1234' } });
    await until(() => rig.modem.state.phase === 'failed');
    expect(rig.modem.state.problem?.code).toBe('sim.pin_wrong');
    await until(() => rig.logged.length > 0);
    expect(rig.pins.tried.size).toBeGreaterThan(0);
    await using open = await startFamily(id, { simulator: { pin: '0042' }, modem: { pin: '0042' } });
    await ready(open);
    expect(open.modem.state.sim).toBe('ready');
  });

  test('that is unplugged and comes back elsewhere is the same line', async () => {
    await using rig = await startFamily(id);
    await ready(rig);
    const before = rig.simulator.path;
    rig.simulator.fault({ kind: 'drop', returnsAfter: 100 });
    rig.simulator.injectPdu(deliver(1));
    await until(() => rig.simulator.path !== before, 'another port');
    await allCame(rig, [deliver(1)]);
    expect(rig.modem.state.line).toBe('8901260000000000001');
  });
});

/** Where each strikes. */
const reboots: readonly Fault[] = [
  { kind: 'reboot', downFor: 50, busyFor: 100, command: 'AT+CPMS=', stage: 'command' },
  { kind: 'reboot', downFor: 50, busyFor: 100, command: 'AT+CMGL', stage: 'reply' },
  { kind: 'reboot', downFor: 50, busyFor: 100, command: 'AT+CMGR', stage: 'reply' },
  { kind: 'reboot', downFor: 50, busyFor: 100, command: 'AT+CMGD', stage: 'command' },
];
const drops: readonly Fault[] = [
  { kind: 'drop', returnsAfter: 50, command: 'AT+CNMI=', stage: 'command' },
  { kind: 'drop', returnsAfter: 50, command: 'AT+CMGL', stage: 'reply' },
  { kind: 'drop', returnsAfter: 50, command: 'AT+CMGR', stage: 'reply' },
];

describe.concurrent.each(modemFamilies)('%s, disturbed in the middle of everything,', (id) => {
  test.each([
    ['restarted', reboots],
    ['unplugged', drops],
  ])('%s, loses nothing and comes back', async (_how, faults) => {
    await using rig = await startFamily(id, { modem: { intervals: { starting: 200 } } });
    for (const [n, fault] of faults.entries()) {
      rig.simulator.fault(fault);
      rig.simulator.injectPdu(deliver(2 * n));
      rig.simulator.injectPdu(deliver(2 * n + 1), rig.simulated.readable[0]);
      await allCame(rig, [deliver(2 * n), deliver(2 * n + 1)]);
    }
    await ready(rig);
  });

  test('says of a message that was under way that nobody knows, and sends the next one', async () => {
    await using rig = await startFamily(id);
    await ready(rig);
    rig.simulator.fault({ kind: 'reboot', downFor: 50, command: 'AT+CMGS', stage: 'payload' });
    expect(await rig.modem.send([hello])).toMatchObject({ is: 'unknown' });
    await until(() => rig.modem.state.phase !== 'ready');
    await ready(rig);
    expect(await rig.modem.send([reported])).toMatchObject({ is: 'sent' });
  });
});

/** What takes its time runs in all families at once. */
async function inEveryFamily(run: (rig: FamilyRig) => Promise<void>): Promise<void> {
  const wrong: ModemFamily[] = [];
  await Promise.all(
    modemFamilies.map(async (id) => {
      await using rig = await startFamily(id, { modem: { intervals: noSweep } });
      await settledFamily(rig).then(
        () => run(rig),
        () => wrong.push(id),
      );
    }),
  );
  expect(wrong).toEqual([]);
}

test.concurrent('in every family a late answer is not taken for the next one, and a lost OK loses no reference', async () => {
  await inEveryFamily(async (rig) => {
    rig.simulator.fault({ kind: 'late', delay: 3_300, command: 'AT+CMMS' });
    rig.simulator.fault({ kind: 'ok_lost', command: 'AT+CMGS' });
    expect(await rig.modem.send([hello, hello])).toMatchObject({ is: 'sent', references: [1, 2] });
    rig.simulator.injectPdu(deliver(1));
    await allCame(rig, [deliver(1)]);
  });
}, 40_000);

test.concurrent('in every family a message that the network takes long over is waited for', async () => {
  await inEveryFamily(async (rig) => {
    rig.simulator.fault({ kind: 'slow_send', delay: 2_000 });
    rig.simulator.fault({ kind: 'slow_send', delay: 1_000, cms: 350 });
    const sends = Promise.all([rig.modem.send([hello]), rig.modem.send([hello])]);
    rig.simulator.injectPdu(deliver(1));
    expect(await sends).toMatchObject([{ is: 'sent' }, { is: 'failed', error: { code: 'cms.350', retryable: true } }]);
    await allCame(rig, [deliver(1)]);
    expect(stored(rig.simulator.stores)).toBe(0);
  });
}, 40_000);
