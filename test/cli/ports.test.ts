import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { portsCommand } from '../../src/cli/ports.ts';
import { scanPorts } from '../../src/modem/port-scan.ts';
import { startSimulator } from '../../src/simulator/simulator.ts';
import { FakeMachine, type FakeUsb } from '../modem/discovery/fake-machine.ts';
import { tempFolder } from '../temp-folder.ts';
import { recordedContext } from './recorded-context.ts';

/** A modem with its AT port on ttyUSB2 and another on ttyUSB10. */
function plug(machine: FakeMachine, usb: Partial<FakeUsb> & Pick<FakeUsb, 'position'>, first = 2): void {
  const interfaces = [{ number: '02', endpoints: 3, role: 'AT', tty: '/nowhere' }];
  const more = { ids: '2c7c:0125', manufacturer: 'Quectel', product: 'EC25-AF', interfaces };
  machine.plug({ ...more, ...usb }, first);
}

describe('the scan of serial ports', () => {
  it('tells USB ids, interface, position and the link that stays', async () => {
    using machine = new FakeMachine();
    plug(machine, { position: '1-1.4', serial: '8f2a91c7' });
    machine.unplug('1-1.4');
    plug(machine, { position: '1-1.4', serial: '8f2a91c7' });
    plug(machine, { position: '1-1.5' }, 10);
    machine.link('dev/ttyUSB2', machine.write('line'));
    const ports = await scanPorts(machine.root);
    expect(ports.map((port) => port.path)).toEqual(['/dev/ttyUSB2', '/dev/ttyUSB10']);
    expect(ports[0]).toEqual({
      path: '/dev/ttyUSB2',
      stablePath: '/dev/serial/by-id/usb-Quectel_8f2a91c7-if02-port0',
      byId: '/dev/serial/by-id/usb-Quectel_8f2a91c7-if02-port0',
      byPath: '/dev/serial/by-path/usb-0:1.4:1.2-port0',
      usb: {
        vendorId: '2c7c',
        productId: '0125',
        interface: '02',
        triple: 'ff/ff/ff',
        endpoints: 3,
        role: 'AT',
        enumeration: '2',
        manufacturer: 'Quectel',
        product: 'EC25-AF',
        serial: '8f2a91c7',
        position: '1-1.4',
      },
      accessible: true,
    });
    expect(ports[1]?.stablePath).toBe('/dev/serial/by-path/usb-0:1.5:1.2-port0');
  });

  it.each([undefined, '0', '0000000000001'])(
    'names a modem by its socket where its serial number is no name: %s',
    async (serial) => {
      using machine = new FakeMachine();
      plug(machine, { position: '1-1', ...(serial === undefined ? {} : { serial }) });
      const [port] = await scanPorts(machine.root);
      expect(port?.stablePath).toBe('/dev/serial/by-path/usb-0:1:1.2-port0');
    },
  );

  it('names two modems with one serial number by their sockets', async () => {
    using machine = new FakeMachine();
    plug(machine, { position: '1-1', serial: 'factory' });
    plug(machine, { position: '1-2', serial: 'factory' }, 6);
    expect((await scanPorts(machine.root)).map((port) => port.stablePath)).toEqual([
      '/dev/serial/by-path/usb-0:1:1.2-port0',
      '/dev/serial/by-path/usb-0:2:1.2-port0',
    ]);
  });

  it('lists a UART of the board, but no terminal without hardware', async () => {
    using machine = new FakeMachine();
    machine.write('sys/devices/platform/fe201000.serial/uevent');
    for (const [name, type] of [
      ['ttyAMA0', '32'],
      ['ttyS0', '0'],
    ]) {
      machine.write(`sys/devices/virtual/${name}/type`, `${type}\n`);
      machine.link(`sys/devices/virtual/${name}/device`, '../../platform/fe201000.serial');
      machine.link(`sys/class/tty/${name}`, `../../devices/virtual/${name}`);
    }
    machine.write('sys/devices/virtual/tty7/dev', '4:7');
    machine.link('sys/class/tty/tty7', '../../devices/virtual/tty7');
    expect(await scanPorts(machine.root)).toEqual([
      { path: '/dev/ttyAMA0', stablePath: '/dev/ttyAMA0', byId: null, byPath: null, usb: null, accessible: false },
    ]);
  });

  it('finds nothing where there is no sysfs', async () => {
    expect(await scanPorts(join(tempFolder(), 'nowhere'))).toEqual([]);
  });
});

describe('ports', () => {
  /** Two modems, a stick that is a router, one whose driver is missing, a GPS receiver; the second modem is in use. */
  async function scene() {
    const folder = tempFolder();
    const simulator = await startSimulator({
      link: join(folder, 'line'),
      imei: '490154203237518',
      iccid: '8901260000000000011',
    });
    const machine = new FakeMachine();
    const at = (position: string, tty: string, ids = '2c7c:0125') => ({
      ...{ position, ids, interfaces: [{ number: '02', endpoints: 3, tty }] },
      ...{ manufacturer: 'Quectel', product: 'EC25-AF' },
    });
    machine.plug(at('1-1', join(folder, 'line')));
    const taken = machine.write('taken');
    machine.plug(at('1-2', taken));
    machine.process(812, 'ModemManager', ['/dev/null', taken]);
    machine.plug({ position: '1-3', ids: '12d1:14dc', interfaces: [{ number: '00', driver: 'cdc_ether' }] });
    machine.plug({ position: '1-4', ids: '2c7c:6005', interfaces: [{ number: '03', endpoints: 3 }] });
    machine.plug(at('1-5', machine.write('gps'), '1546:01a8'));
    const end = () => {
      machine[Symbol.dispose]();
      return simulator.close();
    };
    return { machine, end, data: folder };
  }

  it('tells what answers, who has a port, and what to do with a device that has none', async () => {
    const { machine, end, data } = await scene();
    const output = recordedContext();
    await portsCommand({ json: true, data }, output, { root: machine.root });
    await end();
    const listed = JSON.parse(output.written.join(''));
    expect(listed).toHaveLength(5);
    expect(listed[0]).toMatchObject({
      path: '/dev/ttyUSB0',
      device: 'Quectel EC25, EG25-G',
      at: { imei: '490154203237518', model: 'SIMULATOR', iccid: '8901260000000000011' },
      process: null,
      problem: null,
    });
    expect(listed[1]).toMatchObject({ process: { pid: 812, name: 'ModemManager' }, problem: { code: 'in_use' } });
    expect(
      listed.slice(2).map((port: { path: string; problem: { code: string } }) => [port.path, port.problem.code]),
    ).toEqual([
      ['/dev/ttyUSB2', 'left_alone'],
      [null, 'network_only'],
      [null, 'no_driver'],
    ]);
    expect(listed[4].problem.remedy).toContain('2c7c 6005');
  });

  it('shows the same to people in a few lines', async () => {
    const { machine, end, data } = await scene();
    const output = recordedContext();
    await portsCommand({ data }, output, { root: machine.root });
    await end();
    const text = output.written.join('');
    expect(text.split('\n').slice(0, 6)).toEqual([
      '/dev/ttyUSB0',
      '  usb 2c7c:0125 if02 at 1-1',
      '  Quectel EC25-AF',
      '  known as Quectel EC25, EG25-G',
      '  /dev/serial/by-path/usb-0:1:1.2-port0',
      '  answers to AT: SIMULATOR, IMEI 490154203237518, ICCID 8901260000000000011',
    ]);
    expect(text).toContain('  used by ModemManager (process 812)\n');
    expect(text).toContain('no serial port\n  usb 12d1:14dc at 1-3\n');
  });

  it('says that there is none', async () => {
    using machine = new FakeMachine();
    const output = recordedContext();
    await portsCommand({ data: tempFolder() }, output, { root: machine.root });
    expect(output.written).toEqual(['no serial port found\n']);
  });
});
