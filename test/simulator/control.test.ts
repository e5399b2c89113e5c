import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { simulate } from '../../src/cli/simulate.ts';
import { controlSimulator } from '../../src/simulator/control.ts';
import { openClient } from './client.ts';

function scratchFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'simulate-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

async function start(modems: number) {
  const folder = join(scratchFolder(), 'links');
  const stop = new AbortController();
  const run = simulate({ modems, link: folder }, stop.signal);
  const end = async () => {
    stop.abort();
    await run;
  };
  onTestFinished(end);
  const socket = join(folder, 'control.sock');
  await expect.poll(() => existsSync(join(folder, `modem${modems - 1}`))).toBe(true);
  const control = await controlSimulator(socket);
  onTestFinished(() => control.close());
  return { folder, socket, control, end };
}

async function raw(socket: string, text: string): Promise<string[]> {
  const client = connect(socket);
  client.write(text);
  let heard = '';
  const wanted = text.split('\n').length - 1;
  for await (const data of client) {
    heard += String(data);
    if (heard.split('\n').length > wanted) break;
  }
  client.destroy();
  return heard.trim().split('\n');
}

async function dial(folder: string, modem: number) {
  const client = await openClient(join(folder, `modem${modem}`));
  onTestFinished(() => client.close());
  await client.say('ATE0');
  return client;
}

describe('simulate', () => {
  it('runs modems that differ, each behind its link, and cleans up', async () => {
    const { folder, end } = await start(2);
    const [first, second] = [await dial(folder, 0), await dial(folder, 1)];
    for (const command of ['AT+CGSN', 'AT+CCID', 'AT+CIMI', 'AT+CNUM']) {
      expect(await first.say(command)).not.toBe(await second.say(command));
    }
    expect(await second.say('AT+CGSN')).toBe('\r\n350141655510012\r\n\r\nOK\r\n');
    expect(await second.say('AT+CNUM')).toBe('\r\n+CNUM: ,"+14165551001",145\r\n\r\nOK\r\n');
    await end();
    expect(existsSync(join(folder, 'modem0'))).toBe(false);
    expect(existsSync(join(folder, 'control.sock'))).toBe(false);
  });

  it('injects messages and faults and tells what was sent', async () => {
    const { folder, control } = await start(1);
    const client = await dial(folder, 0);
    expect(await control.inject(0, '+14155550100', 'hello')).toEqual([1]);
    expect(await client.until(/CMTI.*\r\n/)).toBe('\r\n+CMTI: "ME",1\r\n');
    const pdu = '07911326040000F0040B911346610089F60000208062917314080CC8F71D14969741F977FD07';
    expect(await control.injectPdu(0, pdu, 'SM')).toBe(1);
    await client.until(/CMTI.*\r\n/);
    await control.fault(0, { kind: 'error', cms: 322, command: 'AT+CMGL' });
    expect(await client.say('AT+CMGL=4')).toBe('\r\n+CMS ERROR: 322\r\n');
    await client.say('AT+CMGS=22');
    client.write('0001000B916407281553F800000AE8329BFD4697D9EC37\x1a');
    await client.until(/OK\r\n/);
    expect(await control.sent(0)).toMatchObject([{ to: '+46708251358', text: 'hellohello', reference: 1 }]);
    expect(await control.sent(0, 1)).toEqual([]);
    expect(await control.state(0)).toMatchObject({
      sim: 'READY',
      waiting: 0,
      sent: 1,
      storages: { SM: { used: 1, capacity: 50 }, ME: { used: 1, capacity: 255 } },
    });
    await control.request({ op: 'ussd', modem: 0, request: '*100#', text: 'Balance 5.00' });
    await client.say('AT+CUSD=1,"*100#",15');
    expect(await client.until(/CUSD.*\r\n/)).toContain('Balance 5.00');
    await control.request({ op: 'ring', modem: 0, from: '+420777', rings: 1, interval: 5 });
    expect(await client.until(/NO CARRIER\r\n/)).toContain('RING');
  });

  it('answers garbage with an error and goes on', async () => {
    const { socket, control } = await start(1);
    const lines = [
      '{',
      '7',
      '{"op":"nope"}',
      '{"op":"state","modem":9}',
      '{"op":"fault","modem":0,"fault":{"kind":"x"}}',
    ];
    lines.push('{"op":"inject","modem":0,"from":"Я","text":"x"}', '{"op":"inject_pdu","modem":0,"pdu":"zz"}');
    const replies = await raw(socket, `${lines.join('\n')}\n{"op":"list"}\n`);
    expect(replies.slice(0, -1).map((line) => JSON.parse(line))).toEqual([
      { ok: false, error: { code: 'command.invalid', message: 'not JSON' } },
      { ok: false, error: { code: 'command.invalid', message: expect.stringContaining('ops are') } },
      { ok: false, error: { code: 'command.invalid', message: expect.stringContaining('ops are') } },
      { ok: false, error: { code: 'modem.unknown', message: 'no modem 9' } },
      { ok: false, error: { code: 'command.invalid', message: expect.stringContaining('kinds are') } },
      { ok: false, error: { code: 'sms.unencodable', message: expect.any(String) } },
      { ok: false, error: { code: 'command.invalid', message: 'a PDU is hex, with its SMSC' } },
    ]);
    expect(JSON.parse(replies.at(-1) ?? '')).toMatchObject({ ok: true, result: [{ modem: 0 }] });
    await expect(control.state(9)).rejects.toThrow('no modem 9');
  });

  it('tells its clients when it ends', async () => {
    const { control, socket, end } = await start(1);
    await end();
    await expect(control.state(0)).rejects.toMatchObject({ code: 'daemon.unreachable' });
    await expect(controlSimulator(socket)).rejects.toMatchObject({ code: 'daemon.unreachable' });
  });

  it('takes over a socket whose server died, but not one that is served', async () => {
    const folder = scratchFolder();
    const socket = join(folder, 'control.sock');
    const server = createServer().listen(socket);
    await once(server, 'listening');
    const stop = new AbortController();
    await expect(simulate({ modems: 1, link: folder }, stop.signal)).rejects.toMatchObject({ code: 'port.busy' });
    await new Promise((done) => server.close(done));
    const run = simulate({ modems: 1, link: folder }, stop.signal);
    await expect.poll(() => existsSync(join(folder, 'modem0'))).toBe(true);
    const control = await controlSimulator(socket);
    expect(await control.request({ op: 'list' })).toHaveLength(1);
    control.close();
    stop.abort();
    await run;
  });

  it('refuses a number of modems that makes no sense', async () => {
    const { signal } = new AbortController();
    for (const modems of [0, 1.5, 1000]) {
      await expect(simulate({ modems, link: scratchFolder() }, signal)).rejects.toMatchObject({ code: 'usage' });
    }
  });
});
