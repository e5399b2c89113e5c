import { describe, expect, test } from 'vitest';
import { ready, startRig, until } from '../rig.ts';
import { play, settled } from '../scene.ts';
import type { Reply } from '../scripted-modem.ts';

/** "hello" to +14155551234. */
const hello = { pdu: '0001000B915114555521F3000005E8329BFD06', tpduLength: 18 };
const rungsOf = (alerts: readonly object[]) => alerts.flatMap((alert) => ('rung' in alert ? [alert.rung] : []));

describe('a modem with a signal and no network', () => {
  test('has its radio switched off and on after five minutes, and not before', async () => {
    let stat = 2;
    let offAt = 0;
    const scene = play((line) => {
      if (line === 'AT+CFUN=4') offAt = scene.clock.now();
      if (line === 'AT+CFUN=1') stat = 1;
      return /^AT\+C(?:G|E)?REG\?$/.test(line) ? [`+${line.slice(3, -1)}: 2,${stat}`, 'OK'] : undefined;
    });
    const start = scene.clock.now();
    await until(() => scene.modem.state.registration === 'home' && scene.modem.state.problem === null);
    await scene.stop();
    expect(offAt - start).toBeGreaterThanOrEqual(300_000);
    expect(offAt - start).toBeLessThan(330_000);
    expect(scene.script.written.filter((line) => /^AT\+CFUN=/.test(line))).toEqual(['AT+CFUN=4', 'AT+CFUN=1']);
    expect(scene.listener.alerts.map(({ code }) => code)).toEqual(['network.not_found', 'modem.recovery']);
  });

  test('tells how its radio starts after that, and goes on; its supply is not blamed', async () => {
    let openedBeforeReset = 0;
    const scene = play((line) => {
      if (line === 'AT+CFUN=1,1') openedBeforeReset ||= scene.script.opened;
      if (line === 'AT+CFUN=1') {
        const words = '\r\n+CPIN: READY\r\n\r\nSMS DONE\r\n';
        void scene.clock.sleep(1_000).then(() => scene.script.say(words));
      }
      return /^AT\+C(?:G|E)?REG\?$/.test(line) ? [`+${line.slice(3, -1)}: 2,2`, 'OK'] : undefined;
    });
    await until(() => rungsOf(scene.listener.alerts).filter((rung) => rung === 'radio').length >= 4);
    await scene.stop();
    expect(openedBeforeReset).toBe(1);
    expect(scene.listener.alerts.map(({ code }) => code)).not.toContain('low_power');
  });

  test('is restarted where that does not help', async () => {
    const scene = play((line) =>
      /^AT\+C(?:G|E)?REG\?$/.test(line) ? [`+${line.slice(3, -1)}: 2,2`, 'OK'] : undefined,
    );
    await until(() => scene.script.count('AT+CFUN=1,1') > 0);
    await until(() => scene.script.opened > 1);
    await scene.stop();
    expect(rungsOf(scene.listener.alerts).slice(0, 2)).toEqual(['radio', 'module_reset']);
  });

  test.each([
    ['denied', 3, 'network.denied', 20],
    ['for emergency calls only', 8, 'network.emergency_only', 20],
    ['without a signal', 2, 'network.no_coverage', 99],
  ])('that is %s is told about and left alone', async (_, stat, code, csq) => {
    const scene = play((line) => {
      if (line === 'AT+CSQ') return [`+CSQ: ${csq},99`, 'OK'];
      return /^AT\+C(?:G|E)?REG\?$/.test(line) ? [`+${line.slice(3, -1)}: 2,${stat}`, 'OK'] : undefined;
    });
    await until(() => scene.modem.state.problem?.code === code);
    const start = scene.clock.now();
    await until(() => scene.clock.now() - start > 3_600_000);
    expect(scene.modem.state).toMatchObject({ phase: 'ready', problem: { code, hint: expect.any(String) } });
    await scene.stop();
    expect(scene.listener.alerts.map((alert) => alert.code)).toEqual([code]);
    expect(scene.script.written.filter((line) => /^AT\+CFUN=/.test(line))).toEqual([]);
  });
});

describe('a modem whose sends fail', () => {
  const refusing = (cms: number) => {
    const answers = (line: string): Reply | undefined => {
      if (line.endsWith('\x1a')) return [`+CMS ERROR: ${cms}`];
      return line === 'AT+CMGS=18' ? ['> '] : undefined;
    };
    return play(answers);
  };

  test('three times in a row for reasons that pass has its radio switched off and on, between two messages', async () => {
    const scene = refusing(38);
    await settled(scene);
    await Promise.all([1, 2, 3, 4].map(() => scene.modem.send([hello])));
    await until(() => scene.script.count('AT+CFUN=1') > 0);
    await scene.stop();
    const order = scene.script.written.filter((line) => line.startsWith('AT+CFUN=') || line.startsWith('AT+CMGS'));
    expect(order).toEqual([...Array(4).fill('AT+CMGS=18'), 'AT+CFUN=4', 'AT+CFUN=1']);
    expect(rungsOf(scene.listener.alerts)).toEqual(['radio']);
  });

  test.each([21, 27, 192])('for error %i, which is not its fault, is left alone', async (cms) => {
    const scene = refusing(cms);
    await settled(scene);
    for (let n = 0; n < 6; n += 1) await scene.modem.send([hello]);
    await scene.stop();
    expect(scene.script.count('AT+CFUN=')).toBe(0);
    expect(scene.listener.alerts).toEqual([]);
  });
});

describe('a modem that stops answering', () => {
  test('is opened again three times, then told blindly to restart, and is ready when that helped', async () => {
    let isMute = false;
    const scene = play((line) => {
      if (line === 'AT+CFUN=1,1') isMute = false;
      return isMute ? null : undefined;
    });
    await settled(scene);
    isMute = true;
    await until(() => rungsOf(scene.listener.alerts).includes('module_reset') && !isMute);
    await settled(scene);
    await scene.stop();
    expect(rungsOf(scene.listener.alerts)).toEqual(['reopen', 'module_reset']);
    expect(scene.script.opened).toBe(6);
  });

  test('and never answered is told nothing it may not understand', async () => {
    const scene = play(() => null);
    await until(() => rungsOf(scene.listener.alerts).includes('alarm'));
    await scene.stop();
    expect(scene.script.count('AT+CFUN')).toBe(0);
    expect(rungsOf(scene.listener.alerts)).toEqual(['reopen', 'alarm']);
  });

  test('comes back on a real terminal too, with a send in between that nobody knows of', async () => {
    await using rig = await startRig();
    await ready(rig);
    rig.simulator.fault({ kind: 'silence', command: 'AT+CMGS', stage: 'payload' });
    rig.simulator.fault({ kind: 'drop', returnsAfter: 300 });
    expect(await rig.modem.send([hello])).toMatchObject({ is: expect.stringMatching(/unknown|not_sent/) });
    await ready(rig);
    expect(rungsOf(rig.listener.alerts)).toEqual([]);
  });
});

describe('a modem that went away', () => {
  test('has its power cut and restored after two minutes, where there is a command for it', async () => {
    await using rig = await startRig({
      modem: { intervals: { gone: 200 } },
      deps: { hooks: { usb: null, power: ['true'] } },
    });
    await ready(rig);
    rig.simulator.fault({ kind: 'drop', returnsAfter: 1_000 });
    await until(() => rungsOf(rig.listener.alerts).includes('power_cycle'));
    await ready(rig);
    expect(rungsOf(rig.listener.alerts)).toEqual(['power_cycle']);
  });

  test('is just waited for where there is none', async () => {
    await using rig = await startRig({ modem: { intervals: { gone: 50 } } });
    await ready(rig);
    rig.simulator.fault({ kind: 'drop', returnsAfter: 400 });
    await until(() => rig.modem.state.phase === 'absent');
    await ready(rig);
    expect(rungsOf(rig.listener.alerts)).toEqual([]);
  });
});
