import { describe, expect, test } from 'vitest';
import { type ModemFamily, modemFamilies } from '../../src/domain/modem-family.ts';
import { families, familyNamed } from '../../src/modem/profiles/families.ts';
import { simulatedFamilies } from '../../src/simulator/profiles/families.ts';
import { allCame, deliver, hello, noSweep, reported, settledFamily, startFamily, stored } from './family-rig.ts';
import { ready, until } from './rig.ts';
import { play, settled } from './scene.ts';

/** What each is found to do; and whether its profile can be asked to pass messages on. */
const found: Readonly<Record<ModemFamily, { indications: string; storages: string; direct: boolean }>> = {
  generic: { indications: '2,1,0,1,0', storages: 'ME SM', direct: true },
  sim800: { indications: '2,1,0,1,0', storages: 'ME SM', direct: false },
  sim7600: { indications: '1,1,0,1,0', storages: 'SM ME', direct: false },
  a76xx: { indications: '1,1,0,1,0', storages: 'ME SM', direct: false },
  sim70x0: { indications: '2,1,0,2,0', storages: 'SM', direct: false },
  'quectel-ec2x': { indications: '2,1,0,1,0', storages: 'ME SM', direct: true },
  'quectel-ec200': { indications: '2,1,0,1,0', storages: 'ME SM', direct: true },
  air780: { indications: '2,1,0,1,0', storages: 'SM ME', direct: false },
  ml307: { indications: '2,1,0,1,0', storages: 'SM ME', direct: false },
  'huawei-e3372': { indications: '1,1,0,1,0', storages: 'SM ME', direct: false },
  'huawei-e1xxx': { indications: '1,1,0,1,0', storages: 'SM ME', direct: false },
  zte: { indications: '1,1,0,1,0', storages: 'SM ME', direct: false },
  wavecom: { indications: '2,1,0,1,0', storages: 'SM', direct: true },
  cinterion: { indications: '2,1,0,2,1', storages: 'SM ME', direct: false },
};

test('each family has a profile and a simulated modem, and the generic one takes what is left', () => {
  expect(families.map(({ id }) => id).sort()).toEqual([...modemFamilies].sort());
  expect(simulatedFamilies.map(({ id }) => id).sort()).toEqual([...modemFamilies].sort());
  expect(families.at(-1)?.id).toBe('generic');
});

test('a family that wants pauses between commands gets them', async () => {
  const times: number[] = [];
  const scene = play((line) => {
    times.push(scene.clock.now());
    if (line === 'AT+CGMI') return ['huawei', 'OK'];
    return line === 'AT+CGMM' ? ['E1752', 'OK'] : undefined;
  });
  expect(await settled(scene)).toBe('ready');
  await scene.stop();
  const [from, to] = [scene.script.written.indexOf('AT^CURC=0'), scene.script.written.indexOf('AT+CPMS=?')];
  const pauses = times.slice(from + 1, to).map((time, at) => time - (times[from + at] ?? 0));
  expect(pauses.length).toBeGreaterThan(5);
  for (const pause of pauses) expect(pause).toBeGreaterThanOrEqual(familyNamed('huawei-e1xxx').gap);
});

describe.concurrent.each(modemFamilies)('%s', (id) => {
  test('is recognised and set up, however long its SIM is busy', async () => {
    await using rig = await startFamily(id, {
      prepare(simulator) {
        simulator.fault({ kind: 'error', cme: id === 'wavecom' ? 515 : 14, command: 'AT+CPIN?', times: 2 });
        simulator.fault({ kind: 'error', cme: 14, command: `AT${rigless(id)}`, times: 2 });
        for (const command of ['AT+CMGF', 'AT+CSCA?', 'AT+CPMS="', 'AT+CNMI=?', 'AT+CNMI=2', 'AT+CNMI=1'])
          simulator.fault({ kind: 'error', cms: 314, command, times: 1 });
        simulator.fault({ kind: 'error', text: '+CMS ERROR: SIM busy', command: 'AT+CPMS="' });
      },
    });
    await ready(rig);
    const told = rig.logged.map((line) => JSON.parse(line)).find(({ msg }) => msg === 'modem ready');
    expect(told).toMatchObject({ profile: id, indications: found[id].indications });
    expect(rig.modem.state).toMatchObject({ line: '8901260000000000001', smsc: '+12063130004', sim: 'ready' });
    expect(rig.modem.state.storages.map(({ name }) => name).join(' ')).toBe(found[id].storages);
  });

  test('receives in every form of header, by announcement and by sweep', async () => {
    await using rig = await startFamily(id, { modem: { intervals: noSweep } });
    await settledFamily(rig);
    const expected: string[] = [];
    const next = () => {
      expected.push(deliver(expected.length));
      return expected.at(-1) ?? '';
    };
    for (const header of ['empty', 'quoted', 'missing', 'one_line'] as const) {
      rig.simulated.header = header;
      rig.simulator.injectPdu(next());
      await allCame(rig, expected);
      rig.simulator.injectPdu(next(), rig.receives, { notify: false });
      rig.simulator.injectPdu(next(), rig.simulated.readable[0] ?? 'SM', { notify: false });
      await rig.modem.refresh();
      await allCame(rig, expected);
    }
    expect(rig.listener.pdus).toEqual(expect.arrayContaining(expected));
    expect(rig.listener.pdus).toHaveLength(expected.length);
    expect(rig.logged.join('')).not.toContain('refused access');
  });

  test('receives what is announced without a place, in another storage, short, or not there any more', async () => {
    await using rig = await startFamily(id, { modem: { intervals: noSweep } });
    await settledFamily(rig);
    const { simulator, receives } = rig;
    const lines = [`+CMTI: "${receives}",-1`, '+CMTI: ,-1', `+CMTI: "${receives}",`, `+CMTI:${receives}`];
    for (const [n, line] of lines.entries()) {
      simulator.injectPdu(deliver(n), receives, { notify: false });
      simulator.fault({ kind: 'urc', line });
      await allCame(rig, [deliver(n)]);
    }
    simulator.fault({ kind: 'stale_notification', index: 3 });
    simulator.fault({ kind: 'stale_notification', index: 4, storage: 'ME' });
    simulator.fault({ kind: 'short_pdu', command: 'AT+CMGR' });
    for (const name of rig.simulated.readable) simulator.injectPdu(deliver(name === 'SM' ? 10 : 11), name);
    await allCame(
      rig,
      rig.simulated.readable.map((name) => deliver(name === 'SM' ? 10 : 11)),
    );
    expect(new Set(rig.listener.pdus).size).toBe(rig.listener.pdus.length);
  });

  test('receives and sends long messages, and gets the report on what it sent', async () => {
    await using rig = await startFamily(id, { modem: { intervals: noSweep } });
    await settledFamily(rig);
    rig.simulator.injectText({ from: '+14155550000', text: 'long '.repeat(60) });
    await until(() => rig.listener.deletions.length === 2);
    expect(await rig.modem.send([hello, hello, reported])).toMatchObject({ is: 'sent', references: [1, 2, 3] });
    await until(() => rig.listener.pdus.some((pdu) => /^07912160130300F40603/.test(pdu)), 'the report');
    await until(() => stored(rig.simulator.stores) === 0);
  });

  test('empties a full storage, and what waited at the service centre comes in', async () => {
    const pdus = Array.from({ length: 12 }, (_, n) => deliver(n));
    await using rig = await startFamily(id, { size: 3, modem: { intervals: { sweep: 60_000 } } });
    await settledFamily(rig);
    for (const pdu of pdus) rig.simulator.injectPdu(pdu);
    await allCame(rig, pdus);
    expect(rig.simulator.waiting).toBe(0);
  });

  test('asks the network by USSD', async () => {
    await using rig = await startFamily(id);
    await ready(rig);
    rig.simulator.answerUssd('*100#', 'Balance: 5.00, thank you');
    await rig.modem.ussd('*100#');
    await until(() => rig.listener.answers.length === 1);
    expect(rig.listener.answers).toEqual([{ text: 'Balance: 5.00, thank you', replyExpected: false }]);
  });
});

function rigless(id: ModemFamily): string {
  return simulatedFamilies.find((family) => family.id === id)?.iccid.name ?? '';
}
