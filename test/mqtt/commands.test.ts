import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { CommandReply } from '../../src/domain/command.ts';
import { type Mosquitto, startMosquitto } from './mosquitto.ts';
import { clearStage, connectClient, listen, resultOf, startEdge, startedEdge, until } from './stage.ts';

let broker: Mosquitto;

beforeEach(async () => {
  broker = await startMosquitto();
});

afterEach(async () => {
  await clearStage();
  await broker.dispose();
});

const send = 'sim2mqtt/gw/modem/m1/cmd/send';
const sendReply = 'sim2mqtt/gw/modem/m1/cmd/send/reply';
const done: CommandReply = { ok: true, id: 'r1', result: resultOf('send') };

test('a command reaches the use case with its modem, and its reply goes to the command topic and the response topic', async () => {
  const { port } = await startedEdge(broker.url);
  port.answer = async () => done;
  const response = 'sim2mqtt-client/cli/reply/1';
  const listener = await listen(broker.url, [sendReply, response]);
  await listener.client.publishAsync(send, '{"id":"r1","to":"+1","text":"hi"}', {
    qos: 1,
    properties: { responseTopic: response, correlationData: Buffer.from([0, 255, 7]), messageExpiryInterval: 90 },
  });
  await until('both replies have come', () => listener.packets.length === 2);
  expect(port.requests).toHaveLength(1);
  expect(port.requests[0]).toMatchObject({ name: 'send', modem: 'm1', body: { id: 'r1', to: '+1', text: 'hi' } });
  const notAfter = Number(port.requests[0]?.notAfter) - Date.now();
  expect(notAfter).toBeGreaterThan(60_000);
  expect(notAfter).toBeLessThanOrEqual(90_000);
  expect(listener.packets.map((packet) => packet.topic).sort()).toEqual([response, sendReply]);
  for (const packet of listener.packets) {
    expect(packet.payload.toString()).toBe(
      '{"ok":true,"id":"r1","result":{"message_id":"msg_1","status":"queued","segments":1,"encoding":"gsm7","modem":"m1"}}',
    );
    expect(packet.properties).toMatchObject({ correlationData: Buffer.from([0, 255, 7]), messageExpiryInterval: 60 });
    expect([packet.qos, packet.retain]).toEqual([1, false]);
  }
});

test('a command of the gateway names no modem, and one of MQTT 3.1.1 works without properties', async () => {
  const { port } = await startedEdge(broker.url);
  port.answer = async () => ({
    ok: false,
    id: null,
    error: { code: 'command.unknown', message: 'no', retryable: false },
  });
  const listener = await listen(broker.url, ['sim2mqtt/gw/cmd/+/reply'], { protocolVersion: 4 });
  await listener.client.publishAsync('sim2mqtt/gw/cmd/dance', '{}', { qos: 0 });
  await until('the reply has come', () => listener.packets.length === 1);
  expect(port.requests).toEqual([{ name: 'dance', modem: null, body: {}, notAfter: null }]);
  expect(listener.on('sim2mqtt/gw/cmd/dance/reply')).toEqual([
    '{"ok":false,"id":null,"error":{"code":"command.unknown","message":"no","retryable":false}}',
  ]);
});

describe('refused without any effect', () => {
  const refusals = async (publish: (client: Awaited<ReturnType<typeof listen>>['client']) => Promise<unknown>) => {
    const { port } = await startedEdge(broker.url);
    const listener = await listen(broker.url, [sendReply, 'elsewhere/#', 'sim2mqtt-client/#']);
    await publish(listener.client);
    await until('the reply has come', () => listener.packets.length > 0);
    await sleep(20);
    expect(port.requests).toEqual([]);
    expect(listener.packets.map((packet) => packet.topic)).toEqual([sendReply]);
    return listener.json(sendReply)[0] as {
      ok: boolean;
      id: string | null;
      error: { code: string; retryable: boolean };
    };
  };

  test.each([
    ['outside the allowed ones', 'elsewhere/reply'],
    ['one level short', 'sim2mqtt-client/cli/other'],
  ])('a response topic %s', async (_name, responseTopic) => {
    const reply = await refusals((client) =>
      client.publishAsync(send, '{"id":"r2"}', { qos: 1, properties: { responseTopic } }),
    );
    expect(reply).toMatchObject({ ok: false, id: 'r2', error: { code: 'command.response_topic', retryable: false } });
  });

  test('a live retained command', async () => {
    const reply = await refusals((client) => client.publishAsync(send, '{"id":"r3"}', { qos: 1, retain: true }));
    expect(reply).toMatchObject({ ok: false, id: 'r3', error: { code: 'command.retained' } });
  });

  test('a body that is not JSON', async () => {
    const reply = await refusals((client) => client.publishAsync(send, '{"to":', { qos: 1 }));
    expect(reply).toMatchObject({ ok: false, id: null, error: { code: 'command.invalid', retryable: false } });
  });

  test('a body that is not UTF-8', async () => {
    const body = Buffer.concat([Buffer.from('{"to":"'), Buffer.from([0xff, 0xfe]), Buffer.from('"}')]);
    const reply = await refusals((client) => client.publishAsync(send, body, { qos: 1 }));
    expect(reply).toMatchObject({ ok: false, error: { code: 'command.invalid' } });
  });

  test('a body over 64 kB', async () => {
    const body = JSON.stringify({ text: 'x'.repeat(65_536) });
    const reply = await refusals((client) => client.publishAsync(send, body, { qos: 1 }));
    expect(reply).toMatchObject({ ok: false, error: { code: 'command.invalid' } });
  });
});

test('a retained command from before the start is refused, and removing it is no command', async () => {
  const listener = await listen(broker.url, [sendReply]);
  await listener.client.publishAsync(send, '{"id":"r4"}', { qos: 1, retain: true });
  const { port } = await startedEdge(broker.url);
  await until('it is refused', () => listener.packets.length === 1);
  expect(listener.json(sendReply)[0]).toMatchObject({ ok: false, id: 'r4', error: { code: 'command.retained' } });
  await listener.client.publishAsync(send, '', { qos: 1, retain: true });
  await listener.client.publishAsync(send, '{}', { qos: 1 });
  await until('the next one runs', () => port.requests.length === 1);
  await until('it is answered', () => listener.packets.length === 2);
});

test('a command is acknowledged only after it is accepted: before that it comes again after a loss', async () => {
  const { edge, port } = await startedEdge(broker.url);
  const client = await connectClient(broker.url);
  port.accept = () => new Promise(() => {});
  await client.publishAsync(send, '{"id":"r5"}', { qos: 1 });
  await until('it runs', () => port.requests.length === 1);
  port.accept = async () => {};
  await broker.restart();
  await until('it comes again', () => port.requests.length === 2);
  expect(port.requests[1]).toMatchObject({ name: 'send', modem: 'm1', body: { id: 'r5' } });
  await until('the edge is back', () => edge.connection().connected);
  await sleep(100);
  await broker.restart();
  await until('the loss is noticed', () => !edge.connection().connected);
  await until('the edge is back', () => edge.connection().connected);
  await client.publishAsync(send, '{"id":"r6"}', { qos: 1 });
  await until('the next one runs', () => port.requests.length >= 3);
  expect(port.requests.map((request) => request.body)).toEqual([{ id: 'r5' }, { id: 'r5' }, { id: 'r6' }]);
});

test('a command that could not be committed holds up neither events nor other commands', async () => {
  const { port } = await startedEdge(broker.url);
  const listener = await listen(broker.url, ['sim2mqtt/gw/cmd/+/reply']);
  port.accept = () => Promise.reject(new Error('disk full'));
  port.answer = () => new Promise(() => {});
  await listener.client.publishAsync('sim2mqtt/gw/cmd/scan', '{}', { qos: 1 });
  await until('it runs', () => port.requests.length === 1);
  port.accept = async () => {};
  port.answer = async ({ name }) => ({ ok: true, id: null, result: resultOf(name) });
  await listener.client.publishAsync('sim2mqtt/gw/cmd/backup', '{}', { qos: 1 });
  await until('the other is answered', () => listener.on('sim2mqtt/gw/cmd/backup/reply').length === 1);
});

test('commands sent while the daemon is down are there when it starts', async () => {
  const first = await startedEdge(broker.url);
  const client = await connectClient(broker.url);
  await client.publishAsync(send, '{"id":"a"}', { qos: 1 });
  await until('the first has come', () => first.port.requests.length === 1);
  await first.edge.close();
  await client.publishAsync(send, '{"id":"b"}', { qos: 1 });
  const second = startEdge(broker.url);
  await until('the second has come', () => second.port.requests.length === 1);
  expect(second.port.requests[0]?.body).toEqual({ id: 'b' });
  expect(first.port.requests).toHaveLength(1);
});

test('a slow reply holds up no other command, and a failed one is answered too', async () => {
  const { port } = await startedEdge(broker.url);
  const slow = Promise.withResolvers<CommandReply>();
  port.answer = async ({ name }) => (name === 'ussd' ? slow.promise : done);
  const listener = await listen(broker.url, ['sim2mqtt/gw/modem/m1/cmd/+/reply']);
  await listener.client.publishAsync('sim2mqtt/gw/modem/m1/cmd/ussd', '{"id":"u"}', { qos: 1 });
  await listener.client.publishAsync(send, '{}', { qos: 1 });
  await until('the quick one is answered', () => listener.on(sendReply).length === 1);
  expect(listener.packets).toHaveLength(1);
  slow.reject(new Error('broken'));
  await until('the slow one is answered', () => listener.packets.length === 2);
  expect(listener.json('sim2mqtt/gw/modem/m1/cmd/ussd/reply')[0]).toMatchObject({
    ok: false,
    id: 'u',
    error: { code: 'internal', retryable: true },
  });
});

test('a reply that finds the broker away is published when it is back', async () => {
  const { edge, port } = await startedEdge(broker.url);
  const slow = Promise.withResolvers<CommandReply>();
  port.answer = () => slow.promise;
  const listener = await listen(broker.url, [sendReply], { clientId: 'waits', clean: false });
  await listener.client.publishAsync(send, '{}', { qos: 1 });
  await until('it runs', () => port.requests.length === 1);
  await sleep(50);
  await broker.stop();
  await until('the loss is noticed', () => !edge.connection().connected);
  slow.resolve(done);
  await sleep(50);
  await broker.start();
  await until('the reply has come', () => listener.on(sendReply).length === 1);
});

test('no payload and no topic below the command topics can bring it down', async () => {
  const { port } = await startedEdge(broker.url);
  const client = await connectClient(broker.url);
  const names = fc.constantFrom('send', 'replay', '__proto__', 'é', ' ', 'x'.repeat(200));
  const modems = fc.constantFrom('', 'modem/m1/', 'modem/%00/', 'modem/é/');
  const payloads = fc.oneof(
    fc.uint8Array({ maxLength: 300 }).map((octets) => Buffer.from(octets)),
    fc.json().map((json) => Buffer.from(json)),
    fc.constantFrom('[', '{"__proto__":{"a":1}}', '['.repeat(60_000), '1e999', '"\\ud800"', 'null').map(Buffer.from),
  );
  await fc.assert(
    fc.asyncProperty(names, modems, payloads, async (name, modem, payload) => {
      await client.publishAsync(`sim2mqtt/gw/${modem}cmd/${name}`, payload, { qos: 1 });
    }),
    { numRuns: 200 },
  );
  port.requests.splice(0);
  await client.publishAsync(send, '{"id":"after"}', { qos: 1 });
  await until('the edge still works', () => port.requests.some(({ body }) => Object(body).id === 'after'));
});
