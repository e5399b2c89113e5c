import { describe, expect, type TestContext, test } from 'vitest';
import { expectModem } from '../../../src/modem/discovery/finder.ts';
import { survey } from '../../../src/modem/discovery/survey.ts';
import { openPort } from '../../../src/modem/open-port.ts';
import { until } from '../rig.ts';
import { createStage, readyWith, Stage } from './stage.ts';

const imei = '350141655512349';
const bridge = '/dev/serial/by-path/usb-0:1:1.0-port0';

/** A modem that understands one rate only, behind a bridge or a USB device of its own; `tried` are the rates it was opened at. */
async function oneModem(finished: TestContext['onTestFinished'], { ids = '1a86:7523', speaks = 9_600 } = {}) {
  const tried: (number | undefined)[] = [];
  let line = '';
  const rate = { speaks };
  const stage = createStage(finished, {
    openPort: (path, options) => {
      tried.push(options.baudRate);
      return openPort(options.baudRate === rate.speaks ? path : line, options);
    },
  });
  line = await stage.mute();
  const simulator = await stage.simulator({ imei });
  stage.machine.plug({
    position: '1-1',
    ids,
    interfaces: [{ number: '00', endpoints: 3, tty: stage.lineOf(simulator) }],
  });
  return { stage, tried, rate };
}

describe.concurrent('a modem behind a line', () => {
  test.for([
    [bridge, 9_600],
    ['/dev/ttyUSB0', 460_800],
  ] as const)('at %s is spoken to at its configured rate and no other: %d', async ([port, baud], context) => {
    const { stage, tried } = await oneModem(context.onTestFinished, { speaks: baud });
    stage.discovery.rates.configure('m1', baud);
    const { m1 } = stage.modems({ m1: port });
    await readyWith(m1, imei);
    expect(new Set(tried)).toEqual(new Set([baud]));
  });

  test('is found by its IMEI at the configured rate, and opened at it', async ({ onTestFinished }) => {
    const { stage, tried } = await oneModem(onTestFinished);
    stage.discovery.rates.configure('m1', 9_600);
    const { m1 } = stage.modems({ m1: `imei:${imei}` });
    await readyWith(m1, imei);
    expect(tried).toEqual([115_200, 9_600, 9_600]);
  });

  test('that stays mute is asked at the other rates, and the right one is told, not taken', async ({
    onTestFinished,
  }) => {
    const { stage, rate } = await oneModem(onTestFinished, { speaks: 57_600 });
    const { m1, listener } = stage.modems({ m1: bridge });
    await until(() => m1?.state.phase === 'failed');
    expect(m1?.state.problem).toEqual({
      code: 'port.baud',
      message: 'the modem answers at 57600 baud, not at 115200: set baud: 57600',
      hint: 'Set `baud: 57600` for this modem.',
    });
    // Meanwhile somebody set the modem right.
    rate.speaks = 115_200;
    await readyWith(m1, imei);
    expect(listener.alerts.filter(({ code }) => code === 'port.baud')).toHaveLength(1);
  });

  test('that takes any rate and was still starting is used at its own one', async ({ onTestFinished }) => {
    const tried: (number | undefined)[] = [];
    let line = '';
    const stage = createStage(onTestFinished, {
      openPort: (path, options) => openPort(tried.push(options.baudRate) <= 2 ? line : path, options),
    });
    line = await stage.mute();
    const simulator = await stage.simulator({ imei });
    const interfaces = [{ number: '00', endpoints: 3, tty: stage.lineOf(simulator) }];
    stage.machine.plug({ position: '1-1', ids: '1a86:7523', interfaces });
    const { m1, listener } = stage.modems({ m1: bridge });
    await readyWith(m1, imei);
    expect(new Set(tried)).toEqual(new Set([115_200]));
    expect(listener.alerts.map(({ code }) => code)).not.toContain('port.baud');
  });

  test('that took another rate while it was starting is asked at its own one again', async ({ onTestFinished }) => {
    const { stage, rate } = await oneModem(onTestFinished, { speaks: 9_600 });
    const { m1 } = stage.modems({ m1: bridge });
    await until(() => m1?.state.problem?.code === 'port.baud');
    rate.speaks = 115_200;
    await readyWith(m1, imei);
  });

  test('is asked at no further rate, and not opened again, once it is told to stop', async () => {
    const tried: (number | undefined)[] = [];
    let line = '';
    const stage = new Stage({
      openPort: (_, options) => {
        tried.push(options.baudRate);
        return openPort(line, options);
      },
    });
    line = await stage.mute();
    stage.machine.plug({ position: '1-1', ids: '1a86:7523', interfaces: [{ number: '00', endpoints: 3, tty: line }] });
    stage.modems({ m1: bridge });
    await until(() => tried.includes(9_600));
    await stage.end();
    expect(tried.slice(tried.indexOf(9_600))).toEqual([9_600]);
  });

  test('that answers at no rate is mute, and not asked at all of them each time', async ({ onTestFinished }) => {
    const { stage, tried } = await oneModem(onTestFinished, { speaks: 300 });
    const { m1 } = stage.modems({ m1: bridge });
    await until(() => tried.filter((rate) => rate === 115_200).length > 3);
    expect(m1?.state.problem?.code).toBe('at.timeout');
    expect(tried.filter((rate) => rate !== 115_200)).toEqual([9_600, 57_600, 38_400, 19_200, 460_800]);
  });

  test('of its own USB device has no rate, and is asked at none', async ({ onTestFinished }) => {
    const { stage, tried } = await oneModem(onTestFinished, { ids: '2c7c:0125' });
    stage.modems({ m1: bridge });
    await until(() => tried.length > 4);
    expect(new Set(tried)).toEqual(new Set([115_200]));
  });
});

describe.concurrent('a look around', () => {
  test('asks at the configured rate', async ({ onTestFinished }) => {
    const { stage, tried } = await oneModem(onTestFinished);
    expectModem(stage.discovery, { id: 'm1', port: bridge, baud: 9_600 });
    const [report] = await survey(stage.discovery);
    expect(report).toMatchObject({ at: { imei }, modem: 'm1', problem: null });
    await (await stage.discovery.openPlain('/dev/ttyUSB0')).close();
    expect(new Set(tried)).toEqual(new Set([9_600]));
  });

  test('tells at which rate a mute modem of ours answers, and asks nobody else at it', async ({ onTestFinished }) => {
    const { stage } = await oneModem(onTestFinished);
    const [stranger] = await survey(stage.discovery);
    expect(stranger).toMatchObject({ at: null, problem: null });
    expectModem(stage.discovery, { id: 'm1', port: bridge, baud: 115_200 });
    const [report] = await survey(stage.discovery);
    expect(report).toMatchObject({
      modem: 'm1',
      problem: { code: 'baud', remedy: 'It answers at 9600 baud: set baud: 9600' },
    });
  });
});
