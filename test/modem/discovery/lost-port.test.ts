import { describe, expect, test } from 'vitest';
import { openPort } from '../../../src/modem/open-port.ts';
import { until } from '../rig.ts';
import { createStage, readyWith, type Stage } from './stage.ts';

const imei = '350141655512349';
const absent = { path: '', usb: null };

/** One modem whose AT ports are the interfaces of that number; on the others nothing ever answers. */
async function oneModem(stage: Stage) {
  const simulator = await stage.simulator({ imei });
  const mute = await stage.mute();
  const plug = (answering: readonly string[], first = 0) =>
    stage.machine.plug(
      {
        position: '1-1',
        ids: '2c7c:0125',
        interfaces: ['02', '03'].map((number) => ({
          number,
          endpoints: 3,
          tty: answering.includes(number) ? stage.lineOf(simulator) : mute,
        })),
      },
      first,
    );
  return { simulator, plug };
}

describe.concurrent('a modem whose port goes while its device stays', () => {
  test.for(['/dev/serial/by-path/usb-0:1:1.2-port0', `imei:${imei}`])(
    'and that is %s has its USB device reset in the end',
    async (address, { onTestFinished }) => {
      const stage = createStage(onTestFinished);
      const { simulator, plug } = await oneModem(stage);
      const [node = ''] = plug(['02']);
      const { m1, listener } = stage.modems(
        { m1: address },
        { intervals: { gone: 1_500 } },
        { hooks: { usb: ['true'], power: null } },
      );
      await readyWith(m1, imei);
      simulator.fault({ kind: 'drop', returnsAfter: 100 });
      stage.machine.loseNode(node);
      await until(() => listener.alerts.some((alert) => 'rung' in alert && alert.rung === 'usb_reset'));
      stage.machine.unplug('1-1');
      plug(['02'], 5);
      await readyWith(m1, imei);
    },
  );
});

describe.concurrent('a modem by a path that falls mute', () => {
  const address = '/dev/serial/by-path/usb-0:1:1.2-port0';

  test('is found on the port beside it, and on its own again once that answers', async ({ onTestFinished }) => {
    const stage = createStage(onTestFinished);
    const { simulator, plug } = await oneModem(stage);
    plug(['02']);
    const { m1 } = stage.modems({ m1: address });
    await readyWith(m1, imei);
    const replug = async (answering: string) => {
      simulator.fault({ kind: 'drop', returnsAfter: 20 });
      stage.machine.unplug('1-1');
      await until(() => m1?.state.phase !== 'ready');
      plug([answering]);
    };
    await replug('03');
    await readyWith(m1, imei);
    expect(m1?.state.port).toBe('/dev/ttyUSB1');
    await replug('02');
    await readyWith(m1, imei);
    expect(m1?.state.port).toBe(address);
  });

  test('is not mistaken for another modem on the port beside it', async ({ onTestFinished }) => {
    const stage = createStage(onTestFinished);
    const { simulator, plug } = await oneModem(stage);
    const other = await stage.simulator({ imei: '350141655567896' });
    plug(['02']);
    const { m1 } = stage.modems({ m1: address });
    await readyWith(m1, imei);
    simulator.fault({ kind: 'drop', returnsAfter: 20 });
    stage.machine.unplug('1-1');
    await until(() => m1?.state.phase !== 'ready');
    const mute = await stage.mute();
    stage.machine.plug({
      position: '1-1',
      ids: '2c7c:0125',
      interfaces: [
        { number: '02', endpoints: 3, tty: mute },
        { number: '03', endpoints: 3, tty: stage.lineOf(other) },
      ],
    });
    await until(() => stage.discovery.knowledge.identity(stage.discovery.inventory.ports[1] ?? absent) !== null);
    await until(() => m1?.state.problem?.code === 'at.timeout');
    expect(m1?.state.port).toBe(address);
  });

  test('is one that did not answer twice running: one that is started anew is where it was', async ({
    onTestFinished,
  }) => {
    const opened = new Set<string>();
    const stage = createStage(onTestFinished, {
      openPort: (path, options) => {
        opened.add(path.replace(stage.machine.root, ''));
        return openPort(path, options);
      },
    });
    const { plug } = await oneModem(stage);
    plug(['02']);
    const { m1 } = stage.modems({ m1: '/dev/serial/by-path/usb-0:1:1.2-port0' });
    for (let n = 0; n < 4; n += 1) {
      await readyWith(m1, imei);
      m1?.restart('a test');
      await until(() => m1?.state.phase !== 'ready');
    }
    await readyWith(m1, imei);
    expect([...opened]).toEqual(['/dev/ttyUSB0']);
  });

  test('and never was one asks nobody beside it', async ({ onTestFinished }) => {
    const opened = new Set<string>();
    const stage = createStage(onTestFinished, {
      openPort: (path, options) => {
        opened.add(path.replace(stage.machine.root, ''));
        return openPort(path, options);
      },
    });
    const { plug } = await oneModem(stage);
    plug(['03']);
    const { listener } = stage.modems({ m1: address });
    await until(() => listener.alerts.some((alert) => 'rung' in alert && alert.rung === 'alarm'));
    expect([...opened]).toEqual(['/dev/ttyUSB0']);
  });
});
