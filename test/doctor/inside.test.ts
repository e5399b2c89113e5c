import { once } from 'node:events';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { createServer as createTlsServer } from 'node:tls';
import { expect, onTestFinished, test } from 'vitest';
import { checkConfig } from '../../src/config/load.ts';
import type { ScanResult } from '../../src/doctor/ask-daemon.ts';
import { type DoctorOptions, examineGateway } from '../../src/doctor/doctor.ts';
import { examinationOf } from '../../src/doctor/known-state.ts';
import type { ModemState } from '../../src/domain/modem-state.ts';
import { GatewayError } from '../../src/errors.ts';
import { createLogger } from '../../src/log.ts';
import { Discovery } from '../../src/modem/discovery/discovery.ts';
import { survey } from '../../src/modem/discovery/survey.ts';
import { openStore } from '../../src/store/store.ts';
import { FakeMachine, modemUsb } from '../modem/discovery/fake-machine.ts';
import { freePort } from '../mqtt/mosquitto.ts';
import { tempFolder } from '../temp-folder.ts';
import { selfSigned } from '../webhooks/certificate.ts';

const log = createLogger({ write: () => {} });
const state: ModemState = {
  ...{ phase: 'ready', problem: null, port: '/dev/ttyUSB0', line: null, sim: 'ready', registration: 'home' },
  ...{ identity: { manufacturer: null, model: null, revision: null, imei: '350141655512349' }, number: null },
  ...{ domains: {}, operator: null, technology: null, signalDbm: null, smsc: '+12063130004', storages: [], since: 0 },
};

interface Given {
  readonly state?: Partial<ModemState>;
  readonly mqtt?: object;
  readonly inside?: Partial<NonNullable<DoctorOptions['inside']>>;
  readonly machine?: FakeMachine;
  readonly folder?: string;
}

/** What a daemon with one modem finds in itself. */
async function findings({ inside = {}, mqtt = {}, ...given }: Given = {}) {
  const machine = given.machine ?? new FakeMachine();
  onTestFinished(() => machine[Symbol.dispose]());
  const modem = { ...state, ...given.state };
  const env = {
    SIM2MQTT__MQTT: JSON.stringify(mqtt),
    SIM2MQTT__MODEMS: JSON.stringify([{ id: 'm1', port: '/dev/serial/by-path/usb-0:1:1.2-port0' }]),
  };
  const scanned: ScanResult = { ports: [], modems: [{ id: 'm1', state: modem, examination: examinationOf(modem) }] };
  return await examineGateway({
    check: checkConfig({ env, hostName: 'pi' }),
    ...{ folder: given.folder ?? tempFolder(), root: machine.root, now: Date.now(), log },
    freeBytes: async () => null,
    askDaemon: async () => scanned,
    inside: { checkStore: () => undefined, broker: () => ({ connected: true }), newestBackup: () => null, ...inside },
  });
}

const told = async (given: Given) => (await findings(given)).map(({ code, subject }) => `${code} ${subject}`);

test('a gateway that is well has nothing to mend', async () => {
  expect(await findings()).toEqual([]);
});

test.each([
  [{ registration: 'denied' }, ['network.denied modem m1']],
  [{ registration: 'searching' }, ['network.no_coverage modem m1']],
  [{ registration: 'unknown' }, []],
  [{ smsc: null }, ['sms.no_service_centre modem m1']],
  [{ storages: [{ name: 'SM', used: 10, total: 10 }] }, ['storage.full modem m1']],
  [{ phase: 'absent', problem: { code: 'port.missing', message: 'gone' } }, ['port.missing modem m1']],
  [{ phase: 'failed', problem: { code: 'sim.pin_wrong', message: 'no' } }, ['sim.pin_wrong modem m1']],
  [{ phase: 'starting', registration: 'denied' }, []],
] as const)('of a modem that is %j it finds %j, without asking it', async (change, expected) => {
  expect(await told({ state: change as Partial<ModemState> })).toEqual(expected);
});

test.each([
  ['store.full', 'disk.full'],
  ['store.corrupt', 'data.damaged'],
  ['store.unwritable', 'data.unwritable'],
] as const)('a store that says %s is %s', async (code, expected) => {
  const folder = tempFolder();
  const checkStore = () => {
    throw new GatewayError(code, 'the database cannot be written');
  };
  const found = await findings({ folder, inside: { checkStore } });
  expect(found).toMatchObject([{ code: expected, subject: `data folder ${folder}` }]);
  expect(found[0]?.message).toBe('nothing is stored: the database cannot be written');
});

test('a nightly backup that has failed for two nights is told', async () => {
  const hour = 3_600_000;
  expect(await told({ inside: { newestBackup: () => Date.now() - 49 * hour } })).toEqual([]);
  expect(await findings({ inside: { newestBackup: () => Date.now() - 51 * hour } })).toMatchObject([
    { code: 'backup.old', severity: 'warning', remedy: expect.stringContaining('sim2mqtt backup FILE') },
  ]);
});

test('a broker that is connected is not tried; what it refuses us there is told', async () => {
  // Nobody listens there: a trial would find it down.
  const mqtt = { url: `mqtt://127.0.0.1:${await freePort()}` };
  expect(await told({ mqtt })).toEqual([]);
  const problem = 'the broker refuses the command topics: not authorized';
  const broker = () => ({ connected: true, problem });
  expect(await findings({ mqtt, inside: { broker } })).toMatchObject([
    { code: 'broker.topics', message: problem, remedy: expect.stringContaining('acl_file') },
  ]);
});

test('a broker that is not connected is tried, unless another client has our name', async () => {
  const mqtt = { url: `mqtt://127.0.0.1:${await freePort()}` };
  expect(await told({ mqtt, inside: { broker: () => ({ connected: false }) } })).toEqual([
    `broker.down broker ${mqtt.url}`,
  ]);
  const problem = 'taken over by another client with the client id sim2mqtt-pi';
  const found = await findings({ mqtt, inside: { broker: () => ({ connected: false, problem }) } });
  expect(found).toMatchObject([{ code: 'broker.taken_over', message: problem }]);
});

test.each([
  ['mqtts', 'by itself', 'certificate'],
  ['mqtts', 'by nobody: it speaks no TLS', 'SSL'],
])('%s to a broker that is signed %s is told apart from one that is down', async (scheme, how, word) => {
  const server =
    how === 'by itself' ? createTlsServer(selfSigned) : createServer((socket) => socket.end('no TLS here'));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const mqtt = { url: `${scheme}://localhost:${(server.address() as AddressInfo).port}` };
  const [found] = await findings({ mqtt, inside: { broker: () => ({ connected: false }) } });
  expect(found).toMatchObject({ code: 'broker.tls', remedy: expect.stringContaining('mqtt.ca_file') });
  expect(found?.message).toContain(word);
});

test('a second daemon on the data folder is one too many', async () => {
  const folder = tempFolder();
  openStore(folder).close();
  const machine = new FakeMachine();
  const database = join(folder, 'sim2mqtt.db');
  mkdirSync(join(machine.root, folder), { recursive: true });
  symlinkSync(database, join(machine.root, database));
  machine.process(101, 'node', [database], ['node', 'copy-process.ts']);
  expect(await told({ folder, machine })).toEqual([]);
  machine.process(102, 'node', [database], ['node', 'main.ts', 'run']);
  expect((await findings({ folder, machine }))[0]).toMatchObject({
    code: 'daemon.second',
    message: 'another daemon works on it: process 102',
  });
});

test('a look that asks nothing opens no port and tells the ports all the same', async () => {
  const machine = new FakeMachine();
  onTestFinished(() => machine[Symbol.dispose]());
  const line = join(tempFolder(), 'line');
  writeFileSync(line, '');
  machine.plug(modemUsb('1-1', line));
  const opened: string[] = [];
  const openPort = (path: string) => {
    opened.push(path);
    return Promise.reject(new GatewayError('port.failed', 'opened'));
  };
  const discovery = new Discovery({ log, root: machine.root, openPort });
  onTestFinished(() => discovery.close());
  const quiet = await survey(discovery, { asks: false });
  expect([quiet.length > 0, quiet.some((port) => 'at' in port), opened]).toEqual([true, false, []]);
  await survey(discovery);
  expect(opened).not.toEqual([]);
});
