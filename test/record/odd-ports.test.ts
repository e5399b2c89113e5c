import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openSerialPort } from '../../src/modem/serial-port.ts';
import { openPtyLine } from '../../src/simulator/pty-line.ts';
import { filesIn, ownedModem, recordModem, root, settingsOf } from './run-recorder.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sim2mqtt-record-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const out = (name: string) => join(folder, name);

describe.concurrent('scripts/record-modem', () => {
  test('is an executable POSIX shell script', () => {
    const script = join(root, 'scripts/record-modem');
    accessSync(script, constants.X_OK);
    expect(readFileSync(script, 'utf8')).toMatch(/^#!\/bin\/sh\n# .+\nset -eu\n/);
    execFileSync('/bin/sh', ['-n', script]);
  });

  test('explains itself', async () => {
    const { status, stdout } = await recordModem(['--help']);
    expect(status).toBe(0);
    expect(stdout).toContain('--send-to NUMBER');
  });

  test.for([
    [[], '--port takes'],
    [['--port', 'ttyUSB0'], '--port takes'],
    [['--port', '/dev/ttyUSB0', '--family', '../up'], '--family takes'],
    [['--port', '/dev/ttyUSB0', '--listen', 'x'], '--listen takes'],
    [['--port', '/dev/ttyUSB0', '--baud', '0'], '--baud takes'],
    [['--port', '/dev/ttyUSB0', '--send-to', '07700900123'], '--send-to takes'],
    [['--port', '/dev/ttyUSB0', '--pin', '1234'], "Unknown option '--pin'"],
  ] as const)('refuses %j with 2', async ([args, said]) => {
    const { status, stderr } = await recordModem(args);
    expect([status, stderr]).toEqual([2, expect.stringContaining(said)]);
  });

  test('says that a port is not there', async () => {
    const { status, stderr } = await recordModem(['--port', '/dev/ttyNONE7']);
    expect([status, stderr]).toEqual([1, expect.stringMatching(/^sim2mqtt: port\.missing: .*\n$/)]);
  });

  test('leaves a port alone that another program has open', async () => {
    const port = join(folder, 'ttyHELD');
    writeFileSync(port, '');
    const holder = spawn('/bin/sh', ['-c', 'exec 3<"$0"; echo; exec sleep 60', port]);
    await once(holder.stdout, 'data');
    const { status, stderr } = await recordModem(['--port', port, '--out', out('held')]);
    holder.kill();
    expect([status, stderr]).toEqual([1, expect.stringMatching(/port\.busy: sleep \(process \d+\) has the port/)]);
  });

  test('leaves a port alone that the gateway has locked', async () => {
    const line = await openPtyLine(() => undefined);
    const port = await openSerialPort(line.path);
    const { status, stderr } = await recordModem(['--port', line.path, '--out', out('locked')]);
    await port.close();
    line.close();
    expect([status, stderr]).toEqual([1, expect.stringContaining('port.busy')]);
  });

  test('says that a device is silent, and writes nothing', async () => {
    const line = await openPtyLine(() => undefined);
    const { status, stdout, stderr } = await recordModem(['--port', line.path, '--out', out('silent')]);
    line.close();
    expect([status, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/^sim2mqtt: at\.timeout: nothing answers to AT at this port \(.*--baud\.\)\n$/);
    expect(readdirSync(folder)).not.toContain('silent');
  }, 40_000);

  test('keeps what it has of a modem that falls silent, and says so in it', async () => {
    let isDead = false;
    const line = await openPtyLine((data) => {
      const said = Buffer.from(data).toString('latin1');
      isDead ||= said.includes('AT+CIMI');
      if (isDead || !said.includes('AT')) return;
      line.write(Buffer.from(said.includes('AT+CGMM') ? '\r\nE9000\r\n\r\nOK\r\n' : '\r\nOK\r\n'));
    });
    const { status, stdout } = await recordModem(['--port', line.path, '--out', out('hung'), '--family', 'zte']);
    line.close();
    const text = filesIn(out('hung'))['zte/e9000.txt'];
    expect([status, stdout]).toEqual([1, text]);
    expect(text).toMatch(/^# BROKEN OFF: .+$/m);
    expect(text).toContain('> AT+CGMM\n< E9000\n= "E9000"\n');
    expect(text).toContain('# IMSI\n> AT+CIMI\n~\n! at.timeout\n');
  }, 60_000);

  test('goes on where one question is not answered, and gives the next one its own answer', async () => {
    const simulator = await ownedModem('generic');
    simulator.fault({ kind: 'silence', command: 'AT+CNUM' });
    const { status } = await recordModem(['--port', simulator.path, '--out', out('mute'), '--listen', '0']);
    await simulator.close();
    const text = Object.values(filesIn(out('mute'))).join('');
    expect(status).toBe(0);
    expect(text).toContain('# own number\n> AT+CNUM\n~\n! at.timeout\n');
    expect(text).toMatch(/\n\n# {6}0 ms > AT<CR>\n(?:# .*\n)??# .* < OK<CR><LF>\n\n# {6}0 ms > AT\+CSCA\?<CR>\n/);
    expect(text).toMatch(/# service centre\n> AT\+CSCA\?\n< \+CSCA: "\+44\d{10}",145\n= "\+44/);
  }, 40_000);

  test('records a garbled line as it came, but for its digits', async () => {
    const simulator = await ownedModem('generic');
    simulator.fault({ kind: 'garbage', hex: '0D0A8122333536393338FF303335FE0D0A', command: 'AT+CGMM', stage: 'reply' });
    const { status } = await recordModem(['--port', simulator.path, '--out', out('garbled'), '--listen', '0']);
    await simulator.close();
    const text = Object.values(filesIn(out('garbled'))).join('');
    expect(status).toBe(0);
    expect(text).toMatch(/^# +\d+ ms < \x81"\d{6}\xff\d{3}\xfe<CR><LF>$/m);
    expect(text).toMatch(/^> AT\+CGMM\n(?:.*\n)*?< \x81"\d{6}\xff\d{3}\xfe$/m);
    expect(text).not.toMatch(/"356938|\xff035\xfe/);
  }, 40_000);

  test('stops when it is told to, puts the settings back and writes what it has', async () => {
    const simulator = await ownedModem('generic');
    const before = await settingsOf(simulator);
    let isTold = false;
    const { status } = await recordModem(['--port', simulator.path, '--out', out('stopped')], (said, kill) => {
      if (isTold || !said.includes('AT+CNMI=')) return;
      isTold = true;
      kill('SIGINT');
    });
    expect(status).toBe(1);
    expect(await settingsOf(simulator)).toEqual(before);
    await simulator.close();
    expect(Object.values(filesIn(out('stopped'))).join('')).toContain('# BROKEN OFF: stopped by the user');
  }, 40_000);

  test('keeps what it has of a modem that is unplugged', async () => {
    const simulator = await ownedModem('generic');
    simulator.fault({ kind: 'drop', returnsAfter: 60_000, command: 'AT+CIMI', stage: 'reply' });
    const { status, stderr } = await recordModem(['--port', simulator.path, '--out', out('pulled'), '--listen', '0']);
    await simulator.close();
    expect([status, stderr]).toEqual([1, expect.stringContaining('could not be put back')]);
    expect(Object.values(filesIn(out('pulled'))).join('')).toContain('# BROKEN OFF: ');
  }, 40_000);

  test('takes a modem over TCP, and a free name beside an earlier file', async () => {
    const server = createServer((socket) => {
      socket.setNoDelay().on('error', () => undefined);
      socket.on('data', (data) => {
        for (const line of data.toString('latin1').match(/AT[^\r]*/g) ?? []) {
          socket.write(
            line === 'AT+CGMM'
              ? '\r\nFAR AWAY\r\n\r\nOK\r\n'
              : '\r\nERROR\r\n'.replace('ERROR', /^AT(?:E0)?$/.test(line) ? 'OK' : 'ERROR'),
          );
        }
      });
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : 0;
    const args = ['--port', `tcp://127.0.0.1:${port}`, '--out', out('far'), '--listen', '0'];
    expect((await recordModem(args)).status).toBe(0);
    expect((await recordModem(args)).status).toBe(0);
    server.close();
    expect(Object.keys(filesIn(out('far'))).sort()).toEqual(['generic/far-away-2.txt', 'generic/far-away.txt']);
  }, 60_000);
});
