import { describe, expect, type TestContext, test } from 'vitest';
import type { BytePort } from '../../../src/at/port.ts';
import { GatewayError } from '../../../src/errors.ts';
import { openPort } from '../../../src/modem/open-port.ts';
import type { Simulator } from '../../../src/simulator/simulator.ts';
import { until } from '../rig.ts';
import { modemUsb } from './fake-machine.ts';
import { createStage, readyWith, type Stage } from './stage.ts';

const imeiA = '350141655512349';
const imeiB = '350141655567896';
const iccidA = '8901260000000000011';
const iccidB = '8901260000000000022';

async function twoModems(stage: Stage) {
  const a = await stage.simulator({ imei: imeiA, iccid: iccidA });
  const b = await stage.simulator({ imei: imeiB, iccid: iccidB });
  const plug = (position: string, modem: Simulator, first = 0) =>
    stage.machine.plug(modemUsb(position, stage.lineOf(modem), { serial: '0' }), first);
  return { a, b, plug };
}

describe.concurrent('a modem by its IMEI', () => {
  test('is found among others, and again wherever it is plugged in', async ({ onTestFinished }) => {
    const stage = createStage(onTestFinished);
    const { a, b, plug } = await twoModems(stage);
    plug('1-1', b);
    plug('1-2', a);
    const { m1 } = stage.modems({ m1: `imei:${imeiA}` });
    await readyWith(m1, imeiA);
    expect(m1?.state.port).toBe('/dev/ttyUSB1');
    stage.machine.unplug('1-2');
    a.fault({ kind: 'drop', returnsAfter: 20 });
    await until(() => m1?.state.phase === 'absent');
    plug('1-4.3', a, 7);
    await readyWith(m1, imeiA);
    expect(m1?.state.port).toBe('/dev/ttyUSB7');
  });

  test('leaves another modem that sits on its old port alone', async ({ onTestFinished }) => {
    const stage = createStage(onTestFinished);
    const { a, b, plug } = await twoModems(stage);
    plug('1-1', a);
    const { m1 } = stage.modems({ m1: `imei:${imeiA}` });
    await readyWith(m1, imeiA);
    stage.machine.unplug('1-1');
    plug('1-1', b);
    a.fault({ kind: 'drop', returnsAfter: 20 });
    await until(() => m1?.state.phase === 'absent');
    await until(() => stage.discovery.knowledge.identity({ path: '/dev/ttyUSB0', usb: null }) === null);
    plug('1-2', a);
    await readyWith(m1, imeiA);
    expect(m1?.state.port).toBe('/dev/ttyUSB1');
  });

  test('is looked for behind a sibling port where the first answers nothing', async ({ onTestFinished }) => {
    const stage = createStage(onTestFinished);
    const { a } = await twoModems(stage);
    stage.machine.plug({
      position: '1-1',
      ids: '2c7c:0125',
      interfaces: [
        { number: '02', endpoints: 3, tty: await stage.mute() },
        { number: '03', endpoints: 3, tty: stage.lineOf(a) },
      ],
    });
    const { m1 } = stage.modems({ m1: `imei:${imeiA}` });
    await readyWith(m1, imeiA);
    expect(m1?.state.port).toBe('/dev/ttyUSB1');
  });

  test('two modems that tell one IMEI each stay two, whatever their serial numbers', async ({ onTestFinished }) => {
    const stage = createStage(onTestFinished);
    const { a, b, plug } = await twoModems(stage);
    plug('1-1', a);
    plug('1-2', b);
    const { m1, m2 } = stage.modems({ m1: `imei:${imeiA}`, m2: `imei:${imeiB}` });
    await readyWith(m1, imeiA);
    await readyWith(m2, imeiB);
  });

  test('that another entry has already is not taken from it, and the operator is told', async ({ onTestFinished }) => {
    const stage = createStage(onTestFinished);
    const { a, plug } = await twoModems(stage);
    plug('1-1', a);
    const { m1 } = stage.modems({ m1: `imei:${imeiA}` });
    await readyWith(m1, imeiA);
    const { m2 } = stage.modems({ m2: `iccid:${iccidA}` });
    await until(() => m2?.state.problem?.code === 'port.busy');
    expect(m2?.state.problem?.message).toContain('m1');
    expect(m1?.state.phase).toBe('ready');
  });
});

describe.concurrent('a modem by its SIM', () => {
  test('is where the SIM is: a SIM that moves takes the line along', async ({ onTestFinished }) => {
    const stage = createStage(onTestFinished);
    const { a, b, plug } = await twoModems(stage);
    plug('1-1', a);
    plug('1-2', b);
    const { m1, listener } = stage.modems({ m1: `iccid:${iccidB}` });
    await readyWith(m1, imeiB);
    b.fault({ kind: 'sim_removed' });
    await until(() => m1?.state.phase !== 'ready');
    a.fault({ kind: 'sim_inserted', iccid: iccidB });
    await readyWith(m1, imeiA);
    expect(m1?.state.line).toBe(iccidB);
    a.injectText({ from: '+14155550000', text: 'hello' });
    await until(() => listener.pdus.length === 1);
  });

  test('two SIMs that change places are followed', async ({ onTestFinished }) => {
    const stage = createStage(onTestFinished);
    const { a, b, plug } = await twoModems(stage);
    plug('1-1', a);
    plug('1-2', b);
    const { m1, m2 } = stage.modems({ m1: `iccid:${iccidA}`, m2: `iccid:${iccidB}` });
    await readyWith(m1, imeiA);
    await readyWith(m2, imeiB);
    for (const simulator of [a, b]) simulator.fault({ kind: 'sim_removed' });
    a.fault({ kind: 'sim_inserted', iccid: iccidB });
    b.fault({ kind: 'sim_inserted', iccid: iccidA });
    await readyWith(m1, imeiB);
    await readyWith(m2, imeiA);
  });

  test('types no PIN into a modem that holds another SIM', async ({ onTestFinished }) => {
    const stage = createStage(onTestFinished);
    const { a, plug } = await twoModems(stage);
    plug('1-1', a);
    const { m1 } = stage.modems({ m1: `iccid:${iccidA}` }, { pin: '1234' });
    await readyWith(m1, imeiA);
    a.fault({ kind: 'sim_inserted', iccid: iccidB, pin: '9999' });
    await until(() => m1?.state.phase === 'absent');
    expect(a.simState).toBe('SIM PIN');
    a.fault({ kind: 'sim_inserted', iccid: iccidA });
    await readyWith(m1, imeiA);
  });
});

describe.concurrent('a modem by a path', () => {
  test('by-path follows the socket when the nodes are numbered anew', async ({ onTestFinished }) => {
    const stage = createStage(onTestFinished);
    const { a, plug } = await twoModems(stage);
    plug('1-1', a);
    const { m1 } = stage.modems({ m1: '/dev/serial/by-path/usb-0:1:1.2-port0' });
    await readyWith(m1, imeiA);
    stage.machine.unplug('1-1');
    a.fault({ kind: 'drop', returnsAfter: 20 });
    await until(() => m1?.state.phase === 'absent');
    stage.machine.hasUdev = false;
    plug('1-1', a, 5);
    await readyWith(m1, imeiA);
    expect(m1?.state.port).toBe('/dev/ttyUSB5');
  });

  test('by-id stays with its socket when a twin takes the name', async ({ onTestFinished }) => {
    const stage = createStage(onTestFinished);
    const { a, b, plug } = await twoModems(stage);
    plug('1-1', a);
    const { m1 } = stage.modems({ m1: '/dev/serial/by-id/usb-Quectel_0-if02-port0' });
    await readyWith(m1, imeiA);
    plug('1-2', b);
    m1?.restart('a test');
    await until(() => m1?.state.phase !== 'ready');
    await readyWith(m1, imeiA);
  });

  test('a plain node is followed by IMEI when the modem returns under another number', async ({ onTestFinished }) => {
    const stage = createStage(onTestFinished);
    const { a, plug } = await twoModems(stage);
    plug('1-1', a);
    const { m1 } = stage.modems({ m1: '/dev/ttyUSB0' });
    await readyWith(m1, imeiA);
    stage.machine.unplug('1-1');
    a.fault({ kind: 'drop', returnsAfter: 20 });
    await until(() => m1?.state.phase === 'absent');
    plug('1-3', a, 4);
    await readyWith(m1, imeiA);
    expect(m1?.state.port).toBe('/dev/ttyUSB4');
  });

  test('a plain node that is another interface of its own device by now is not mistaken for it', async ({
    onTestFinished,
  }) => {
    const stage = createStage(onTestFinished);
    const { a } = await twoModems(stage);
    const interfaces = [
      { number: '00', endpoints: 2, tty: await stage.mute() },
      { number: '02', endpoints: 3, tty: stage.lineOf(a) },
    ];
    stage.machine.plug({ position: '1-1', ids: '2c7c:0125', interfaces }, 4);
    const { m1 } = stage.modems({ m1: '/dev/ttyUSB5' });
    await readyWith(m1, imeiA);
    stage.machine.unplug('1-1');
    a.fault({ kind: 'drop', returnsAfter: 20 });
    await until(() => m1?.state.phase === 'absent');
    stage.machine.plug({ position: '1-1', ids: '2c7c:0125', interfaces }, 5);
    await readyWith(m1, imeiA);
    expect(m1?.state.port).toBe('/dev/ttyUSB6');
  });

  test('a plain node that another modem of ours works on by now is left to it', async ({ onTestFinished }) => {
    const stage = createStage(onTestFinished);
    const { a, b, plug } = await twoModems(stage);
    plug('1-1', a);
    plug('1-2', b);
    const { m1, m2 } = stage.modems({ m1: '/dev/ttyUSB0', m2: `imei:${imeiB}` });
    await readyWith(m1, imeiA);
    await readyWith(m2, imeiB);
    for (const position of ['1-1', '1-2']) stage.machine.unplug(position);
    for (const simulator of [a, b]) simulator.fault({ kind: 'drop', returnsAfter: 20 });
    await until(() => m1?.state.phase === 'absent' && m2?.state.phase === 'absent');
    plug('1-2', b);
    await readyWith(m2, imeiB);
    plug('1-1', a);
    await readyWith(m1, imeiA);
    expect(m1?.state.port).toBe('/dev/ttyUSB1');
  });

  test('two plain nodes that change places are told apart', async ({ onTestFinished }) => {
    const stage = createStage(onTestFinished);
    const { a, b, plug } = await twoModems(stage);
    plug('1-1', a);
    plug('1-2', b);
    const { m1, m2 } = stage.modems({ m1: '/dev/ttyUSB0', m2: '/dev/ttyUSB1' });
    await readyWith(m1, imeiA);
    await readyWith(m2, imeiB);
    for (const position of ['1-1', '1-2']) stage.machine.unplug(position);
    for (const simulator of [a, b]) simulator.fault({ kind: 'drop', returnsAfter: 20 });
    await until(() => m1?.state.phase === 'absent' && m2?.state.phase === 'absent');
    plug('1-2', b);
    plug('1-1', a);
    await readyWith(m1, imeiA);
    await readyWith(m2, imeiB);
  });

  test('another modem in the same place is taken for a new one', async ({ onTestFinished }) => {
    const stage = createStage(onTestFinished);
    const { a, b, plug } = await twoModems(stage);
    plug('1-1', a);
    const { m1 } = stage.modems({ m1: '/dev/ttyUSB0' });
    await readyWith(m1, imeiA);
    stage.machine.unplug('1-1');
    a.fault({ kind: 'drop', returnsAfter: 20 });
    await until(() => m1?.state.phase === 'absent');
    plug('1-1', b);
    await readyWith(m1, imeiB);
  });
});

describe.concurrent('what is left alone', () => {
  test('no port is opened while every modem is where its path says', async ({ onTestFinished }) => {
    const opened: string[] = [];
    const stage = createStage(onTestFinished, {
      openPort: (path, options) => {
        opened.push(path);
        return openPort(path, options);
      },
    });
    const { a, b, plug } = await twoModems(stage);
    plug('1-1', a);
    plug('1-2', b);
    const { m1 } = stage.modems({ m1: '/dev/ttyUSB0' });
    await readyWith(m1, imeiA);
    expect(opened.map((path) => path.replace(stage.machine.root, ''))).toEqual(['/dev/ttyUSB0']);
  });

  test('a GPS receiver, a module in its loader, and the device of a configured path are never opened', async ({
    onTestFinished,
  }) => {
    const opened = new Set<string>();
    const stage = createStage(onTestFinished, {
      openPort: (path, options) => {
        opened.add(path.replace(stage.machine.root, ''));
        return openPort(path, options);
      },
    });
    const { a, b, plug } = await twoModems(stage);
    stage.machine.plug(modemUsb('1-1', await stage.mute(), { ids: '1546:01a7' }));
    stage.machine.plug(modemUsb('1-2', await stage.mute(), { ids: '05c6:9008' }));
    plug('1-3', a);
    plug('1-4', b);
    stage.discovery.inventory.reserve('m2', '/dev/ttyUSB3');
    const { m1 } = stage.modems({ m1: 'imei:111111111111111' });
    await until(() => m1?.state.phase === 'absent');
    expect([...opened].sort()).toEqual(['/dev/ttyUSB2']);
  });

  test('the other ports of a device, once one has answered', async ({ onTestFinished }) => {
    const opened: string[] = [];
    const stage = createStage(onTestFinished, {
      openPort: (path, options) => {
        opened.push(path.replace(stage.machine.root, ''));
        return openPort(path, options);
      },
    });
    const { a, b } = await twoModems(stage);
    stage.machine.plug({
      position: '1-1',
      ids: '2c7c:0125',
      interfaces: [
        { number: '00', endpoints: 2, tty: await stage.mute() },
        { number: '02', endpoints: 3, tty: stage.lineOf(a) },
        { number: '03', endpoints: 3, tty: stage.lineOf(b) },
      ],
    });
    await stage.discovery.find({ modem: 'm1', wanted: () => false, signal: new AbortController().signal });
    expect(opened).toEqual(['/dev/ttyUSB1']);
  });

  test('of one device one port is open at a time, and of several devices several', async ({ onTestFinished }) => {
    let open = 0;
    let most = 0;
    const perDevice = new Map<string, number>();
    let mostOfOne = 0;
    const stage = createStage(onTestFinished, {
      openPort: async (path, options) => {
        const port = await openPort(path, options);
        const device = Number(/\d+$/.exec(path)?.[0]) < 3 ? 'one' : 'two';
        const of = (step: number) => {
          open += step;
          perDevice.set(device, (perDevice.get(device) ?? 0) + step);
          most = Math.max(most, open);
          mostOfOne = Math.max(mostOfOne, perDevice.get(device) ?? 0);
        };
        of(1);
        return {
          bytes: port.bytes,
          write: (data) => port.write(data),
          close: () => port.close().finally(() => of(-1)),
        };
      },
    });
    for (const position of ['1-1', '1-2']) {
      const [one, two, three] = [await stage.mute(), await stage.mute(), await stage.mute()];
      const interfaces = [one, two, three].map((tty, at) => ({ number: `0${at}`, endpoints: 3, tty }));
      stage.machine.plug({ position, ids: 'aaaa:bbbb', interfaces });
    }
    await stage.discovery.find({ modem: 'm1', wanted: () => false, signal: new AbortController().signal });
    expect(mostOfOne).toBe(1);
    expect(most).toBe(2);
  });
});

describe.concurrent('a port whose driver hangs', () => {
  function hanging(finished: TestContext['onTestFinished'], paths: ReadonlySet<string>) {
    const opened: string[] = [];
    const stuck: PromiseWithResolvers<void>[] = [];
    const stage: Stage = createStage(finished, {
      openPort: (path, options): Promise<BytePort> => {
        const name = path.replace(stage.machine.root, '');
        opened.push(name);
        if (!paths.has(name)) return openPort(path, options);
        const back = Promise.withResolvers<void>();
        stuck.push(back);
        options.abandoned?.(back.promise);
        return Promise.reject(new GatewayError('port.failed', 'the driver did not open the port in time'));
      },
    });
    return { stage, opened, stuck, count: (name: string) => opened.filter((one) => one === name).length };
  }

  test('is left alone and does not keep the others from being found', async ({ onTestFinished }) => {
    const { stage, count } = hanging(onTestFinished, new Set(['/dev/ttyUSB0']));
    const { a, plug } = await twoModems(stage);
    stage.machine.plug(modemUsb('1-1', await stage.mute()));
    plug('1-2', a);
    const { m1, m2 } = stage.modems({ m1: `imei:${imeiA}`, m2: 'imei:111111111111111' });
    await readyWith(m1, imeiA);
    await until(() => m2?.state.phase === 'absent');
    await new Promise((resolve) => setTimeout(resolve, 600));
    expect(count('/dev/ttyUSB0')).toBe(1);
  });

  test('gets another chance when it is plugged in again, once its thread is free', async ({ onTestFinished }) => {
    const hangs = new Set(['/dev/ttyUSB0']);
    const { stage, stuck, count } = hanging(onTestFinished, hangs);
    const { a, plug } = await twoModems(stage);
    plug('1-1', a);
    const { m1 } = stage.modems({ m1: `imei:${imeiA}` });
    await until(() => count('/dev/ttyUSB0') === 1);
    hangs.clear();
    stage.machine.unplug('1-1');
    plug('1-1', a);
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(count('/dev/ttyUSB0')).toBe(1);
    for (const { resolve } of stuck) resolve();
    await readyWith(m1, imeiA);
  });
});
