import { describe, expect, type TestContext, test } from 'vitest';
import { simulatedFamily } from '../../../src/simulator/profiles/families.ts';
import { until } from '../rig.ts';
import { createStage, readyWith } from './stage.ts';

const imei = '350141655512349';
const question = 'AT+QURCCFG="urcport"';

/** A Quectel EC25 on the AT port of that interface, which answers so to where it announces. */
async function modemOn(finished: TestContext['onTestFinished'], at: string, answer: readonly string[]) {
  const stage = createStage(finished);
  const profile = { ...simulatedFamily('quectel-ec2x'), literal: { [question]: answer } };
  const simulator = await stage.simulator({ imei, profile });
  stage.machine.plug({
    position: '1-1',
    ids: '2c7c:0125',
    interfaces: [{ number: at, endpoints: 3, tty: stage.lineOf(simulator) }],
  });
  const { m1, listener } = stage.modems({ m1: '/dev/ttyUSB0' });
  await readyWith(m1, imei);
  await m1?.refresh();
  return { m1, listener };
}

describe.concurrent('a modem that announces messages on one of its ports', () => {
  test('is told of where that is another one than ours, once', async ({ onTestFinished }) => {
    const { m1, listener } = await modemOn(onTestFinished, '03', ['+QURCCFG: "urcport","usbat"', 'OK']);
    await until(() => listener.alerts.length > 0);
    m1?.restart('a test');
    await until(() => m1?.state.phase !== 'ready');
    await readyWith(m1, imei);
    await m1?.refresh();
    expect(listener.alerts).toEqual([
      {
        code: 'announced_elsewhere',
        message: expect.stringContaining('another of its ports'),
        hint: expect.stringContaining('AT+QURCCFG="urcport","all"'),
      },
    ]);
  });

  test.for([
    ['03', '+QURCCFG: "urcport","usbmodem"'],
    ['02', '+QURCCFG: "urcport","usbat"'],
    ['03', '+QURCCFG: "urcport","all"'],
    ['03', '+CME ERROR: 50'],
  ] as const)('is left in peace on interface %s where it says %s', async ([at, answer], { onTestFinished }) => {
    const { listener } = await modemOn(onTestFinished, at, answer.startsWith('+CME') ? [answer] : [answer, 'OK']);
    expect(listener.alerts).toEqual([]);
  });
});
