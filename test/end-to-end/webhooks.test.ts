import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { Cleanup, newFolder, startDaemon, startModems, until } from './processes.ts';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

const phone = '+14152055634';
const line = '+14165551231';

interface Event {
  readonly delivery: string;
  readonly text: string;
}

/** An endpoint that takes what it gets, after a moment: so that a kill finds deliveries on their way. */
async function endpoint(): Promise<{ url: string; events: Event[] }> {
  const events: Event[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { data } = JSON.parse(Buffer.concat(chunks).toString('utf8')) as { data: { body: string } };
      events.push({ delivery: String(request.headers['op-delivery-id']), text: data.body });
      setTimeout(() => response.end(), 50);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanup.add(() => server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, events };
}

test('every text reaches the webhook, whenever the daemon is killed, and a repeat is known by its delivery', async () => {
  const modems = await startModems(1, cleanup);
  const data = newFolder(cleanup);
  const config = {
    gateway: 'test',
    mqtt: { listen: '127.0.0.1:0' },
    modems: [{ id: 'm0', port: modems.port(0), number: line, offer: 'lease' }],
    accounts: { signup: 'allowlist', allow: [phone], default_tier: 'paid' },
  };
  let daemon = await startDaemon(config, data, cleanup);
  await until('the modem', async () => (await fetch(`${daemon.httpUrl}/readyz`)).ok);
  const post = async (path: string, body: object, token = '') => {
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
    const answer = await fetch(`${daemon.httpUrl}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
    return (await answer.json()) as Record<string, string>;
  };
  const { verification_id } = await post('/auth/start', { phone });
  const texts = async () => (await modems.ask({ op: 'sent', modem: 0 })) as { text: string }[];
  const code = await until('the code', async () => /\d{6}/.exec((await texts())[0]?.text ?? '')?.[0]);
  const { session_token = '' } = await post('/auth/verify', { verification_id, code });
  const headers = { authorization: `Bearer ${session_token}` };
  const pool = await fetch(`${daemon.httpUrl}/console/numbers/available`, { headers });
  const { numbers } = (await pool.json()) as { numbers: { id: string }[] };
  const number_id = numbers[0]?.id ?? '';
  await post(`/console/numbers/${number_id}/lease`, {}, session_token);
  const hook = await endpoint();
  await post('/console/webhooks', { number_id, url: hook.url, events: ['message.received'] }, session_token);

  const wanted = Array.from({ length: 24 }, (_, n) => `text ${n}`);
  for (const [n, text] of wanted.entries()) {
    await modems.ask({ op: 'inject', modem: 0, from: '+15551234567', text });
    if (n % 8 !== 7) continue;
    await until('one of them on its way', () => hook.events.some((event) => event.text === wanted[n - 4]));
    await daemon.kill();
    daemon = await startDaemon(config, data, cleanup);
  }
  await until('all of them', () => wanted.every((text) => hook.events.some((event) => event.text === text)));
  for (const text of wanted) {
    const deliveries = hook.events.filter((event) => event.text === text).map(({ delivery }) => delivery);
    expect(new Set(deliveries).size).toBe(1);
  }
}, 60_000);
