import { mkdtempSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parseFault } from '../../src/simulator/fault.ts';
import { openClient } from './client.ts';
import { connect } from './connect.ts';

const deliver = '07911326040000F0040B911346610089F60000208062917314080CC8F71D14969741F977FD07';
const submit = '0001000B916407281553F800000AE8329BFD4697D9EC37';

describe('a fault of an answer', () => {
  it('keeps silent as often as it says, then all is well', async () => {
    const { simulator, client } = await connect();
    simulator.fault({ kind: 'silence', times: 2 });
    client.write('AT+CSQ\rAT+CSQ\r');
    expect(await client.say('AT+CREG?')).toBe('\r\n+CREG: 0,1\r\n\r\nOK\r\n');
  });

  it('strikes only the command it names', async () => {
    const { simulator, client } = await connect();
    simulator.fault({ kind: 'error', cms: 314, command: 'AT+CMGL', times: 'always' });
    expect(await client.say('AT+CPMS?')).toContain('OK');
    expect(await client.say('AT+CMGL=4')).toBe('\r\n+CMS ERROR: 314\r\n');
    expect(await client.say('at+cmgl=0')).toBe('\r\n+CMS ERROR: 314\r\n');
    simulator.fault({ kind: 'clear' });
    expect(await client.say('AT+CMGL=4')).toBe('\r\nOK\r\n');
  });

  it('is over after its time', async () => {
    const { simulator, client } = await connect();
    simulator.fault({ kind: 'error', text: '+CMS ERROR: SIM busy', lasts: 30 });
    expect(await client.say('AT+CMGL=4')).toBe('\r\n+CMS ERROR: SIM busy\r\n');
    expect(await client.say('AT+CMGL=4')).toBe('\r\n+CMS ERROR: SIM busy\r\n');
    await delay(40);
    expect(await client.say('AT+CMGL=4')).toBe('\r\nOK\r\n');
  });

  it('answers late, and what was asked meanwhile after that', async () => {
    const { simulator, client } = await connect();
    simulator.fault({ kind: 'late', delay: 30 });
    client.write('AT+CSQ\r');
    await delay(10);
    expect(client.rest).toBe('');
    client.write('AT+CREG?\r');
    expect(await client.until(/CREG.*OK\r\n/s)).toBe('\r\n+CSQ: 20,99\r\n\r\nOK\r\n\r\n+CREG: 0,1\r\n\r\nOK\r\n');
  });

  it('loses an OK, cuts a PDU short, leaves the prompt out', async () => {
    const { simulator, client } = await connect();
    simulator.injectPdu(deliver, 'ME', { notify: false });
    simulator.fault({ kind: 'ok_lost', command: 'AT+CSQ' });
    client.write('AT+CSQ\r');
    expect(await client.until(/99\r\n/)).toBe('\r\n+CSQ: 20,99\r\n');
    simulator.fault({ kind: 'short_pdu', octets: 2 });
    expect(await client.say('AT+CMGR=1')).toBe(`\r\n+CMGR: 0,,30\r\n${deliver.slice(0, -4)}\r\n\r\nOK\r\n`);
    expect(await client.say('AT+CMGR=1')).toContain(`${deliver}\r\n`);
    simulator.fault({ kind: 'no_prompt' });
    client.write('AT+CMGS=22\r\x1b');
    expect(await client.until(/OK\r\n/)).toBe('\r\nOK\r\n');
  });

  it('comes octet by octet and is still whole', async () => {
    const { simulator, client } = await connect();
    simulator.fault({ kind: 'split' });
    expect(await client.say('AT+CSQ')).toBe('\r\n+CSQ: 20,99\r\n\r\nOK\r\n');
  });

  it('sends, and never tells', async () => {
    const { simulator, client } = await connect();
    simulator.fault({ kind: 'send_lost' });
    await client.say('AT+CMGS=22');
    client.write(`${submit}\x1a`);
    expect(await client.say('AT')).toBe('\r\nOK\r\n');
    expect(simulator.sent).toHaveLength(1);
    simulator.fault({ kind: 'send_lost', sent: false });
    await client.say('AT+CMGS=22');
    client.write(`${submit}\x1a`);
    expect(await client.say('AT')).toBe('\r\nOK\r\n');
    expect(simulator.sent).toHaveLength(1);
  });

  it('takes its time over a send, announces meanwhile, then fails', async () => {
    const { simulator, client } = await connect();
    simulator.fault({ kind: 'slow_send', delay: 40, cms: 350 });
    await client.say('AT+CMGS=22');
    client.write(`${submit}\x1a`);
    await delay(15);
    simulator.injectPdu(deliver);
    expect(await client.until(/ERROR.*\r\n/)).toBe('\r\n+CMTI: "ME",1\r\n\r\n+CMS ERROR: 350\r\n');
    expect(simulator.sent).toEqual([]);
  });
});

describe('a fault of the line', () => {
  it('puts a line between a header and its PDU, and between a prompt and its payload', async () => {
    const { simulator, client } = await connect();
    simulator.injectPdu(deliver, 'ME', { notify: false });
    simulator.fault({ kind: 'urc', line: '+CMTI: "ME",2', command: 'AT+CMGL', stage: 'reply' });
    expect(await client.say('AT+CMGL=4')).toBe(`\r\n+CMGL: 1,0,,30\r\n\r\n+CMTI: "ME",2\r\n${deliver}\r\n\r\nOK\r\n`);
    simulator.fault({ kind: 'urc', line: 'RING', command: 'AT+CMGS', stage: 'prompt' });
    client.write('AT+CMGS=22\r');
    expect(await client.until(/RING\r\n/)).toBe('\r\n> \r\nRING\r\n');
    client.write(`${submit}\x1a`);
    expect(await client.until(/OK\r\n/)).toBe('\r\n+CMGS: 1\r\n\r\nOK\r\n');
  });

  it('writes garbage and a banner, and turns the echo on', async () => {
    const { simulator, client } = await connect();
    simulator.fault({ kind: 'garbage', hex: '00ff7e' });
    expect(await client.until(/~/)).toBe('\0\xff~');
    simulator.fault({ kind: 'banner' });
    expect(await client.until(/SMS Ready\r\n/)).toBe(
      '\0\0\0\r\nRDY\r\n\r\n+CFUN: 1\r\n\r\n+CPIN: READY\r\n\r\nCall Ready\r\n\r\nSMS Ready\r\n',
    );
    simulator.fault({ kind: 'echo' });
    expect(await client.say('AT')).toBe('AT\r\r\nOK\r\n');
  });

  it('reboots: chatter, settings gone, messages still there', async () => {
    const { simulator, client } = await connect();
    await client.say('AT+CNMI=2,1,0,1,0');
    simulator.injectPdu(deliver, 'ME', { notify: false });
    simulator.fault({ kind: 'reboot', downFor: 5, busyFor: 100_000 });
    expect(await client.until(/SMS Ready\r\n/)).toBe(
      '\r\nRDY\r\n\r\n+CFUN: 1\r\n\r\n+CPIN: NOT READY\r\n\r\nCall Ready\r\n\r\nSMS Ready\r\n',
    );
    expect(await client.say('AT+CMEE=1')).toBe('AT+CMEE=1\r\r\nOK\r\n');
    expect(await client.say('AT+CPIN?')).toContain('+CME ERROR: 14');
    expect(await client.say('AT+CNMI?')).toContain('+CMS ERROR: 314');
    simulator.fault({ kind: 'reboot', downFor: 5 });
    await client.until(/SMS Ready\r\n/);
    expect(await client.say('AT+CNMI?')).toContain('+CNMI: 2,1,0,0,0');
    expect(await client.say('AT+CMGR=1')).toContain(deliver);
  });

  it.each([
    ['before the answer', 'command', ''],
    ['in mid-answer', 'reply', '\r\n+CSQ: 20'],
  ] as const)('reboots %s', async (_when, stage, heard) => {
    const { simulator, client } = await connect();
    simulator.fault({ kind: 'reboot', downFor: 5, command: 'AT+CSQ', stage });
    client.write('AT+CSQ\r');
    expect(await client.until(/RDY/)).toBe(`${heard}\r\nRDY`);
  });

  it('reboots after Ctrl-Z without having sent', async () => {
    const { simulator, client } = await connect();
    simulator.fault({ kind: 'reboot', downFor: 5, command: 'AT+CMGS', stage: 'payload' });
    await client.say('AT+CMGS=22');
    client.write(`${submit}\x1a`);
    expect(await client.until(/SMS Ready\r\n/)).not.toContain('CMGS');
    expect(simulator.sent).toEqual([]);
  });

  it('reboots on +CFUN=1,1 after the OK', async () => {
    const { client } = await connect();
    expect(await client.say('AT+CFUN=1,1')).toBe('\r\nOK\r\n');
    expect(await client.until(/RDY/)).toBe('\r\nRDY');
  });

  it('drops the port, which comes back elsewhere under the same link', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'simulator-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const link = join(folder, 'modem0');
    const { simulator, client } = await connect({ link });
    const { path } = simulator;
    expect(readlinkSync(link)).toBe(path);
    simulator.injectPdu(deliver, 'ME', { notify: false });
    await delay(20); // a terminal that vanishes while serialport reads it is never reported as closed
    simulator.fault({ kind: 'drop', returnsAfter: 500 });
    await client.closed;
    expect(() => readlinkSync(link)).toThrow('ENOENT');
    await expect.poll(() => simulator.path).not.toBe(path);
    expect(readlinkSync(link)).toBe(simulator.path);
    const again = await openClient(link);
    onTestFinished(() => again.close());
    expect(await again.say('AT')).toContain('AT\r\r\nOK\r\n');
    expect(await again.say('AT+CMGR=1')).toContain(deliver);
  });
});

describe('a fault of storage and card', () => {
  it('fills the storage until it is taken back', async () => {
    const { simulator, client } = await connect({ storages: { SM: 10, ME: 20 } });
    simulator.fault({ kind: 'full' });
    expect(simulator.injectPdu(deliver)).toBe(-1);
    expect(await client.say('AT+CPMS?')).toContain('"ME",20,20');
    simulator.fault({ kind: 'full', on: false });
    expect(await client.until(/CMTI.*\r\n/)).toContain('+CMTI: "ME",1');
  });

  it('announces what is not there', async () => {
    const { simulator, client } = await connect();
    simulator.fault({ kind: 'stale_notification', index: -1, storage: 'SM' });
    expect(await client.until(/CMTI.*\r\n/)).toBe('\r\n+CMTI: "SM",-1\r\n');
  });

  it('locks, removes and swaps the card', async () => {
    const { simulator, client } = await connect();
    simulator.fault({ kind: 'pin_lock', pin: '1234', tries: 1 });
    expect(await client.until(/CPIN.*\r\n/)).toBe('\r\n+CPIN: SIM PIN\r\n');
    expect(await client.say('AT+CPIN="1111"')).toBe('\r\n+CME ERROR: 12\r\n');
    simulator.fault({ kind: 'sim_removed' });
    expect(await client.until(/CPIN.*\r\n/)).toBe('\r\n+CPIN: NOT INSERTED\r\n');
    expect(await client.say('AT+CPIN?')).toBe('\r\n+CME ERROR: 10\r\n');
    expect(await client.say('AT+CCID')).toBe('\r\n+CME ERROR: 10\r\n');
    simulator.fault({ kind: 'sim_inserted', iccid: '8901260000000000019' });
    expect(await client.until(/CPIN.*\r\n/)).toBe('\r\n+CPIN: READY\r\n');
    expect(await client.say('AT+CCID')).toContain('+CCID: 8901260000000000019');
    simulator.fault({ kind: 'sim_inserted', iccid: '8901260000000000027', pin: '0000' });
    expect(await client.until(/CPIN.*\r\n/)).toBe('\r\n+CPIN: SIM PIN\r\n');
    expect(await client.say('AT+CPINR')).toContain('+CPINR: SIM PIN,3,3');
  });

  it('changes the signal', async () => {
    const { simulator, client } = await connect();
    simulator.fault({ kind: 'signal', rssi: 99 });
    expect(await client.say('AT+CSQ')).toContain('+CSQ: 99,99');
  });
});

it('anything that is no fault is refused by name', () => {
  for (const value of [null, 'drop', {}, { kind: 'nope' }, { kind: 'late' }, { kind: 'drop', extra: 1 }]) {
    expect(() => parseFault(value)).toThrow('kinds are drop, reboot');
  }
  expect(parseFault({ kind: 'late', delay: 5, times: 'always' })).toEqual({ kind: 'late', delay: 5, times: 'always' });
});
