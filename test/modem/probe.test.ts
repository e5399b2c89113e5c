import { expect, onTestFinished, test } from 'vitest';
import { createLogger } from '../../src/log.ts';
import { openPort } from '../../src/modem/open-port.ts';
import { probe } from '../../src/modem/probe.ts';
import { openPtyLine } from '../../src/simulator/pty-line.ts';
import { startSimulator } from '../../src/simulator/simulator.ts';

const log = createLogger({ write: () => {} });

async function simulator() {
  const modem = await startSimulator({ imei: '350141655512349', iccid: '8901260000000000001' });
  onTestFinished(() => modem.close());
  return modem;
}

const ask = (path: string) => probe({ open: () => openPort(path), log, attempts: [200, 200] });

/** A terminal that is no modem: `answer` says what comes back. */
async function other(answer: (data: Buffer) => string, unasked = '') {
  const line = await openPtyLine((data) => line.write(Buffer.from(answer(Buffer.from(data)), 'latin1')));
  const chatter = setInterval(() => line.write(Buffer.from(unasked, 'latin1')), 50);
  onTestFinished(() => {
    clearInterval(chatter);
    line.close();
  });
  return line.path;
}

test('a port with a modem behind it tells model, IMEI and ICCID', async () => {
  const modem = await simulator();
  expect(await ask(modem.path)).toEqual({
    is: 'answered',
    answer: { model: 'SIMULATOR', imei: '350141655512349', iccid: '8901260000000000001' },
  });
});

test('a card whose number no command of the modem tells is read itself', async () => {
  const path = await other((data) => {
    const text = data.toString('latin1');
    if (text.includes('AT+CRSM=176,12258,0,0,10\r')) return '\r\n+CRSM: 144,0,"98106200000000000010"\r\n\r\nOK\r\n';
    if (text.includes('AT+CGSN\r')) return '\r\n350141655512349\r\n\r\nOK\r\n';
    return /AT(?:E0)?\r/.test(text) ? '\r\nOK\r\n' : text.includes('AT') ? '\r\nERROR\r\n' : '';
  });
  expect(await ask(path)).toEqual({
    is: 'answered',
    answer: { model: null, imei: '350141655512349', iccid: '89012600000000000001' },
  });
});

test('a port where nothing answers is mute', async () => {
  const modem = await simulator();
  modem.fault({ kind: 'silence', times: 'always' });
  expect(await ask(modem.path)).toMatchObject({ is: 'mute' });
});

test('a port that sends back what it gets is no modem', async () => {
  expect(await ask(await other((data) => data.toString('latin1')))).toEqual({ is: 'mute', heard: 'echo' });
});

test('a GPS receiver is known by what it says', async () => {
  const path = await other(() => '', '$GPRMC,081836,A,3751.65,S,14507.36,E,000.0,360.0,130998,011.3,E*62\r\n');
  expect(await ask(path)).toEqual({ is: 'mute', heard: 'positions' });
});

test('a port that is not there says why it did not open', async () => {
  expect(await ask('/dev/ttyUSB99')).toMatchObject({ is: 'unopened', error: { code: 'port.missing' } });
});
