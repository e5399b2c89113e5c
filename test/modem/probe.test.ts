import { expect, onTestFinished, test } from 'vitest';
import { createLogger } from '../../src/log.ts';
import { probePort } from '../../src/modem/probe.ts';
import { startSimulator } from '../../src/simulator/simulator.ts';

const log = createLogger({ write: () => {} });

async function simulator() {
  const modem = await startSimulator({ imei: '350141655512349' });
  onTestFinished(() => modem.close());
  return modem;
}

test('a port with a modem behind it tells model and IMEI', async () => {
  const modem = await simulator();
  expect(await probePort(modem.path, log)).toEqual({ model: 'SIMULATOR', imei: '350141655512349' });
});

test('a port where nothing answers, and one that is not there, are no modem', async () => {
  const modem = await simulator();
  modem.fault({ kind: 'silence', times: 'always' });
  expect(await probePort(modem.path, log)).toBeNull();
  expect(await probePort('/dev/ttyUSB99', log)).toBeNull();
});
