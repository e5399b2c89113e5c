import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, type TestContext, test } from 'vitest';
import { openStore, type Store } from '../../../src/store/store.ts';
import { modemUsb } from './fake-machine.ts';
import { createStage, readyWith, type Stage } from './stage.ts';

const imeiA = '350141655512349';
const imeiB = '350141655567896';
const ids = '2c7c:0125';

/** A store as an earlier run left it. */
function earlier(finished: TestContext['onTestFinished']): Store {
  const folder = mkdtempSync(join(tmpdir(), 'sim2mqtt-residents-'));
  const store = openStore(folder);
  finished(() => {
    store.close();
    rmSync(folder, { recursive: true });
  });
  return store;
}

async function plug(stage: Stage, modems: Readonly<Record<string, string>>): Promise<void> {
  for (const [position, imei] of Object.entries(modems)) {
    const simulator = await stage.simulator({ imei, iccid: `8901260000000${imei.slice(-7)}` });
    stage.machine.plug(modemUsb(position, stage.lineOf(simulator), { serial: '0' }));
  }
}

describe.concurrent('after a restart a modem by a path', () => {
  test('is the one it was, though the nodes were numbered the other way round meanwhile', async ({
    onTestFinished,
  }) => {
    const store = earlier(onTestFinished);
    store.residents.keepResident('m1', { address: '/dev/ttyUSB0', imei: imeiA, ids });
    store.residents.keepResident('m2', { address: '/dev/ttyUSB1', imei: imeiB, ids });
    const stage = createStage(onTestFinished, { memory: store.residents });
    await plug(stage, { '1-1': imeiB, '1-2': imeiA });
    const { m1, m2 } = stage.modems({ m1: '/dev/ttyUSB0', m2: '/dev/ttyUSB1' });
    await readyWith(m1, imeiA);
    await readyWith(m2, imeiB);
    expect([m1?.state.port, m2?.state.port]).toEqual(['/dev/ttyUSB1', '/dev/ttyUSB0']);
  });

  test('is found where its node is gone', async ({ onTestFinished }) => {
    const store = earlier(onTestFinished);
    store.residents.keepResident('m1', { address: '/dev/ttyUSB7', imei: imeiB, ids });
    const stage = createStage(onTestFinished, { memory: store.residents });
    await plug(stage, { '1-1': imeiA, '1-2': imeiB });
    const { m1 } = stage.modems({ m1: '/dev/ttyUSB7' });
    await readyWith(m1, imeiB);
  });

  test('is another one where its modem was replaced', async ({ onTestFinished }) => {
    const store = earlier(onTestFinished);
    store.residents.keepResident('m1', { address: '/dev/ttyUSB0', imei: imeiA, ids });
    const stage = createStage(onTestFinished, { memory: store.residents });
    await plug(stage, { '1-1': imeiB });
    const { m1 } = stage.modems({ m1: '/dev/ttyUSB0' });
    await readyWith(m1, imeiB);
    expect(store.residents.residentOf('m1')).toEqual({ address: '/dev/ttyUSB0', imei: imeiB, ids });
  });

  test('is what is at its new path where the configuration was changed', async ({ onTestFinished }) => {
    const store = earlier(onTestFinished);
    store.residents.keepResident('m1', { address: '/dev/ttyUSB1', imei: imeiB, ids });
    store.residents.keepResident('m2', { address: '/dev/ttyUSB0', imei: imeiA, ids });
    const stage = createStage(onTestFinished, { memory: store.residents });
    await plug(stage, { '1-1': imeiA, '1-2': imeiB });
    const { m1, m2 } = stage.modems({ m1: '/dev/ttyUSB0', m2: '/dev/ttyUSB1' });
    await readyWith(m1, imeiA);
    await readyWith(m2, imeiB);
  });

  test('is remembered, and works where it cannot be', async ({ onTestFinished }) => {
    const store = earlier(onTestFinished);
    const stage = createStage(onTestFinished, {
      memory: {
        residentOf: () => null,
        keepResident(modem, resident) {
          store.residents.keepResident(modem, resident);
          throw new Error('the disk is full');
        },
      },
    });
    await plug(stage, { '1-1': imeiA });
    const { m1 } = stage.modems({ m1: '/dev/ttyUSB0' });
    await readyWith(m1, imeiA);
    expect(store.residents.residentOf('m1')).toEqual({ address: '/dev/ttyUSB0', imei: imeiA, ids });
  });
});
