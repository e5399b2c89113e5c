import { describe, expect, test } from 'vitest';
import { openSerialPort } from '../../src/modem/serial-port.ts';
import type { SimulatorOptions } from '../../src/simulator/simulator.ts';
import { freePort } from '../mqtt/mosquitto.ts';
import { Clinic } from './clinic.ts';

describe.concurrent('a SIM that cannot be used is the only cause told:', () => {
  test.for([
    ['14', 'sim.busy'],
    ['515', 'sim.busy'],
    ['13', 'sim.failed'],
    ['5', 'sim.network_locked'],
    ['40', 'sim.network_locked'],
    ['47', 'sim.network_locked'],
    ['network personalization PIN required', 'sim.network_locked'],
  ] as const)('+CME ERROR: %s is %s', async ([error, code], { onTestFinished }) => {
    const clinic = new Clinic(onTestFinished);
    const simulator = await clinic.modem();
    simulator.fault({ kind: 'error', text: `+CME ERROR: ${error}`, command: 'AT+CPIN?', times: 'always' });
    expect(await clinic.codes()).toEqual([code]);
  });

  test.for([
    ['+CPIN: NOT READY', 'sim.busy'],
    ['+CPIN: PH-NET PIN', 'sim.network_locked'],
    ['+CPIN: PH-SIM PIN', 'sim.network_locked'],
    ['+CPIN: SOMETHING NEW', 'sim.failed'],
  ] as const)('%s is %s', async ([line, code], { onTestFinished }) => {
    const clinic = new Clinic(onTestFinished);
    await clinic.modem({ literal: { 'AT+CPIN?': [line] } });
    expect(await clinic.codes()).toEqual([code]);
  });

  test('ERROR and no more is a SIM that fails', async ({ onTestFinished }) => {
    const clinic = new Clinic(onTestFinished);
    const simulator = await clinic.modem();
    simulator.fault({ kind: 'error', command: 'AT+CPIN?', times: 'always' });
    expect(await clinic.codes()).toEqual(['sim.failed']);
  });

  test('a lock of the modem is not mended by cleaning contacts', async ({ onTestFinished }) => {
    const clinic = new Clinic(onTestFinished);
    await clinic.modem({ literal: { 'AT+CPIN?': ['+CPIN: PH-NET PIN'] } });
    const { findings } = await clinic.examine();
    expect(findings[0]?.remedy).toBe('Use a SIM of the operator that the modem is locked to, or have it unlocked.');
  });
});

describe.concurrent('ModemManager, whose files only root can see,', () => {
  /** Held by somebody, who cannot be seen to have it open. */
  async function held(clinic: Clinic): Promise<void> {
    const simulator = await clinic.modem();
    const port = await openSerialPort(simulator.path);
    clinic.finished(() => port.close());
  }

  test('is the cause of a port that is in use', async ({ onTestFinished }) => {
    const clinic = new Clinic(onTestFinished);
    await held(clinic);
    clinic.machine.process(500, 'ModemManager');
    const { findings } = await clinic.examine();
    expect(findings).toMatchObject([{ code: 'port.thief', severity: 'error', subject: 'modem m1' }]);
    expect(findings[0]?.message).toContain('ModemManager (process 500)');
    expect(findings[0]?.remedy).toContain('systemctl disable --now ModemManager');
  });

  test('is the cause of a port that does not answer', async ({ onTestFinished }) => {
    const clinic = new Clinic(onTestFinished);
    (await clinic.modem()).fault({ kind: 'silence', times: 'always' });
    clinic.machine.process(500, 'ModemManager');
    expect((await clinic.examine()).findings).toMatchObject([{ code: 'port.thief', severity: 'error' }]);
  });

  test.for([
    ['run/udev/data/c189:3', 'E:ID_VENDOR_ID=2c7c\nE:ID_MM_DEVICE_IGNORE=1\n'],
    ['run/udev/data/c188:0', 'E:ID_MM_PORT_IGNORE=1\n'],
  ] as const)('is not suspected where %s says %s', async ([file, text], { onTestFinished }) => {
    const clinic = new Clinic(onTestFinished);
    await held(clinic);
    clinic.machine.process(500, 'ModemManager');
    clinic.machine.write('sys/devices/usb1/1-1/dev', '189:3\n');
    clinic.machine.write('sys/class/tty/ttyUSB0/dev', '188:0\n');
    clinic.machine.write(file, text);
    expect(await clinic.codes()).toEqual(['port.in_use']);
  });

  test('is not suspected where it takes only what it was told to', async ({ onTestFinished }) => {
    const clinic = new Clinic(onTestFinished);
    await held(clinic);
    clinic.machine.process(500, 'ModemManager', [], ['/usr/sbin/ModemManager', '--filter-policy=ALLOWLIST-ONLY']);
    expect(await clinic.codes()).toEqual(['port.in_use']);
  });

  test('is not suspected where the program that has the port is seen', async ({ onTestFinished }) => {
    const clinic = new Clinic(onTestFinished);
    const simulator = await clinic.modem();
    const port = await openSerialPort(simulator.path);
    onTestFinished(() => port.close());
    clinic.machine.process(500, 'ModemManager');
    clinic.machine.process(4711, 'minicom', [simulator.path]);
    expect((await clinic.codes())[0]).toBe('port.in_use');
  });

  test('brltty is suspected of serial bridges, and of nothing else', async ({ onTestFinished }) => {
    const clinic = new Clinic(onTestFinished);
    const simulator = await clinic.modem();
    const port = await openSerialPort(simulator.path);
    onTestFinished(() => port.close());
    clinic.machine.process(77, 'brltty');
    expect(await clinic.codes()).toEqual(['port.in_use']);
    clinic.machine.unplug('1-1');
    const interfaces = [{ number: '00', tty: simulator.path }];
    clinic.machine.plug({ position: '1-1', ids: '1a86:7523', interfaces });
    clinic.modems = [{ id: 'm1', port: '/dev/serial/by-path/usb-0:1:1.0-port0' }];
    const { findings } = await clinic.examine();
    expect(findings).toMatchObject([{ code: 'port.thief', remedy: expect.stringContaining('apt remove brltty') }]);
  });
});

describe.concurrent('a modem on no network', () => {
  const csq = (line: string): SimulatorOptions & { literal: Record<string, string[]> } => ({
    ...{ registration: 2, literal: { 'AT+CSQ': [line] } },
  });

  test('but with a signal needs another plan or modem, not an antenna', async ({ onTestFinished }) => {
    const clinic = new Clinic(onTestFinished);
    await clinic.modem(csq('+CSQ: 25,99'));
    const { findings } = await clinic.examine();
    expect(findings.map(({ code }) => code)).toEqual(['network.not_found']);
    expect(findings[0]?.message).toBe('it has a signal of -63 dBm, but no network takes it');
    expect(findings[0]?.remedy).toMatch(/plan.*roaming.*2G and 3G/);
  });

  test('and without a signal needs an antenna', async ({ onTestFinished }) => {
    const clinic = new Clinic(onTestFinished);
    await clinic.modem(csq('+CSQ: 99,99'));
    const { findings } = await clinic.examine();
    expect(findings).toMatchObject([{ code: 'network.no_coverage', remedy: expect.stringContaining('antenna') }]);
  });
});

describe.concurrent('a service centre that the SIM does not name', () => {
  test('is no matter where one is configured: the daemon sets it', async ({ onTestFinished }) => {
    const clinic = new Clinic(onTestFinished);
    await clinic.modem({ smsc: '' }, { smsc: '+12063130004' });
    expect(await clinic.codes()).toEqual([]);
  });

  test('is named in the configuration', async ({ onTestFinished }) => {
    const clinic = new Clinic(onTestFinished);
    await clinic.modem({ smsc: '' });
    const { findings } = await clinic.examine();
    expect(findings).toMatchObject([{ code: 'sms.no_service_centre', remedy: expect.stringMatching(/^Set `smsc` /) }]);
  });
});

test.concurrent('a serial port on the network where nobody listens is no matter of plugs', async ({
  onTestFinished,
}) => {
  const clinic = new Clinic(onTestFinished);
  clinic.modems = [{ id: 'm1', port: `tcp://127.0.0.1:${await freePort()}` }];
  const { findings } = await clinic.examine();
  expect(findings.map(({ code }) => code)).toEqual(['port.missing']);
  expect(findings[0]?.message).toContain(String(clinic.modems[0]?.port));
  expect(findings[0]?.remedy).toMatch(/host and port.*ser2net/);
});
