import { createHmac } from 'node:crypto';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { type CurlAnswer, curl } from './curls.ts';
import { Cleanup, type Daemon, type Modems, newFolder, startDaemon, startModems, until } from './processes.ts';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

const shared = '+16176088932';
const leasable = '+14165551231';
const human = '+14152055634';

interface Stage {
  readonly modems: Modems;
  readonly daemon: Daemon;
  readonly data: string;
  ask(command: string): Promise<CurlAnswer>;
}

async function start(tier: 'free' | 'paid'): Promise<Stage> {
  const modems = await startModems(2, cleanup);
  const data = newFolder(cleanup);
  const config = {
    gateway: 'test',
    mqtt: { listen: '127.0.0.1:0' },
    modems: [
      { id: 'm0', port: modems.port(0), number: shared, offer: 'shared' },
      { id: 'm1', port: modems.port(1), number: leasable, offer: 'lease' },
    ],
    accounts: { signup: 'allowlist', allow: [human], default_tier: tier },
  };
  const daemon = await startDaemon(config, data, cleanup);
  await until('ready modems', async () => (await fetch(`${daemon.httpUrl}/readyz`)).ok);
  const ask = (command: string) => curl(command.replaceAll('https://api.example', daemon.httpUrl), data);
  return { modems, daemon, data, ask };
}

const sentBy = async (modems: Modems, modem: number) =>
  (await modems.ask({ op: 'sent', modem })) as { text: string; to: string }[];

interface Call {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

async function endpoint(): Promise<{ url: string; calls: Call[] }> {
  const calls: Call[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      calls.push({ headers: request.headers, body: Buffer.concat(chunks).toString('utf8') });
      response.end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanup.add(() => server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/sms`, calls };
}

function ok({ status, headers, body }: CurlAnswer): Record<string, unknown> {
  expect({ status, body }).toMatchObject({ status: 200 });
  expect(headers).toMatchObject({
    'x-ratelimit-limit': expect.stringMatching(/^\d+$/),
    'x-ratelimit-remaining': expect.stringMatching(/^\d+$/),
    'x-ratelimit-reset': expect.stringMatching(/^\d+$/),
  });
  return body;
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const instant = expect.stringMatching(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}$/);

async function signUp({ ask, modems }: Stage): Promise<Record<string, unknown>> {
  const started = ok(
    await ask(`curl -X POST https://api.example/auth/start \\
  -H 'Content-Type: application/json' \\
  -d '{"phone": "${human}"}'`),
  );
  expect(started).toEqual({ verification_id: expect.stringMatching(uuid), expires_in: 600 });
  const id = String(started.verification_id);
  const text = await until('the code on the phone', async () => (await sentBy(modems, 0))[0]);
  expect(text.to).toBe(human);
  const code = /\b\d{6}\b/.exec(text.text)?.[0] ?? '';
  const delivered = await until('delivery', async () => {
    const answer = ok(await ask(`curl https://api.example/auth/verifications/${id}`));
    return answer.delivery_status === 'sent' ? answer : undefined;
  });
  expect(delivered).toMatchObject({ verification_id: id });
  return ok(
    await ask(`curl -X POST https://api.example/auth/verify \\
  -c cookies.txt \\
  -H 'Content-Type: application/json' \\
  -d '{"verification_id": "${id}", "code": "${code}"}'`),
  );
}

async function keyFor({ ask }: Stage, numberId: string): Promise<Record<string, unknown>> {
  return ok(
    await ask(`curl -X POST https://api.example/console/api-keys \\
  -b cookies.txt -H 'Content-Type: application/json' \\
  -d '{"number_id": "${numberId}", "name": "agent"}'`),
  );
}

test('every curl of the OP document, in its order, gives the documented shape', async () => {
  const stage = await start('paid');
  const { ask, modems } = stage;

  const session = await signUp(stage);
  expect(session).toEqual({
    user: { id: expect.stringMatching(uuid), phone: human, created: true },
    session_token: expect.stringMatching(/^ses_live_[0-9A-Za-z]{32,}$/),
    expires_at: instant,
  });

  expect(ok(await ask('curl -b cookies.txt https://api.example/console/api-keys'))).toEqual({ api_keys: [] });

  const { numbers } = ok(await ask('curl -b cookies.txt https://api.example/console/numbers/available')) as {
    numbers: { id: string; e164: string; region: string }[];
  };
  expect(numbers).toEqual(
    expect.arrayContaining([
      { id: expect.any(String), e164: shared, region: 'US' },
      { id: expect.any(String), e164: leasable, region: 'CA' },
    ]),
  );
  const idOf = (e164: string) => numbers.find((number) => number.e164 === e164)?.id ?? '';

  const freeKey = await keyFor(stage, idOf(shared));
  expect(freeKey).toEqual({
    id: expect.any(String),
    key: expect.stringMatching(/^op_live_[0-9A-Za-z]{32}$/),
    key_prefix: expect.stringMatching(/^op_live_[0-9A-Za-z]{4}$/),
    name: 'agent',
    created_at: instant,
  });
  expect(String(freeKey.key)).toContain(String(freeKey.key_prefix));

  const leased = ok(
    await ask(`curl -X POST https://api.example/console/numbers/${idOf(leasable)}/lease -b cookies.txt`),
  );
  expect(leased).toMatchObject({ id: idOf(leasable), e164: leasable, region: 'CA' });
  const mine = ok(await ask('curl -b cookies.txt https://api.example/console/numbers/mine'));
  expect(mine).toMatchObject({ numbers: [{ id: idOf(leasable), e164: leasable, region: 'CA' }] });
  const key = String((await keyFor(stage, idOf(leasable))).key);

  const first = ok(
    await ask(`curl -X POST https://api.example/v1/messages \\
  -H 'Authorization: Bearer ${key}' \\
  -H 'Content-Type: application/json' \\
  -d '{"to": "${human}", "body": "Hey, this is my new number. Text me here anytime."}'`),
  );
  expect(first).toMatchObject({
    id: expect.stringMatching(/^msg_/),
    status: 'queued',
    direction: 'outbound',
    to: human,
    from: leasable,
    body: 'Hey, this is my new number. Text me here anytime.',
    created_at: instant,
    sent_at: null,
    error: null,
  });
  await until('the text on the air', async () => (await sentBy(modems, 1)).length === 1);

  const hook = await endpoint();
  const webhook = ok(
    await ask(`curl -X POST https://api.example/console/webhooks \\
  -b cookies.txt -H 'Content-Type: application/json' \\
  -d '{
    "number_id": "${idOf(leasable)}",
    "url": "${hook.url}",
    "events": ["message.received", "message.sent", "message.failed"]
  }'`),
  );
  expect(webhook).toMatchObject({
    id: expect.any(String),
    number_id: idOf(leasable),
    url: hook.url,
    events: ['message.received', 'message.sent', 'message.failed'],
    secret: expect.stringMatching(/^whs_/),
  });

  await modems.ask({ op: 'inject', modem: 1, from: human, text: 'hi back' });
  const inbound = await until('the answer in the list', async () => {
    const page = ok(
      await ask(`curl -H 'Authorization: Bearer ${key}' \\
  'https://api.example/v1/messages?direction=inbound&limit=5'`),
    ) as { data: Record<string, unknown>[]; next_cursor: null };
    return page.data.length === 0 ? undefined : page;
  });
  expect(inbound).toMatchObject({
    data: [{ direction: 'inbound', from: human, to: leasable, body: 'hi back', created_at: instant }],
    next_cursor: null,
  });

  const number = ok(
    await ask(`curl https://api.example/v1/number \\
  -H 'Authorization: Bearer ${key}'`),
  );
  expect(number).toMatchObject({ e164: leasable, region: 'CA', tier: 'paid' });
  expect(ok(await ask('curl https://api.example/healthz'))).toEqual({ status: 'ok' });

  await new Promise((resolve) => setTimeout(resolve, 1100)); // one message a second
  const second = ok(
    await ask(`curl -X POST https://api.example/v1/messages \\
  -H 'Authorization: Bearer ${key}' \\
  -H 'Content-Type: application/json' \\
  -d '{"to": "+14155559999", "body": "Your appointment is confirmed for Tuesday at 2pm."}'`),
  );
  const sent = await until('sent', async () => {
    const message = ok(
      await ask(`curl https://api.example/v1/messages/${String(second.id)} \\
  -H 'Authorization: Bearer ${key}'`),
    );
    return message.status === 'sent' ? message : undefined;
  });
  expect(sent).toMatchObject({ id: second.id, status: 'sent', sent_at: instant, error: null });
  const page = ok(
    await ask(`curl 'https://api.example/v1/messages?direction=inbound&limit=20' \\
  -H 'Authorization: Bearer ${key}'`),
  );
  expect(page).toMatchObject({ data: [{ body: 'hi back' }], next_cursor: null });

  const calls = await until('two webhook calls', () => (hook.calls.length >= 2 ? hook.calls : undefined));
  const received = calls.find(({ headers }) => headers['op-event'] === 'message.received');
  expect(JSON.parse(received?.body ?? '')).toEqual({
    id: expect.stringMatching(/^evt_/),
    type: 'message.received',
    created_at: instant,
    data: {
      id: (inbound.data[0] as { id: string }).id,
      direction: 'inbound',
      to: leasable,
      from: human,
      body: 'hi back',
      received_at: instant,
    },
  });
  const [, t, v1] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(String(received?.headers['op-signature'])) ?? [];
  const expected = createHmac('sha256', String(webhook.secret)).update(`${t}.${received?.body}`).digest('hex');
  expect(v1).toBe(expected);
  expect(received?.headers['op-delivery-id']).toMatch(uuid);
  expect(received?.headers['content-type']).toBe('application/json');

  const released = ok(
    await ask(`curl -X POST https://api.example/console/numbers/${idOf(leasable)}/release -b cookies.txt`),
  );
  expect(released).toMatchObject({ id: idOf(leasable), e164: leasable });
  ok(await ask(`curl -X DELETE https://api.example/console/api-keys/${String(freeKey.id)} -b cookies.txt`));
});
