import { execFile } from 'node:child_process';
import type { LookupAddress } from 'node:dns';
import { createServer as createSecureServer } from 'node:https';
import { createServer as createTcpServer, type Socket } from 'node:net';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { internet, type Network, post } from '../../src/webhooks/attempt.ts';
import { selfSigned } from './certificate.ts';
import { listening, openEndpoint } from './endpoint.ts';

interface Options {
  readonly url: string;
  readonly network?: Partial<Network>;
  readonly allowPrivate?: boolean;
  readonly signal?: AbortSignal;
}

async function attempt({ url, network, allowPrivate = true, signal = new AbortController().signal }: Options) {
  const request = {
    url,
    headers: { 'Content-Type': 'application/json', 'op-event': 'message.sent' },
    body: '{"a":"é"}',
  };
  const { status, error } = await post(request, { network: { ...internet, ...network }, allowPrivate, signal });
  return { status, error };
}

/** A server that does with a connection what the test says. */
async function openSocket(use: (socket: Socket) => void): Promise<string> {
  const sockets = new Set<Socket>();
  const server = createTcpServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    use(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const { port } = server.address() as { port: number };
  return `http://127.0.0.1:${port}/`;
}

const resolving = (...addresses: string[]): Pick<Network, 'lookup'> => ({
  lookup: (_, callback) =>
    callback(
      null,
      addresses.map((address): LookupAddress => ({ address, family: address.includes(':') ? 6 : 4 })),
    ),
});

describe('an attempt', () => {
  it('is one POST with the body and the headers given, on a connection of its own', async () => {
    const endpoint = await openEndpoint(204);
    expect(await attempt({ url: `${endpoint.url}?x=1` })).toEqual({ status: 204, error: null });
    const { method, path, body, rawHeaders } = endpoint.arrived[0]!;
    expect({ method, path, body }).toEqual({ method: 'POST', path: '/sms?x=1', body: '{"a":"é"}' });
    expect(rawHeaders).toEqual([
      ...['Content-Type', 'application/json', 'op-event', 'message.sent', 'Content-Length', '10'],
      ...['Host', `127.0.0.1:${endpoint.port}`, 'Connection', 'close'],
    ]);
  });

  it.each([200, 201, 202, 299])('succeeds with %d', async (status) => {
    const endpoint = await openEndpoint(status);
    expect(await attempt({ url: endpoint.url })).toEqual({ status, error: null });
  });

  it.each([304, 400, 404, 410, 429, 500, 503])('fails with %d', async (status) => {
    const endpoint = await openEndpoint(status);
    expect(await attempt({ url: endpoint.url })).toEqual({ status, error: `answered ${status}` });
  });

  it.each([301, 302, 303, 307, 308])('does not follow a redirect with %d', async (status) => {
    const secret = await openEndpoint();
    const endpoint = await openEndpoint();
    endpoint.answer = (_, response) => response.writeHead(status, { location: secret.url }).end();
    expect(await attempt({ url: endpoint.url })).toEqual({
      status,
      error: `redirected to ${secret.url}: redirects are not followed`,
    });
    expect(secret.arrived).toEqual([]);
  });

  it('shows no more of where a redirect leads than fits a line', async () => {
    const endpoint = await openEndpoint();
    endpoint.answer = (_, response) => response.writeHead(302, { location: `http://x/\xe9${'y'.repeat(5000)}` }).end();
    expect((await attempt({ url: endpoint.url })).error).toBe(
      `redirected to http://x/?${'y'.repeat(190)}: redirects are not followed`,
    );
  });

  it('ends when there is no answer in time', async () => {
    const url = await openSocket(() => {});
    expect(await attempt({ url, network: { timeout: 50 } })).toEqual({
      status: null,
      error: 'no answer within 0.05 s',
    });
  });

  it('ends in time when headers come drop by drop', async () => {
    const url = await openSocket((socket) => {
      socket.write('HTTP/1.1 200 OK\r\n');
      const timer = setInterval(() => socket.write('x: y\r\n'), 5);
      socket.on('close', () => clearInterval(timer));
    });
    expect(await attempt({ url, network: { timeout: 100 } })).toMatchObject({ error: 'no answer within 0.1 s' });
  });

  it('ends in time when there are only interim answers', async () => {
    const url = await openSocket((socket) => {
      const timer = setInterval(() => socket.write('HTTP/1.1 102 Processing\r\n\r\n'), 5);
      socket.on('close', () => clearInterval(timer));
    });
    expect(await attempt({ url, network: { timeout: 100 } })).toMatchObject({ error: 'no answer within 0.1 s' });
  });

  it('ends in time when the name server does not answer', async () => {
    const network = { timeout: 50, lookup: () => {} };
    expect(await attempt({ url: 'http://slow.example/', network })).toMatchObject({ error: 'no answer within 0.05 s' });
  });

  it('ends when headers have no end', async () => {
    const url = await openSocket((socket) => {
      socket.write('HTTP/1.1 200 OK\r\n');
      const more = () => {
        while (!socket.destroyed && socket.write(`x-${'y'.repeat(1000)}: z\r\n`));
      };
      socket.on('drain', more);
      more();
    });
    expect(await attempt({ url })).toEqual({ status: null, error: 'the headers of the answer are too long' });
  });

  it('reads little of a huge answer, and hangs up', async () => {
    const endpoint = await openEndpoint();
    let written = 0;
    const closed = new Promise<void>((resolve) => {
      endpoint.answer = (_, response) => {
        response.writeHead(200, { 'content-type': 'text/plain' });
        const more = () => {
          let room = true;
          while (room && !response.destroyed) {
            written += 65_536;
            room = response.write(Buffer.alloc(65_536));
          }
        };
        response.on('drain', more);
        response.on('close', resolve);
        more();
      };
    });
    expect(await attempt({ url: endpoint.url })).toEqual({ status: 200, error: null });
    await closed;
    expect(written).toBeLessThan(50_000_000);
  });

  it('does not wait for an answer that never ends', async () => {
    const url = await openSocket((socket) => void socket.write('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{'));
    expect(await attempt({ url })).toEqual({ status: 200, error: null });
  });

  it.each([
    ['is closed', (socket: Socket) => void socket.end()],
    ['is reset', (socket: Socket) => void socket.once('data', () => socket.resetAndDestroy())],
  ])('fails when the connection %s', async (_, use) => {
    expect(await attempt({ url: await openSocket(use) })).toEqual({
      status: null,
      error: 'connection closed before an answer',
    });
  });

  it('fails when the answer is not HTTP', async () => {
    const url = await openSocket((socket) => void socket.write('220 mail.example ESMTP\r\n'));
    expect(await attempt({ url })).toEqual({ status: null, error: 'not an HTTP answer' });
  });

  it('fails when the endpoint would rather speak another protocol', async () => {
    const url = await openSocket(
      (socket) =>
        void socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n'),
    );
    expect(await attempt({ url })).toEqual({ status: null, error: 'answered 101: that is no answer to a POST' });
  });

  it('fails where nothing listens', async () => {
    const url = await new Promise<string>((resolve) => {
      const server = createTcpServer().listen(0, '127.0.0.1', () => {
        const { port: free } = server.address() as { port: number };
        server.close(() => resolve(`http://127.0.0.1:${free}/`));
      });
    });
    expect(await attempt({ url })).toEqual({ status: null, error: 'connection refused' });
  });

  it('fails where the host has no address', async () => {
    const failing = Object.assign(new Error('getaddrinfo ENOTFOUND'), { code: 'ENOTFOUND' });
    const network: Partial<Network> = { lookup: (_, callback) => callback(failing, []) };
    expect(await attempt({ url: 'http://no.example/', network })).toEqual({ status: null, error: 'host not found' });
  });

  it('asks the system for addresses', async () => {
    const endpoint = await openEndpoint();
    expect(await attempt({ url: `http://localhost:${endpoint.port}/` })).toEqual({ status: 200, error: null });
  });

  it('asks for the addresses once, so that a second answer cannot lead elsewhere', async () => {
    const endpoint = await openEndpoint();
    const answers = ['127.0.0.2', '127.0.0.1'];
    const network: Partial<Network> = {
      lookup: (_, callback) => callback(null, [{ address: answers.shift() ?? '', family: 4 }]),
    };
    const url = `http://rebound.example:${endpoint.port}/`;
    expect(await attempt({ url, network })).toEqual({ status: null, error: 'connection refused' });
    expect(answers).toEqual(['127.0.0.1']);
  });

  it('goes on to the next address of a host that has several', async () => {
    const endpoint = await openEndpoint();
    const url = `http://two.example:${endpoint.port}/`;
    expect(await attempt({ url, network: resolving('127.0.0.2', '127.0.0.1') })).toEqual({ status: 200, error: null });
  });

  it('is rejected, not failed, when the gateway stops', async () => {
    const stop = new AbortController();
    const url = await openSocket(() => stop.abort(new Error('stopping')));
    await expect(attempt({ url, signal: stop.signal })).rejects.toThrow('stopping');
  });

  it('warns of no leak when very many run at once', async () => {
    const warnings: Error[] = [];
    const note = (warning: Error) => void warnings.push(warning);
    process.on('warning', note);
    onTestFinished(() => void process.off('warning', note));
    const endpoint = await openEndpoint();
    const { signal } = new AbortController();
    await Promise.all(Array.from({ length: 32 }, () => attempt({ url: endpoint.url, signal })));
    await new Promise((resolve) => setImmediate(resolve));
    expect(warnings).toEqual([]);
  });
});

describe('an attempt over TLS', () => {
  it('fails with a certificate that nobody vouches for, and sends nothing', async () => {
    let asked = 0;
    const port = await listening(createSecureServer(selfSigned, (_, response) => void response.end(++asked)));
    expect(await attempt({ url: `https://localhost:${port}/` })).toEqual({
      status: null,
      error: 'certificate signed by itself',
    });
    expect(asked).toBe(0);
  });

  it('fails where the endpoint speaks no TLS', async () => {
    const endpoint = await openEndpoint();
    const { error } = await attempt({ url: endpoint.url.replace('http:', 'https:') });
    expect(error).toBe('no TLS: the endpoint speaks something else there');
  });
});

describe('an attempt that may not reach private addresses', () => {
  const allowPrivate = false;

  it.each([
    ['127.0.0.1', '127.0.0.1'],
    ['2130706433', '127.0.0.1'],
    ['0x7f.1', '127.0.0.1'],
    ['[::1]', '::1'],
    ['[::ffff:127.0.0.1]', '::ffff:7f00:1'],
    ['169.254.169.254', '169.254.169.254'],
  ])('refuses the literal %s', async (host, address) => {
    const endpoint = await openEndpoint();
    expect(await attempt({ url: `http://${host}:${endpoint.port}/`, allowPrivate })).toEqual({
      status: null,
      error: `the address ${address} is private`,
    });
    expect(endpoint.arrived).toEqual([]);
  });

  it('refuses a name that leads to one', async () => {
    const endpoint = await openEndpoint();
    const { error } = await attempt({ url: `http://localhost:${endpoint.port}/`, allowPrivate });
    expect(error).toMatch(/^the address (127\.0\.0\.1|::1) is private$/);
    const network = resolving('127.0.0.1', '::1');
    expect((await attempt({ url: `http://rebound.example:${endpoint.port}/`, allowPrivate, network })).error).toBe(
      'the address 127.0.0.1 is private',
    );
    expect(endpoint.arrived).toEqual([]);
  });
});

describe('a proxy in the environment', () => {
  it('is not asked', async () => {
    const endpoint = await openEndpoint();
    const proxy = await openEndpoint(407);
    const script = `
      import { internet, post } from '${new URL('../../src/webhooks/attempt.ts', import.meta.url).href}';
      const options = { network: internet, allowPrivate: true, signal: new AbortController().signal };
      const { status } = await post({ url: '${endpoint.url}', headers: {}, body: '{}' }, options);
      process.stdout.write(String(status));`;
    const address = `http://127.0.0.1:${proxy.port}`;
    const env = {
      ...process.env,
      NODE_USE_ENV_PROXY: '1',
      HTTP_PROXY: address,
      http_proxy: address,
      NO_PROXY: '',
      no_proxy: '',
    };
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], { env });
    expect(stdout).toBe('200');
    expect(proxy.arrived).toEqual([]);
  });
});
