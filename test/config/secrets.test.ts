import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { checkConfig, loadConfig } from '../../src/config/load.ts';

let folder: string;
let credentials: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sim2mqtt-secrets-'));
  credentials = join(folder, 'credentials');
  mkdirSync(credentials);
});
afterEach(() => rmSync(folder, { recursive: true }));

function file(text: string): string {
  const path = join(folder, 'sim2mqtt.yaml');
  writeFileSync(path, text);
  return path;
}

it('a secret is read from the file that the configuration names, without its line end', () => {
  writeFileSync(join(folder, 'pw'), ' p w \n');
  writeFileSync(join(folder, 'pin'), '0123\r\n');
  const config = loadConfig({
    file: file(`{ mqtt: { password_file: pw }, modems: [{ id: m1, port: /dev/a, pin_file: "${folder}/pin" }] }`),
    env: {},
  });
  expect(config.mqtt.password).toBe(' p w ');
  expect(config.modems[0]?.pin).toBe('0123');
});

it('a secret is read from the credentials of systemd without a key in the configuration', () => {
  writeFileSync(join(credentials, 'mqtt_password'), 'secret\n');
  writeFileSync(join(credentials, 'pin_m2'), '4321');
  const config = loadConfig({
    file: file('modems: [{ id: m1, port: /dev/a }, { id: m2, port: /dev/b }]'),
    env: { CREDENTIALS_DIRECTORY: credentials },
  });
  expect(config.mqtt.password).toBe('secret');
  expect(config.modems.map((modem) => modem.pin)).toEqual([undefined, '4321']);
});

it('what the configuration says goes before a credential', () => {
  writeFileSync(join(credentials, 'mqtt_password'), 'credential');
  writeFileSync(join(folder, 'pw'), 'file');
  const env = { CREDENTIALS_DIRECTORY: credentials };
  expect(loadConfig({ file: file('mqtt: { password: plain }'), env }).mqtt.password).toBe('plain');
  expect(loadConfig({ file: file('mqtt: { password_file: pw }'), env }).mqtt.password).toBe('file');
});

it('a secret that cannot be read, or is none, is a fault like any other', () => {
  writeFileSync(join(folder, 'pin'), 'no digits\n');
  writeFileSync(join(folder, 'empty'), '\n');
  const check = checkConfig({
    file: file(`
mqtt: { password_file: none }
modems:
  - { id: m1, port: /dev/a, pin_file: pin }
  - { id: m2, port: /dev/b, pin_file: empty }
`),
    env: {},
  });
  expect(check).toEqual({
    ok: false,
    faults: [
      { path: 'mqtt.password_file', message: 'cannot be read: there is no such file', line: 2 },
      { path: 'modems[0].pin', message: 'must be 4 to 8 digits', line: 4 },
      { path: 'modems[1].pin', message: 'must not be empty', line: 5 },
    ],
  });
});

it('a file of keys is found from the folder of the configuration; one that cannot be read is a fault beside the others', () => {
  writeFileSync(join(folder, 'ca.pem'), 'PEM');
  const secure = (key: string) =>
    `{ mqtt: { url: "mqtts://broker", ${key} }, modems: [{ port: /dev/a, pin_file: no }] }`;
  const check = checkConfig({ file: file(secure('ca_file: ca.pem, cert_file: c, key_file: ca.pem')), env: {} });
  expect(check.ok ? [] : check.faults.map(({ path, message }) => `${path} ${message}`).sort()).toEqual([
    'modems[0].id is missing',
    'modems[0].pin_file cannot be read: there is no such file',
    'mqtt.cert_file cannot be read: there is no such file',
  ]);
  const config = loadConfig({ file: file('mqtt: { url: "mqtts://broker", ca_file: ca.pem }'), env: {} });
  expect(config.mqtt.ca_file).toBe(join(folder, 'ca.pem'));
});
