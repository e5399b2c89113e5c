import { describe, expect, test } from 'vitest';
import { GatewayError } from '../../src/errors.ts';
import { acknowledge } from '../../src/modem/commands/indications.ts';
import { allCame, deliver, hello, noSweep, settledFamily, startFamily } from './family-rig.ts';
import { ready, until } from './rig.ts';
import { play, settled } from './scene.ts';

const direct = { modem: { direct: true, intervals: noSweep } };
const isPassedOn = ({ storage }: { readonly storage: string }) => storage === 'CMT';

describe('messages that are passed on', () => {
  test.each(['generic', 'quectel-ec2x', 'quectel-ec200', 'wavecom'] as const)(
    'of a modem like %s are committed first and acknowledged then, one after the other',
    async (id) => {
      await using rig = await startFamily(id, direct);
      await settledFamily(rig);
      const waiting: number[] = [];
      rig.listener.before = async () => {
        await new Promise((resolve) => setTimeout(resolve, 20));
        waiting.push(rig.simulator.waiting);
      };
      expect([1, 2, 3].map((n) => rig.simulator.injectPdu(deliver(n)))).toEqual([0, -1, -1]);
      await until(() => rig.listener.deletions.length === 3, 'three acknowledgements');
      expect(waiting).toEqual([2, 1, 0]);
      expect(rig.listener.pdus).toEqual([1, 2, 3].map(deliver));
      expect(rig.listener.batches.flat().map(({ slot }) => slot)).toEqual(rig.listener.deletions);
      expect(rig.listener.deletions.every(isPassedOn)).toBe(true);
    },
  );

  test('are not acknowledged while nothing can be stored, and are afterwards', async () => {
    await using rig = await startFamily('generic', direct);
    await settledFamily(rig);
    let refusals = 3;
    rig.listener.before = () => {
      refusals -= 1;
      if (refusals < 0) return;
      expect(rig.listener.deletions).toEqual([]);
      throw new GatewayError('store.full', 'the disk is full');
    };
    rig.simulator.injectPdu(deliver(1));
    rig.simulator.injectPdu(deliver(2));
    await until(() => rig.listener.deletions.length === 2);
    expect(rig.listener.pdus).toEqual([deliver(1), deliver(2)]);
    expect(rig.listener.alerts.map(({ code }) => code)).toEqual(['store.full']);
  });

  test('are acknowledged as soon as a send lets go of the line', async () => {
    await using rig = await startFamily('generic', direct);
    await settledFamily(rig);
    rig.simulator.fault({ kind: 'slow_send', delay: 300 });
    const sends = Promise.all([rig.modem.send([hello]), rig.modem.send([hello])]);
    await new Promise((resolve) => setTimeout(resolve, 100));
    rig.simulator.injectPdu(deliver(1));
    await until(() => rig.listener.pdus.length === 1);
    expect(rig.simulator.sent).toHaveLength(0);
    await until(() => rig.listener.deletions.length === 1);
    expect(await sends).toMatchObject([{ is: 'sent' }, { is: 'sent' }]);
  });

  test('that are alike are all handed over', async () => {
    await using rig = await startFamily('generic', direct);
    await settledFamily(rig);
    for (let n = 1; n <= 3; n += 1) {
      rig.simulator.injectPdu(deliver(1));
      await until(() => rig.listener.deletions.length === n);
    }
    expect(rig.listener.pdus).toEqual([deliver(1), deliver(1), deliver(1)]);
  });

  test('that are alike are all handed over, also where one comes in the same breath as the OK for the one before', async () => {
    let left = 3;
    const passed = ['+CMT: ,24', deliver(1)];
    const scene = play(
      (line) => {
        if (line === 'AT+CNMI?') return ['+CNMI: 2,2,0,1,0', 'OK'];
        if (line !== 'AT+CNMA=0') return undefined;
        left -= 1;
        return left > 0 ? ['OK', ...passed] : ['OK'];
      },
      { direct: true },
    );
    expect(await settled(scene)).toBe('ready');
    scene.script.say(`\r\n${passed.join('\r\n')}\r\n`);
    await until(() => scene.script.count('AT+CNMA=0') === 3);
    await scene.stop();
    expect(scene.listener.pdus).toEqual([deliver(1), deliver(1), deliver(1)]);
    expect(scene.listener.deletions).toHaveLength(3);
  });

  test('a second time, because they were not acknowledged in time, are not handed over again: passed on or stored', async () => {
    let refuses = true;
    const scene = play(
      (line) => {
        if (line === 'AT+CNMI?') return ['+CNMI: 2,2,0,1,0', 'OK'];
        if (line === 'AT+CMGR=3') return ['+CMGR: 0,,24', deliver(1), 'OK'];
        return refuses && line === 'AT+CNMA=0' ? ['+CMS ERROR: 340'] : undefined;
      },
      { direct: true },
    );
    expect(await settled(scene)).toBe('ready');
    scene.script.say(`\r\n+CMT: ,24\r\n${deliver(1)}\r\n`);
    await until(() => scene.script.count('AT+CNMA=0') === 1);
    refuses = false;
    // TP-MMS is another one (TS 23.040 9.2.3.2).
    const again = deliver(1).replace(/^07912160130300F404/, '07912160130300F400');
    scene.script.say(`\r\n+CMT: ,24\r\n${again}\r\n`);
    await until(() => scene.script.count('AT+CNMA=0') === 2);
    scene.script.say(`\r\n+CMT: ,24\r\n${deliver(2)}\r\n`);
    await until(() => scene.listener.pdus.includes(deliver(2)));
    expect(scene.listener.pdus).toEqual([deliver(1), deliver(2)]);
    await scene.stop();
  });

  test('and stored as well, because they were not acknowledged in time, are deleted and not handed over again', async () => {
    const scene = play(
      (line) => {
        if (line === 'AT+CNMI?') return ['+CNMI: 2,2,0,1,0', 'OK'];
        if (line === 'AT+CMGR=3') return ['+CMGR: 0,,24', deliver(1), 'OK'];
        return line === 'AT+CNMA=0' ? ['+CMS ERROR: 340'] : undefined;
      },
      { direct: true },
    );
    expect(await settled(scene)).toBe('ready');
    scene.script.say(`\r\n+CMT: ,24\r\n${deliver(1)}\r\n`);
    await until(() => scene.script.count('AT+CNMA=0') === 1);
    scene.script.say('\r\n+CMTI: "ME",3\r\n');
    await until(() => scene.script.count('AT+CMGD=3') === 1);
    expect(scene.listener.pdus).toEqual([deliver(1)]);
    await scene.stop();
  });

  test('stop where an acknowledgement is refused, and the modem is set up anew', async () => {
    await using rig = await startFamily('generic', { modem: { direct: true, intervals: { settings: 60_000 } } });
    await ready(rig);
    rig.simulator.fault({ kind: 'error', cms: 340, command: 'AT+CNMA' });
    rig.simulator.fault({ kind: 'error', text: '+CNMI: 2,0,0,0,0\r\n\r\nOK', command: 'AT+CNMI?' });
    rig.simulator.injectPdu(deliver(1));
    await until(() => rig.modem.state.phase !== 'ready');
    await ready(rig);
    expect(rig.listener.pdus).toEqual([deliver(1)]);
  });

  test('go along with stored ones: what only a storage takes is announced and read', async () => {
    await using rig = await startFamily('generic', direct);
    await settledFamily(rig);
    rig.simulator.injectPdu(deliver(1), 'SM');
    rig.simulator.injectPdu(deliver(2));
    await allCame(rig, [deliver(1), deliver(2)]);
  });

  test('are asked for again after a restart', async () => {
    await using rig = await startFamily('generic', direct);
    await settledFamily(rig);
    rig.simulator.fault({ kind: 'reboot', downFor: 50 });
    await until(() => rig.modem.state.phase !== 'ready');
    await ready(rig);
    expect(rig.simulator.injectPdu(deliver(1))).toBe(0);
    await until(() => rig.listener.deletions.length === 1);
  });
});

describe('a modem that shall pass messages on and does not', () => {
  test.each(['sim800', 'huawei-e3372', 'cinterion'] as const)('stores them, as %s does, and says so', async (id) => {
    await using rig = await startFamily(id, direct);
    await settledFamily(rig);
    expect(rig.simulator.injectPdu(deliver(1))).toBeGreaterThanOrEqual(0);
    await allCame(rig, [deliver(1)]);
    expect(rig.listener.deletions.some(isPassedOn)).toBe(false);
    expect(rig.logged.join('')).toContain('does not pass messages on');
  });

  test.each([
    ['AT+CSMS=1', []],
    ['AT+CNMI=2,2,0,1,0', ['AT+CNMI=1,2,0,1,0']],
  ])('because it refuses %s is told that none need be acknowledged', async (refused, tried) => {
    const refuses = [refused, ...tried];
    const scene = play((line) => (refuses.includes(line) ? ['ERROR'] : undefined), { direct: true });
    expect(await settled(scene)).toBe('ready');
    scene.script.say(`\r\n+CMT: ,24\r\n${deliver(1)}\r\n`);
    await until(() => scene.listener.pdus.length === 1);
    await scene.stop();
    expect(scene.listener.batches[0]?.[0]?.slot).toBeNull();
    expect(scene.script.written.lastIndexOf('AT+CSMS=0')).toBeGreaterThan(scene.script.written.indexOf('AT+CSMS=1'));
    expect(scene.script.count(acknowledge.line)).toBe(0);
  });
});

test('an acknowledgement is written as the standard has it', () => {
  expect(acknowledge.line).toBe('AT+CNMA=0');
});
