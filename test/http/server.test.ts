import { createConnection } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { GatewayView, ModemView } from '../../src/domain/gateway-view.ts';
import type { ModemState } from '../../src/domain/modem-state.ts';
import { GatewayError } from '../../src/errors.ts';
import { type BrokerState, createMetrics } from '../../src/http/metrics.ts';
import { type HttpServer, startHttp } from '../../src/http/server.ts';
import { createLogger } from '../../src/log.ts';

const ready: ModemState = {
  phase: 'ready',
  problem: null,
  port: '/dev/ttyUSB2',
  identity: { manufacturer: null, model: null, revision: null, imei: null },
  line: '8988303000000614227',
  sim: 'ready',
  registration: 'home',
  domains: { CREG: 1 },
  operator: 'Net',
  technology: 'lte',
  signalDbm: -71,
  number: '+14165551234',
  smsc: '+14160000000',
  storages: [
    { name: 'SM', used: 3, total: 20 },
    { name: 'ME', used: 0, total: 255 },
  ],
  since: 0,
};
const gone: ModemState = {
  ...ready,
  phase: 'absent',
  problem: { code: 'port.missing', message: 'its port is not there' },
  registration: 'unknown',
  signalDbm: null,
  storages: [],
};

interface World {
  modems: ModemView[];
  broker: BrokerState;
  store: () => void;
}

const up: World = {
  modems: [
    { id: 'm1', state: ready, queued: 2 },
    { id: 'm2', state: ready, queued: 0 },
  ],
  broker: { connected: true },
  store: () => undefined,
};

function viewOf(world: World): GatewayView {
  return {
    gateway: 'pi-kitchen',
    version: '1.2.3',
    boot: 'b',
    lastSeq: () => 4711,
    modems: () => world.modems,
    checkStore: () => world.store(),
  };
}

const opened: HttpServer[] = [];
const logged: string[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((server) => server.close()));
  logged.length = 0;
});

async function start(world: World, listen = '127.0.0.1:0'): Promise<string> {
  const log = createLogger({ format: 'json', write: (line) => void logged.push(line) });
  const server = await startHttp({ listen, view: viewOf(world), broker: () => world.broker, log });
  opened.push(server);
  return server.url;
}

/** What comes back for these bytes until the connection is closed. */
function exchange(url: string, bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = createConnection({ host: '127.0.0.1', port: Number(new URL(url).port) });
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk;
    });
    socket.on('close', () => resolve(text));
    socket.on('error', reject);
    socket.write(bytes);
  });
}

describe('the HTTP server', () => {
  it('says that it lives, whatever the rest does', async () => {
    const url = await start({ ...up, broker: { connected: false } });
    const response = await fetch(`${url}/healthz`);
    expect(response.status).toBe(200);
    expect(await response.text()).toBe('{"status":"ok"}');
  });

  it('is ready while the database, the broker and every modem are', async () => {
    const response = await fetch(`${await start(up)}/readyz`);
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({
      status: 'ready',
      checks: [
        { name: 'database', ok: true },
        { name: 'broker', ok: true },
        { name: 'modem/m1', ok: true },
        { name: 'modem/m2', ok: true },
      ],
    });
  });

  it('is not ready where one of them is not, and says which and why', async () => {
    const url = await start({
      modems: [
        { id: 'm1', state: ready, queued: 0 },
        { id: 'm2', state: gone, queued: 0 },
      ],
      broker: { connected: false, problem: 'the broker refuses the password' },
      store: () => {
        throw new GatewayError('store.full', 'no space at /var/lib/sim2mqtt');
      },
    });
    const response = await fetch(`${url}/readyz`);
    expect(response.status).toBe(503);
    expect(await response.json()).toEqual({
      status: 'not_ready',
      checks: [
        { name: 'database', ok: false, problem: 'cannot be written: store.full' },
        { name: 'broker', ok: false, problem: 'the broker refuses the password' },
        { name: 'modem/m1', ok: true },
        { name: 'modem/m2', ok: false, problem: 'its port is not there' },
      ],
    });
  });

  it('is not ready while only one modem is away', async () => {
    const modems = [{ id: 'm1', state: gone, queued: 0 }];
    expect((await fetch(`${await start({ ...up, modems })}/readyz`)).status).toBe(503);
  });

  it('answers an unknown path as JSON 404, without a word about what it is made of', async () => {
    const url = await start(up);
    const response = await fetch(`${url}/wp-admin?token=secret`);
    expect(response.status).toBe(404);
    expect(await response.json()).toEqual({ error: { code: 'not_found', message: 'there is no GET /wp-admin' } });
    expect([response.headers.get('server'), response.headers.get('x-powered-by')]).toEqual([null, null]);
  });

  it('answers a wrong method and an unknown path alike, whatever the body', async () => {
    const url = await start(up);
    expect((await fetch(`${url}/healthz`, { method: 'DELETE' })).status).toBe(404);
    const json = { 'content-type': 'application/json' };
    expect((await fetch(`${url}/x`, { method: 'POST', body: 'x'.repeat(300_000), headers: json })).status).toBe(404);
    expect((await fetch(`${url}/x`, { method: 'POST', body: '{', headers: json })).status).toBe(404);
  });

  it('answers a path that cannot be decoded, or a part that is far too long, in the same shape', async () => {
    const url = await start(up);
    for (const path of ['/v1/%zz', `/${'x'.repeat(5000)}`]) {
      const response = await fetch(`${url}${path}`);
      expect(response.status).toBe(404);
      expect(await response.json()).toMatchObject({ error: { code: 'not_found' } });
      expect(response.headers.get('x-ratelimit-remaining')).toMatch(/^29\d$/);
    }
  });

  it('keeps what went wrong inside for the log', async () => {
    const url = await start({
      ...up,
      get modems(): ModemView[] {
        throw new Error('boom at /secret/path');
      },
    });
    const response = await fetch(`${url}/metrics`);
    expect(response.status).toBe(500);
    expect(await response.json()).toEqual({
      error: { code: 'internal', message: 'the request failed; the log says why' },
    });
    expect(logged.join()).toContain('boom at /secret/path');
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
  });

  it.each([
    ['a method that is seldom seen', 'PROPFIND / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n', 404],
    ['no Host', 'GET /nowhere HTTP/1.1\r\nConnection: close\r\n\r\n', 404],
    ['an upgrade', 'GET /nowhere HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, close\r\nUpgrade: websocket\r\n\r\n', 404],
    ['HTTP/1.0', 'GET /nowhere HTTP/1.0\r\n\r\n', 404],
    ['a header that is too long', `GET / HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`, 431],
    ['two lengths', 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n', 400],
  ])('answers %s in its own shape, with how one stands', async (_what, bytes, status) => {
    const answer = await exchange(await start(up), bytes);
    expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(answer).toMatch(/\r\nx-ratelimit-remaining: (?:300|299)\r\n/i);
    expect(JSON.parse(answer.split('\r\n\r\n')[1] ?? '')).toMatchObject({ error: { code: expect.any(String) } });
  });

  it('survives bytes that are no HTTP', async () => {
    const url = await start(up);
    const answer = await exchange(url, '\0\x16\x03\x01 this is no HTTP\r\n\r\n');
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(answer).toMatch(/\r\nx-ratelimit-limit: 300\r\n/);
    expect(JSON.parse(answer.split('\r\n\r\n')[1] ?? '')).toMatchObject({ error: { code: 'validation_error' } });
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
  });

  it('says that its address is taken as one typed error', async () => {
    const { host } = new URL(await start(up));
    await expect(start(up, host)).rejects.toThrow(
      expect.objectContaining({
        code: 'listen.failed',
        message: `HTTP cannot listen on ${host}: another program listens there`,
      }),
    );
  });

  it('answers what is being answered before it ends', async () => {
    let asked = () => {};
    const scraped = new Promise<void>((resolve) => {
      asked = resolve;
    });
    const text = async () => {
      asked();
      await new Promise((resolve) => setTimeout(resolve, 50));
      return 'late';
    };
    const metrics = {
      counters: { event: () => {}, fact: () => {}, published: () => {}, answered: () => {} },
      contentType: 'text/plain',
      text,
    };
    const log = createLogger({ format: 'json', write: () => {} });
    const options = { listen: '127.0.0.1:0', view: viewOf(up), broker: () => up.broker, log, metrics };
    const server = await startHttp(options);
    const answer = fetch(`${server.url}/metrics`).then((response) => response.text());
    await scraped;
    await server.close();
    expect(await answer).toBe('late');
  });

  it('ends at once, also with an idle connection open', async () => {
    const url = await start(up);
    const socket = createConnection({ host: '127.0.0.1', port: Number(new URL(url).port) });
    await new Promise((resolve) => socket.once('connect', resolve));
    const closed = new Promise((resolve) => socket.once('close', resolve));
    await opened.pop()?.close();
    await closed;
    await expect(fetch(`${url}/healthz`)).rejects.toThrow();
  });
});

describe('the metrics', () => {
  it('show every modem, the outbox, the storages, the log of events and the process', async () => {
    const modems = [...up.modems.slice(0, 1), { id: 'm2', state: gone, queued: 0 }];
    const response = await fetch(`${await start({ ...up, modems })}/metrics`);
    expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    const lines = (await response.text()).split('\n');
    expect(lines).toEqual(
      expect.arrayContaining([
        'sim2mqtt_info{gateway="pi-kitchen",version="1.2.3"} 1',
        'sim2mqtt_broker_connected 1',
        'sim2mqtt_events_last_seq 4711',
        '# TYPE sim2mqtt_modem_up gauge',
        'sim2mqtt_modem_up{modem="m1"} 1',
        'sim2mqtt_modem_up{modem="m2"} 0',
        'sim2mqtt_modem_signal_dbm{modem="m1"} -71',
        'sim2mqtt_modem_registration{modem="m1",registration="home"} 1',
        'sim2mqtt_outbox_queued{modem="m1"} 2',
        'sim2mqtt_storage_used{modem="m1",storage="SM"} 3',
        'sim2mqtt_storage_total{modem="m1",storage="ME"} 255',
        '# TYPE sim2mqtt_process_cpu_seconds_total counter',
      ]),
    );
    expect(lines.filter((line) => line.startsWith('sim2mqtt_modem_signal_dbm{'))).toHaveLength(1);
    const names = lines.filter((line) => line !== '' && !line.startsWith('#'));
    expect(names.filter((line) => !line.startsWith('sim2mqtt_'))).toEqual([]);
  });

  it('never show a number, a text or a code', async () => {
    const text = await (await fetch(`${await start(up)}/metrics`)).text();
    expect(text).not.toMatch(/\+?14165551234|\+?14160000000|8988303000000614227/);
  });

  it('count events by type and modem from one scrape to the next', async () => {
    const metrics = createMetrics({ view: viewOf(up), broker: () => up.broker });
    metrics.counters.event('sms_received', 'm1');
    metrics.counters.event('sms_received', 'm1');
    metrics.counters.event('alert', null);
    expect(await metrics.text()).toContain('sim2mqtt_events_total{type="sms_received",modem="m1"} 2');
    metrics.counters.event('sms_received', 'm1');
    const text = await metrics.text();
    expect(text).toContain('sim2mqtt_events_total{type="sms_received",modem="m1"} 3');
    expect(text).toContain('sim2mqtt_events_total{type="alert",modem=""} 1');
  });
});
