import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeEach, describe, expect, test } from 'vitest';
import { tempFolder } from '../../temp-folder.ts';

const script = fileURLToPath(new URL('../../../scripts/usb-reset', import.meta.url));
const isRoot = process.getuid?.() === 0;

let sysfs: string;
let bin: string;

function device(position: string, deviceClass: string): string {
  const folder = join(sysfs, 'bus/usb/devices', position);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'bDeviceClass'), `${deviceClass}\n`);
  writeFileSync(join(folder, 'authorized'), '1\n');
  return join(folder, 'authorized');
}

function run(...args: string[]) {
  // Who is root here is told that he is not: then the helper takes another /sys.
  const env = { SIM2MQTT_SYSFS: sysfs, PATH: `${bin}:${process.env.PATH}` };
  const { status, stdout, stderr } = spawnSync(script, args, { env, encoding: 'utf8' });
  return { status, stdout, stderr };
}

beforeEach(() => {
  sysfs = tempFolder();
  bin = tempFolder();
  if (isRoot) writeFileSync(join(bin, 'id'), '#!/bin/sh\necho 1000\n', { mode: 0o755 });
});

describe('scripts/usb-reset', () => {
  test('takes a device off the bus and puts it back', () => {
    const authorized = device('1-1.4', '00');
    const log = join(sysfs, 'log');
    writeFileSync(join(bin, 'sleep'), `#!/bin/sh\ncat ${authorized} >>${log}\n`, { mode: 0o755 });
    expect(run('reset', '1-1.4')).toMatchObject({ status: 0, stderr: '' });
    expect(readFileSync(log, 'utf8')).toBe('0\n');
    expect(readFileSync(authorized, 'utf8')).toBe('1\n');
  });

  test('puts it back even if it is interrupted', () => {
    const authorized = device('1-1.4', '00');
    writeFileSync(join(bin, 'sleep'), '#!/bin/sh\nexit 1\n', { mode: 0o755 });
    expect(run('reset', '1-1.4').status).not.toBe(0);
    expect(readFileSync(authorized, 'utf8')).toBe('1\n');
  });

  test('does what it is told by the other verbs', () => {
    const authorized = device('2-1', '02');
    expect(run('check', '2-1')).toMatchObject({ status: 0, stdout: '1\n' });
    expect(run('off', '2-1').status).toBe(0);
    expect(readFileSync(authorized, 'utf8')).toBe('0\n');
    expect(run('on', '2-1').status).toBe(0);
    expect(readFileSync(authorized, 'utf8')).toBe('1\n');
  });

  test.each([
    ['reset'],
    ['reset', '1-1', 'more'],
    ['format', '1-1'],
    ['reset', '../1-1'],
    ['reset', '1-1/../../x'],
    ['reset', '1-1;reboot'],
    ['reset', '1-1:1.0'],
    ['reset', 'usb1'],
    ['reset', ''],
    ['reset', '1-'],
    ['reset', '-1'],
    ['reset', '1-1..2'],
    ['reset', '1-1-2'],
    ['reset', '1-1\n'],
  ])('refuses %s %s', (...args) => {
    const authorized = device('1-1', '00');
    writeFileSync(authorized, 'untouched');
    expect(run(...args).status).toBe(2);
    expect(readFileSync(authorized, 'utf8')).toBe('untouched');
  });

  test('touches no hub, and nothing that is not there', () => {
    const authorized = device('1-1', '09');
    expect(run('reset', '1-1')).toMatchObject({ status: 1, stderr: 'usb-reset: 1-1 is a hub\n' });
    expect(readFileSync(authorized, 'utf8')).toBe('1\n');
    expect(run('reset', '1-2')).toMatchObject({ status: 1, stderr: 'usb-reset: there is no USB device at 1-2\n' });
    expect(existsSync(join(sysfs, 'bus/usb/devices/1-2'))).toBe(false);
  });
});
