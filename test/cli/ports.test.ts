import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { portsCommand } from '../../src/cli/ports.ts';
import { scanPorts } from '../../src/modem/port-scan.ts';
import { recordedContext } from './recorded-context.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'sim2mqtt-ports-'));
});
afterEach(() => rmSync(root, { recursive: true }));

function write(path: string, text = ''): void {
  const file = join(root, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

function link(path: string, target: string): void {
  const file = join(root, path);
  mkdirSync(dirname(file), { recursive: true });
  symlinkSync(target, file);
}

interface Usb {
  readonly position: string;
  readonly ids: string;
  readonly serial?: string;
}

/** One serial port as the usb-serial driver shows it in sysfs. */
function usbPort(name: string, number: string, usb: Usb): void {
  const device = `sys/devices/platform/usb1/${usb.position}`;
  const [vendor = '', product = ''] = usb.ids.split(':');
  write(`${device}/idVendor`, `${vendor}\n`);
  write(`${device}/idProduct`, `${product}\n`);
  write(`${device}/manufacturer`, 'Quectel\n');
  write(`${device}/product`, 'EC25-AF\n');
  if (usb.serial !== undefined) write(`${device}/serial`, `${usb.serial}\n`);
  const tty = `${device}/${usb.position}:1.${Number(number)}/${name}`;
  write(`${device}/${usb.position}:1.${Number(number)}/bInterfaceNumber`, `${number}\n`);
  mkdirSync(join(root, tty, 'tty', name), { recursive: true });
  symlinkSync(`../../../${name}`, join(root, tty, 'tty', name, 'device'));
  link(`sys/class/tty/${name}`, join('../../..', tty, 'tty', name));
  write(`dev/${name}`);
}

describe('the scan of serial ports', () => {
  it('tells USB ids, interface, position and the link that stays', async () => {
    const usb = { position: '1-1.4', ids: '2c7c:0125', serial: '8f2a91c7' };
    usbPort('ttyUSB10', '03', usb);
    usbPort('ttyUSB2', '02', usb);
    link('dev/serial/by-id/usb-Quectel_EC25-AF_8f2a91c7-if02-port0', '../../ttyUSB2');
    link('dev/serial/by-path/platform-usb-0:1.4:1.2-port0', '../../ttyUSB2');
    const ports = await scanPorts(root);
    expect(ports.map((port) => port.path)).toEqual(['/dev/ttyUSB2', '/dev/ttyUSB10']);
    expect(ports[0]).toEqual({
      path: '/dev/ttyUSB2',
      stablePath: '/dev/serial/by-id/usb-Quectel_EC25-AF_8f2a91c7-if02-port0',
      byId: '/dev/serial/by-id/usb-Quectel_EC25-AF_8f2a91c7-if02-port0',
      byPath: '/dev/serial/by-path/platform-usb-0:1.4:1.2-port0',
      usb: {
        vendorId: '2c7c',
        productId: '0125',
        interface: '02',
        manufacturer: 'Quectel',
        product: 'EC25-AF',
        serial: '8f2a91c7',
        position: '1-1.4',
      },
      accessible: true,
    });
    expect(ports[1]?.stablePath).toBe('/dev/ttyUSB10');
  });

  it.each([undefined, '0', '0000000000001'])(
    'names a modem by its socket where its serial number is no name: %s',
    async (serial) => {
      usbPort('ttyUSB2', '02', { position: '1-1', ids: '2c7c:0125', ...(serial === undefined ? {} : { serial }) });
      link('dev/serial/by-id/usb-Quectel_EC25-if02-port0', '../../ttyUSB2');
      link('dev/serial/by-path/platform-usb-0:1:1.2-port0', '../../ttyUSB2');
      const [port] = await scanPorts(root);
      expect(port?.stablePath).toBe('/dev/serial/by-path/platform-usb-0:1:1.2-port0');
    },
  );

  it('names two modems with one serial number by their sockets', async () => {
    usbPort('ttyUSB2', '02', { position: '1-1', ids: '2c7c:0125', serial: 'factory' });
    usbPort('ttyUSB6', '02', { position: '1-2', ids: '2c7c:0125', serial: 'factory' });
    link('dev/serial/by-id/usb-Quectel_EC25_factory-if02-port0', '../../ttyUSB6');
    link('dev/serial/by-path/platform-usb-0:1:1.2-port0', '../../ttyUSB2');
    link('dev/serial/by-path/platform-usb-0:2:1.2-port0', '../../ttyUSB6');
    expect((await scanPorts(root)).map((port) => port.stablePath)).toEqual([
      '/dev/serial/by-path/platform-usb-0:1:1.2-port0',
      '/dev/serial/by-path/platform-usb-0:2:1.2-port0',
    ]);
  });

  it('lists a UART of the board, but no terminal without hardware', async () => {
    write('sys/devices/platform/fe201000.serial/uevent');
    for (const [name, type] of [
      ['ttyAMA0', '32'],
      ['ttyS0', '0'],
    ]) {
      write(`sys/devices/virtual/${name}/type`, `${type}\n`);
      link(`sys/devices/virtual/${name}/device`, '../../platform/fe201000.serial');
      link(`sys/class/tty/${name}`, `../../devices/virtual/${name}`);
    }
    write('sys/devices/virtual/tty7/dev', '4:7');
    link('sys/class/tty/tty7', '../../devices/virtual/tty7');
    const ports = await scanPorts(root);
    expect(ports).toEqual([
      { path: '/dev/ttyAMA0', stablePath: '/dev/ttyAMA0', byId: null, byPath: null, usb: null, accessible: false },
    ]);
  });

  it('finds nothing where there is no sysfs', async () => {
    expect(await scanPorts(join(root, 'nowhere'))).toEqual([]);
  });
});

describe('ports', () => {
  it('asks one port after the other, but none that it may not open', async () => {
    usbPort('ttyUSB2', '02', { position: '1-1', ids: '2c7c:0125', serial: '8f2a91c7' });
    usbPort('ttyUSB3', '03', { position: '1-1', ids: '2c7c:0125', serial: '8f2a91c7' });
    usbPort('ttyUSB4', '04', { position: '1-1', ids: '2c7c:0125', serial: '8f2a91c7' });
    rmSync(join(root, 'dev/ttyUSB4'));
    const probed: string[] = [];
    const output = recordedContext();
    await portsCommand({ json: true }, output, {
      scan: () => scanPorts(root),
      probe: async (path) => {
        probed.push(path);
        return path === '/dev/ttyUSB2' ? { imei: '490154203237518', model: 'EC25' } : null;
      },
    });
    expect(probed).toEqual(['/dev/ttyUSB2', '/dev/ttyUSB3']);
    const listed = JSON.parse(output.written.join(''));
    expect(listed.map((port: { at?: unknown }) => port.at)).toEqual([
      { imei: '490154203237518', model: 'EC25' },
      null,
      undefined,
    ]);
  });

  it('shows a port to people in a few lines', async () => {
    usbPort('ttyUSB2', '02', { position: '1-1', ids: '2c7c:0125' });
    const output = recordedContext();
    const probe = async () => ({ imei: '490154203237518', model: 'EC25' });
    await portsCommand({}, output, { scan: () => scanPorts(root), probe });
    expect(output.written.join('')).toBe(
      [
        '/dev/ttyUSB2',
        '  usb 2c7c:0125 if02 at 1-1',
        '  Quectel EC25-AF',
        '  answers to AT: EC25, IMEI 490154203237518',
        '',
      ].join('\n'),
    );
  });

  it('says that there is none', async () => {
    const output = recordedContext();
    await portsCommand({}, output, { scan: () => scanPorts(root) });
    expect(output.written).toEqual(['no serial port found\n']);
  });
});
