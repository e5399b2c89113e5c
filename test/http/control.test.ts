import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, request } from 'node:http';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { callDaemon } from '../../src/cli/control-client.ts';
import type { CommandPort, CommandReply, CommandRequest } from '../../src/domain/command.ts';
import { type ControlServer, startControl } from '../../src/http/control.ts';

let folder: string;
let path: string;
const opened: ControlServer[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sim2mqtt-control-'));
  path = join(folder, 'data', 'control.sock');
});
afterEach(async () => {
  await Promise.all(opened.splice(0).map((server) => server.close()));
  rmSync(folder, { recursive: true });
});

const sent: CommandReply = { ok: true, id: 'r1', result: { status: 'queued' } };

async function start(reply: (request: CommandRequest) => Promise<CommandReply>): Promise<CommandRequest[]> {
  const seen: CommandRequest[] = [];
  const commands: CommandPort = {
    run(command) {
      seen.push(command);
      return { accepted: Promise.resolve(), reply: reply(command) };
    },
  };
  opened.push(await startControl({ path, commands }));
  return seen;
}

function post(body: string, url = '/command', method = 'POST'): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const call = request({ socketPath: path, path: url, method }, (response) => {
      let text = '';
      response.on('data', (chunk) => {
        text += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
    });
    call.on('error', reject);
    call.end(body);
  });
}

/** What a kill -9 leaves: a socket that nobody listens on. */
async function leaveDeadSocket(): Promise<void> {
  mkdirSync(dirname(path), { recursive: true });
  const script =
    'require("node:net").createServer().listen(process.argv[1], () => process.kill(process.pid, "SIGKILL"))';
  const child = spawn(process.execPath, ['-e', script, path]);
  await new Promise((resolve) => child.once('close', resolve));
  expect(statSync(path).isSocket()).toBe(true);
}

describe('the control socket', () => {
  it('carries a command to the daemon and its reply back', async () => {
    const seen = await start(() => Promise.resolve(sent));
    const body = { id: 'r1', to: '+14152055634', text: 'héllo' };
    expect(await callDaemon(path, { name: 'send', modem: 'm1', body })).toEqual(sent);
    expect(await callDaemon(path, { name: 'scan', body: {} })).toEqual(sent);
    expect(seen).toEqual([
      { name: 'send', modem: 'm1', body, notAfter: null },
      { name: 'scan', modem: null, body: {}, notAfter: null },
    ]);
  });

  it('carries a refusal back as it is', async () => {
    const refused: CommandReply = {
      ok: false,
      id: null,
      error: { code: 'modem.unknown', message: 'there is no modem m9', retryable: false },
    };
    await start(() => Promise.resolve(refused));
    expect(await callDaemon(path, { name: 'send', modem: 'm9', body: {} })).toEqual(refused);
  });

  it('is for its own user only', async () => {
    await start(() => Promise.resolve(sent));
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(join(folder, 'data')).mode & 0o777).toBe(0o700);
  });

  it('takes the place of the socket that a killed daemon left', async () => {
    await leaveDeadSocket();
    await start(() => Promise.resolve(sent));
    expect(await callDaemon(path, { name: 'scan', body: {} })).toEqual(sent);
  });

  it('goes with its daemon, and takes the place of a file left there', async () => {
    await start(() => Promise.resolve(sent));
    await opened.pop()?.close();
    expect(existsSync(path)).toBe(false);
    writeFileSync(path, '');
    await start(() => Promise.resolve(sent));
    expect(await callDaemon(path, { name: 'scan', body: {} })).toEqual(sent);
  });

  it('is refused while another daemon answers on it, which goes on', async () => {
    await start(() => Promise.resolve(sent));
    await expect(start(() => Promise.resolve(sent))).rejects.toThrow(
      expect.objectContaining({ code: 'store.locked', message: 'another daemon runs on this data folder' }),
    );
    expect(await callDaemon(path, { name: 'scan', body: {} })).toEqual(sent);
  });

  it('is refused where its path is too long for a socket', async () => {
    path = join(folder, 'x'.repeat(120), 'control.sock');
    await expect(start(() => Promise.resolve(sent))).rejects.toThrow(
      expect.objectContaining({ code: 'listen.failed' }),
    );
  });

  it.each([
    '',
    '{',
    'null',
    '7',
    '{"modem":"m1","body":{}}',
    '{"name":"send","modem":7}',
    `"${'x'.repeat(2_000_000)}"`,
  ])('refuses a body that is no command, and lives on', async (body) => {
    const seen = await start(() => Promise.resolve(sent));
    const { status, text } = await post(body);
    expect(status).toBe(400);
    expect(JSON.parse(text)).toMatchObject({ ok: false, id: null, error: { code: 'command.invalid' } });
    expect(seen).toEqual([]);
    expect(await callDaemon(path, { name: 'scan', body: {} })).toEqual(sent);
  });

  it('answers nothing but POST /command', async () => {
    await start(() => Promise.resolve(sent));
    expect((await post('{}', '/other')).status).toBe(404);
    expect((await post('', '/command', 'GET')).status).toBe(404);
  });

  it('answers a broken store with a typed refusal', async () => {
    await start(() => Promise.reject(new Error('disk I/O error')));
    expect(await callDaemon(path, { name: 'send', body: {} })).toEqual({
      ok: false,
      id: null,
      error: { code: 'internal', message: 'disk I/O error', retryable: false },
    });
  });
});

describe('a caller without a daemon', () => {
  it('is told that none runs', async () => {
    await expect(callDaemon(path, { name: 'send', body: {} })).rejects.toThrow(
      expect.objectContaining({
        code: 'daemon.unreachable',
        message: `no daemon runs on this data folder: ${path}`,
        hint: 'start it with "sim2mqtt run", and give the same --data and the same user here',
      }),
    );
  });

  it('is told that the one that ran is gone', async () => {
    await leaveDeadSocket();
    await expect(callDaemon(path, { name: 'send', body: {} })).rejects.toThrow(
      expect.objectContaining({
        code: 'daemon.unreachable',
        message: `no daemon runs on this data folder any more: ${path}`,
      }),
    );
  });

  it('is told that it went away before the answer', async () => {
    await start(() => new Promise(() => undefined));
    const call = callDaemon(path, { name: 'send', body: {} }, AbortSignal.timeout(100));
    await expect(call).rejects.toThrow(expect.objectContaining({ code: 'daemon.unreachable' }));
    opened.length = 0;
  });

  it('takes no answer for a reply that is none', async () => {
    path = join(folder, 'other.sock');
    const server = createServer((_request, response) => response.end('<html>'));
    await new Promise<void>((resolve) => server.listen({ path }, resolve));
    await expect(callDaemon(path, { name: 'send', body: {} })).rejects.toThrow(
      expect.objectContaining({ code: 'daemon.unreachable' }),
    );
    server.close();
  });

  it('does not keep the daemon from stopping with a request that is never finished', async () => {
    await start(async () => sent);
    const clients = [createConnection({ path }), createConnection({ path })];
    clients[0]?.write('POST /command HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n{');
    await Promise.all(clients.map((client) => new Promise((resolve) => client.once('connect', resolve))));
    const cut = Promise.all(clients.map((client) => new Promise((resolve) => client.once('close', resolve))));
    for (const client of clients) client.on('error', () => undefined).resume();
    await opened.pop()?.close();
    await cut;
  });
});
