import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, type TestContext, test } from 'vitest';
import { startControl } from '../../src/http/control.ts';
import { openSerialPort } from '../../src/modem/serial-port.ts';
import { serialPortError } from '../../src/modem/serial-port-error.ts';
import { openPtyLine } from '../../src/simulator/pty-line.ts';
import { openStore } from '../../src/store/store.ts';
import { openVault } from '../../src/store/vault.ts';
import { freePort, startMosquitto } from '../mqtt/mosquitto.ts';
import { Clinic } from './clinic.ts';

async function mute(finished: TestContext['onTestFinished']): Promise<string> {
  const line = await openPtyLine(() => undefined);
  finished(() => line.close());
  return line.path;
}

/** What mosquitto_passwd makes of the password `right`. */
const hashed =
  '$7$101$nlMd+8QCnyr68ZlH$RGhWseCN09jtExoNL3PFGmbFeyaI0sqzXgcdGcW1OGldNB7RXw7kXds0Oba+Fidb6SS8bjM3QavSxy+ldFUQ3g==';

test('a modem that works is nothing to worry about', async ({ onTestFinished }) => {
  const clinic = new Clinic(onTestFinished);
  await clinic.modem();
  expect(await clinic.examine()).toMatchObject({ findings: [], code: null });
});

describe.concurrent('the port', () => {
  test('that this user may not open names its group', async ({ onTestFinished }) => {
    const clinic = new Clinic(onTestFinished);
    const said = new Error('Error: Permission denied, cannot open /dev/ttyUSB0');
    clinic.parts = { openPort: () => Promise.reject(serialPortError(said)) };
    await clinic.modem();
    clinic.machine.write('etc/group', 'root:x:0:\ntty:x:5:\ndialout:x:20:\n');
    const { findings } = await clinic.examine();
    expect(findings[0]).toMatchObject({ code: 'port.permission', subject: 'modem m1' });
    expect(findings[0]?.remedy).toMatch(/usermod -aG (?:tty|root|dialout) \$USER/);
  });

  test('that is the wrong interface names the right one', async ({ onTestFinished }) => {
    const clinic = new Clinic(onTestFinished);
    await clinic.modem();
    clinic.machine.unplug('1-1');
    clinic.machine.plug({
      position: '1-1',
      ids: '2c7c:0125',
      interfaces: [
        { number: '02', endpoints: 3, tty: join(clinic.folder, 'line0') },
        { number: '03', endpoints: 3, tty: await mute(onTestFinished) },
      ],
    });
    clinic.modems = [{ id: 'm1', port: '/dev/serial/by-path/usb-0:1:1.3-port0' }];
    const { findings } = await clinic.examine();
    expect(findings[0]).toMatchObject({
      code: 'port.wrong_interface',
      remedy: 'Set port: /dev/serial/by-path/usb-0:1:1.2-port0',
    });
  });

  test.for(['/dev/ttyUSB9', 'imei:350141655599999', 'iccid:8901260000000009999'])(
    '%s is missing',
    async (port, { onTestFinished }) => {
      const clinic = new Clinic(onTestFinished);
      clinic.modems = [{ id: 'm1', port }];
      expect(await clinic.codes()).toEqual(['port.missing']);
    },
  );

  test.for([
    ['ModemManager', 'port.thief', 'ModemManager'],
    ['brltty', 'port.thief', 'apt remove brltty'],
    ['minicom', 'port.in_use', 'Stop minicom'],
  ] as const)('that %s has is told with what to do', async ([name, code, remedy], { onTestFinished }) => {
    const clinic = new Clinic(onTestFinished);
    const simulator = await clinic.modem();
    const held = await openSerialPort(simulator.path);
    onTestFinished(() => held.close());
    clinic.machine.process(4711, name, [simulator.path]);
    const { findings } = await clinic.examine();
    expect(findings[0]).toMatchObject({ code, subject: 'modem m1' });
    expect(findings[0]?.message).toContain(`${name} (process 4711)`);
    expect(findings[0]?.remedy).toContain(remedy);
  });

  test('that ModemManager may take is a warning, unless udev was told to keep it away', async ({ onTestFinished }) => {
    const clinic = new Clinic(onTestFinished);
    await clinic.modem();
    clinic.machine.process(500, 'ModemManager');
    expect((await clinic.examine()).findings).toMatchObject([{ code: 'port.thief', severity: 'warning' }]);
    clinic.machine.write('sys/devices/usb1/1-1/dev', '189:3\n');
    clinic.machine.write('run/udev/data/c189:3', 'E:ID_VENDOR_ID=2c7c\nE:ID_MM_DEVICE_IGNORE=1\n');
    expect(await clinic.codes()).toEqual([]);
  });

  test('that brltty took from the driver of a serial bridge is told before the port is missed', async ({
    onTestFinished,
  }) => {
    const clinic = new Clinic(onTestFinished);
    clinic.machine.process(77, 'brltty');
    clinic.machine.plug({ position: '1-1', ids: '1a86:7523', interfaces: [{ number: '00', driver: 'usbfs' }] });
    clinic.modems = [{ id: 'm1', port: '/dev/ttyUSB0' }];
    expect(await clinic.codes()).toEqual(['port.thief', 'port.missing']);
  });

  test('that does not answer, with no other that does, is mute', async ({ onTestFinished }) => {
    const clinic = new Clinic(onTestFinished);
    const simulator = await clinic.modem();
    simulator.fault({ kind: 'silence', times: 'always' });
    expect(await clinic.codes()).toEqual(['port.mute']);
  });

  test('that two entries lead to is told, whatever they call it', async ({ onTestFinished }) => {
    const clinic = new Clinic(onTestFinished);
    await clinic.modem({ imei: '350141655512349' });
    clinic.modems.push({ id: 'm2', port: 'imei:350141655512349' });
    const { findings } = await clinic.examine();
    expect(findings[0]).toMatchObject({ code: 'config.port_shared', subject: 'modem m2' });
    expect(findings[0]?.message).toContain('m1');
  });

  test('that is numbered by the kernel is advised against, and nothing is wrong', async ({ onTestFinished }) => {
    const clinic = new Clinic(onTestFinished);
    await clinic.modem();
    clinic.modems = [{ id: 'm1', port: '/dev/ttyUSB0' }];
    expect(await clinic.examine()).toMatchObject({
      findings: [{ code: 'port.unstable', severity: 'advice' }],
      code: null,
    });
  });
});

describe.concurrent('the USB', () => {
  test.for([
    ['12d1:14dc', 'cdc_ether', 'usb.network_only'],
    ['12d1:1446', 'usb-storage', 'usb.not_switched'],
    ['2c7c:6005', null, 'usb.no_driver'],
  ] as const)(
    'a device %s without a serial port is told before the port is missed',
    async ([ids, driver, code], { onTestFinished }) => {
      const clinic = new Clinic(onTestFinished);
      clinic.machine.plug({
        position: '1-1',
        ids,
        interfaces: [{ number: '00', ...(driver === null ? {} : { driver }) }],
      });
      clinic.modems = [{ id: 'm1', port: '/dev/serial/by-path/usb-0:1:1.2-port0' }];
      expect(await clinic.codes()).toEqual([code, 'port.missing']);
    },
  );
});

describe.concurrent('the SIM', () => {
  test('is missing', async ({ onTestFinished }) => {
    const clinic = new Clinic(onTestFinished);
    (await clinic.modem()).fault({ kind: 'sim_removed' });
    expect(await clinic.codes()).toEqual(['sim.absent']);
  });

  test('wants a PIN that nobody configured, and none is typed', async ({ onTestFinished }) => {
    const clinic = new Clinic(onTestFinished);
    const simulator = await clinic.modem({ pin: '1234' });
    const { findings } = await clinic.examine();
    expect(findings.map(({ code }) => code)).toEqual(['sim.pin_required']);
    expect(findings[0]?.message).toContain('3 tries are left');
    expect(simulator.simState).toBe('SIM PIN');
  });

  test('wants a PIN that is configured: the daemon will type it, the doctor does not', async ({ onTestFinished }) => {
    const clinic = new Clinic(onTestFinished);
    const simulator = await clinic.modem({ pin: '1234' }, { pin: '1234' });
    expect(await clinic.codes()).toEqual([]);
    expect(simulator.simState).toBe('SIM PIN');
  });

  test('did not open with the configured PIN', async ({ onTestFinished }) => {
    const clinic = new Clinic(onTestFinished);
    await clinic.modem({ pin: '1234', imei: '350141655512349' }, { pin: '9999' });
    const store = openStore(clinic.data);
    for (const pin of ['any', '9999']) store.pins.remember('imei:350141655512349', pin);
    store.close();
    const { findings } = await clinic.examine();
    expect(findings.map(({ code }) => code)).toEqual(['sim.pin_wrong']);
    expect(findings[0]?.message).toContain('3 tries are left');
    expect(findings[0]?.remedy).toMatch(/changed PIN is a new try.*the same one is never typed again.*phone/);
  });

  test('is blocked and wants its PUK', async ({ onTestFinished }) => {
    const clinic = new Clinic(onTestFinished);
    (await clinic.modem()).fault({ kind: 'pin_lock', pin: '1234', tries: 0 });
    expect(await clinic.codes()).toEqual(['sim.puk_required']);
  });

  test('is full', async ({ onTestFinished }) => {
    const clinic = new Clinic(onTestFinished);
    const simulator = await clinic.modem({ storages: { SM: 2, ME: 2 } });
    simulator.injectText({ from: '+14155550000', text: 'one' });
    simulator.injectText({ from: '+14155550000', text: 'two' });
    expect(await clinic.codes()).toEqual(['storage.full']);
  });

  test('has no service centre', async ({ onTestFinished }) => {
    const clinic = new Clinic(onTestFinished);
    await clinic.modem({ smsc: '' });
    expect(await clinic.codes()).toEqual(['sms.no_service_centre']);
  });

  test('does not tell the number of a line that is offered', async ({ onTestFinished }) => {
    const clinic = new Clinic(onTestFinished);
    await clinic.modem({ number: '' }, { offer: 'lease' });
    await clinic.modem({ number: '' }, { offer: 'private' });
    await clinic.modem({ number: '' }, { offer: 'lease', number: '+14165551234' });
    const { findings } = await clinic.examine();
    expect(findings).toMatchObject([{ code: 'number.missing', subject: 'modem m1' }]);
  });
});

describe.concurrent('the network', () => {
  test.for([
    [3, 'network.denied'],
    // With a signal: see first-cause.test.ts for none.
    [2, 'network.not_found'],
    [0, 'network.not_found'],
    [8, 'network.emergency_only'],
  ] as const)('registration %i is %s', async ([stat, code], { onTestFinished }) => {
    const clinic = new Clinic(onTestFinished);
    await clinic.modem({ registration: stat });
    expect(await clinic.codes()).toEqual([code]);
  });

  test.for([1, 5, 6, 7])('registration %i is fine', async (stat, { onTestFinished }) => {
    const clinic = new Clinic(onTestFinished);
    await clinic.modem({ registration: stat });
    expect(await clinic.codes()).toEqual([]);
  });
});

describe.concurrent('the modem', () => {
  test('carries data only', async ({ onTestFinished }) => {
    const clinic = new Clinic(onTestFinished);
    (await clinic.modem()).fault({ kind: 'error', command: 'AT+CMGF', times: 'always' });
    expect(await clinic.codes()).toEqual(['modem.no_sms']);
  });

  test.for(['+CBC: 0,20,3320', '+CBC: 3320', '+CBC: 3.320V'])(
    'has too little power: %s',
    async (line, { onTestFinished }) => {
      const clinic = new Clinic(onTestFinished);
      await clinic.modem({ literal: { 'AT+CBC': [line] }, registration: 2 });
      const { findings } = await clinic.examine();
      expect(findings.map(({ code }) => code)).toEqual(['power.low', 'network.not_found']);
      expect(findings[0]?.message).toContain('3.32 V');
    },
  );

  test('says by itself that its power is low', async ({ onTestFinished }) => {
    const clinic = new Clinic(onTestFinished);
    const line = '\r\nUNDER-VOLTAGE WARNNING\r\n';
    const hex = Buffer.from(line).toString('hex');
    const simulator = await clinic.modem();
    simulator.fault({ kind: 'garbage', hex, command: 'AT+CSCA', stage: 'command' });
    expect(await clinic.codes()).toEqual(['power.low']);
  });

  test('told the daemon within the last hour that its power is low', async ({ onTestFinished }) => {
    const clinic = new Clinic(onTestFinished);
    await clinic.modem();
    const store = openStore(clinic.data);
    const body = { type: 'alert', subject: 'm1', code: 'low_power', message: 'low' } as const;
    store.db.commit(() => store.events.append({ id: 'one', modem: null, time: Date.now() - 60_000, body }));
    store.close();
    expect(await clinic.codes()).toEqual(['power.low']);
  });
});

describe.concurrent('the broker', () => {
  test('is down', async ({ onTestFinished }) => {
    const clinic = new Clinic(onTestFinished);
    clinic.config = { mqtt: { url: `mqtt://127.0.0.1:${await freePort()}` } };
    expect(await clinic.codes()).toEqual(['broker.down']);
  });

  test('refuses the credentials, and accepts the right ones', async ({ onTestFinished }) => {
    const clinic = new Clinic(onTestFinished);
    const passwords = join(clinic.folder, 'passwords');
    // As mosquitto_passwd writes it: user gw, password right.
    writeFileSync(passwords, `gw:${hashed}\n`, { mode: 0o600 });
    const broker = await startMosquitto({ config: ['allow_anonymous false', `password_file ${passwords}`] });
    onTestFinished(() => broker.dispose());
    clinic.config = { mqtt: { url: broker.url, username: 'gw', password: 'wrong' } };
    expect(await clinic.codes()).toEqual(['broker.refused']);
    clinic.config = { mqtt: { url: broker.url, username: 'gw', password: 'right' } };
    expect(await clinic.codes()).toEqual([]);
  });
});

describe.concurrent('the machine', () => {
  test('has a clock that is years behind', async ({ onTestFinished }) => {
    const clinic = new Clinic(onTestFinished);
    clinic.parts = { now: Date.UTC(1970, 0, 2) };
    await clinic.modem();
    expect((await clinic.codes())[0]).toBe('clock.wrong');
  });

  test('has a clock that differs from that of the network', async ({ onTestFinished }) => {
    const clinic = new Clinic(onTestFinished);
    clinic.parts = { now: Date.UTC(2026, 10, 22, 12, 0, 0) };
    await clinic.modem({ literal: { 'AT+CCLK?': ['+CCLK: "26/11/22,15:00:00+08"'] } });
    const { findings } = await clinic.examine();
    expect(findings).toMatchObject([{ code: 'clock.wrong' }]);
    expect(findings[0]?.message).toContain('the network says 2026-11-22 13:00 UTC, this machine 2026-11-22 12:00 UTC');
  });

  test.for(['+CCLK: "26/11/22,14:01:00+08"', '+CCLK: "80/01/06,00:00:12+00"', '+CCLK: "04/01/01,00:00:12+00"'])(
    'is not suspected where the modem says %s',
    async (line, { onTestFinished }) => {
      const clinic = new Clinic(onTestFinished);
      clinic.parts = { now: Date.UTC(2026, 10, 22, 12, 0, 0) };
      await clinic.modem({ literal: { 'AT+CCLK?': [line] } });
      expect(await clinic.codes()).toEqual([]);
    },
  );

  test('has a clock that is behind the newest message', async ({ onTestFinished }) => {
    const clinic = new Clinic(onTestFinished);
    openStore(clinic.data).close();
    clinic.parts = { now: Date.UTC(2026, 10, 22, 12, 0, 0) };
    const { default: Sqlite } = await import('better-sqlite3');
    const sqlite = new Sqlite(join(clinic.data, 'sim2mqtt.db'));
    sqlite.exec(`INSERT INTO messages (id, direction, modem, peer, text, encoding, parts, smsc_time, created_at)
      VALUES ('a', 'in', 'm1', '+1', 'x', 'gsm7', 1, '2026-11-23T12:00:00+02:00', 1)`);
    sqlite.close();
    await clinic.modem();
    expect(await clinic.codes()).toEqual(['clock.wrong']);
  });

  test('has no room on its disk', async ({ onTestFinished }) => {
    const clinic = new Clinic(onTestFinished);
    clinic.parts = { freeBytes: () => Promise.resolve(7 * 1024 * 1024) };
    await clinic.modem();
    const { findings } = await clinic.examine();
    expect(findings).toMatchObject([{ code: 'disk.full', message: '7 MB are free on its disk' }]);
  });

  test('has a data folder that cannot be written', async ({ onTestFinished }) => {
    const clinic = new Clinic(onTestFinished);
    writeFileSync(clinic.data, 'a file');
    await clinic.modem();
    expect((await clinic.codes())[0]).toBe('data.unwritable');
  });

  test('has a database that is damaged', async ({ onTestFinished }) => {
    const clinic = new Clinic(onTestFinished);
    mkdirSync(clinic.data);
    writeFileSync(join(clinic.data, 'sim2mqtt.db'), 'no database at all, but long enough to be looked at'.repeat(100));
    await clinic.modem();
    expect(await clinic.codes()).toEqual(['data.damaged']);
  });

  test('runs two daemons on one data folder', async ({ onTestFinished }) => {
    const clinic = new Clinic(onTestFinished);
    openStore(clinic.data).close();
    await clinic.modem();
    const database = join(clinic.data, 'sim2mqtt.db');
    // The machine of this test has a root of its own.
    mkdirSync(join(clinic.machine.root, clinic.data), { recursive: true });
    symlinkSync(database, join(clinic.machine.root, database));
    for (const pid of [101, 102]) clinic.machine.process(pid, 'node', [database], ['node', 'main.ts', 'run']);
    clinic.machine.process(103, 'node', [database], ['node', 'main.ts', 'messages']);
    const { findings } = await clinic.examine();
    expect(findings).toMatchObject([{ code: 'daemon.second' }]);
    expect(findings[0]?.message).toContain('101, 102');
  });

  test('lost the key of the webhook secrets', async ({ onTestFinished }) => {
    const clinic = new Clinic(onTestFinished);
    const store = openStore(clinic.data);
    openVault(clinic.data);
    store.close();
    const { default: Sqlite } = await import('better-sqlite3');
    const sqlite = new Sqlite(join(clinic.data, 'sim2mqtt.db'));
    sqlite.pragma('foreign_keys = OFF');
    sqlite.exec(`INSERT INTO webhooks (id, mailbox, url, events, enabled, secret, created_at, updated_at)
      VALUES ('w', 1, 'https://example.com', '[]', 1, x'00', 1, 1)`);
    sqlite.close();
    await clinic.modem();
    expect(await clinic.codes()).toEqual([]);
    rmSync(join(clinic.data, 'secret.key'));
    expect(await clinic.codes()).toEqual(['secrets.key_missing']);
  });
});

describe.concurrent('the configuration', () => {
  test('has faults: each is told, first of all', async ({ onTestFinished }) => {
    const clinic = new Clinic(onTestFinished);
    clinic.modems = [{ id: 'M 1', port: 'COM3' }];
    const { findings } = await clinic.examine();
    expect(findings.map(({ code, subject }) => `${code} ${subject}`)).toEqual([
      'config.invalid modems[0].id',
      'config.invalid modems[0].port',
    ]);
  });
});

describe.concurrent('with a daemon', () => {
  /** What the daemon says of its one modem. */
  async function daemon(clinic: Clinic, modem: object, ports: object[] = []): Promise<void> {
    const result = { ports, modems: [modem] };
    const commands = {
      run: () => ({ accepted: Promise.resolve(), reply: Promise.resolve({ ok: true, id: null, result } as const) }),
    };
    const control = await startControl({ path: join(clinic.data, 'control.sock'), commands });
    clinic.finished(() => control.close());
  }

  const state = {
    ...{ phase: 'ready', problem: null, port: '/dev/ttyUSB0', line: null, sim: 'ready', registration: 'home' },
    ...{ identity: { manufacturer: null, model: null, revision: null, imei: '350141655512349' }, number: null },
    ...{ domains: {}, operator: null, technology: null, signalDbm: null, smsc: null, storages: [], since: 0 },
  };
  const examination = {
    ...{ sim: 'ready', pinTries: null, registration: 'home', smsc: '+12063130004', number: null, storages: [] },
    ...{ pduMode: true, supply: null, time: null },
  };

  test('nothing is opened: it is asked', async ({ onTestFinished }) => {
    const clinic = new Clinic(onTestFinished);
    const simulator = await clinic.modem();
    const held = await openSerialPort(simulator.path);
    onTestFinished(() => held.close());
    await daemon(clinic, { id: 'm1', state, examination });
    expect(await clinic.codes()).toEqual([]);
  });

  test('its modem says why it is not ready', async ({ onTestFinished }) => {
    const clinic = new Clinic(onTestFinished);
    clinic.modems = [{ id: 'm1', port: '/dev/serial/by-path/usb-0:1:1.2-port0' }];
    const problem = { code: 'sim.pin_wrong', message: 'the SIM did not accept the PIN' };
    await daemon(clinic, { id: 'm1', state: { ...state, phase: 'failed', problem }, examination: null });
    expect(await clinic.codes()).toEqual(['sim.pin_wrong']);
  });

  test('its port may be the one that ModemManager, whose files only root sees, has', async ({ onTestFinished }) => {
    const clinic = new Clinic(onTestFinished);
    clinic.modems = [{ id: 'm1', port: '/dev/ttyUSB0' }];
    clinic.machine.process(500, 'ModemManager');
    const usb = { vendorId: '2c7c', productId: '0125', interface: '02', endpoints: 3, position: '1-1' };
    const port = {
      ...{ path: '/dev/ttyUSB0', stablePath: '/dev/ttyUSB0', byId: null, byPath: null, accessible: true },
      ...{ usb, device: null, modem: 'm1', process: null, problem: null },
    };
    const problem = { code: 'port.busy', message: 'another program has the serial port' };
    await daemon(clinic, { id: 'm1', state: { ...state, phase: 'failed', problem }, examination: null }, [port]);
    const { findings } = await clinic.examine();
    expect(findings[0]).toMatchObject({ code: 'port.thief', severity: 'error', subject: 'modem m1' });
  });

  test('its modem lost the service centre, which is configured: it sets it again', async ({ onTestFinished }) => {
    const clinic = new Clinic(onTestFinished);
    const port = '/dev/serial/by-path/usb-0:1:1.2-port0';
    clinic.modems = [{ id: 'm1', port, offer: 'private', smsc: '+12063130004' }];
    await daemon(clinic, { id: 'm1', state, examination: { ...examination, smsc: null } });
    expect(await clinic.codes()).toEqual([]);
  });

  test('two entries that mean one device are told', async ({ onTestFinished }) => {
    const clinic = new Clinic(onTestFinished);
    clinic.modems = [{ id: 'm1', port: 'imei:350141655512349' }];
    const problem = { code: 'port.busy', message: 'modem m7 of this gateway uses the same device' };
    await daemon(clinic, { id: 'm1', state: { ...state, phase: 'failed', problem }, examination: null });
    expect((await clinic.codes())[0]).toBe('config.port_shared');
  });

  test('that runs with another configuration is told', async ({ onTestFinished }) => {
    const clinic = new Clinic(onTestFinished);
    clinic.modems = [{ id: 'm2', port: '/dev/serial/by-path/usb-0:1:1.2-port0' }];
    await daemon(clinic, { id: 'm1', state, examination });
    expect(await clinic.codes()).toEqual(['daemon.other_config']);
  });
});
