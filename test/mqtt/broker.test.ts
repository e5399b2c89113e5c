import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createLogger } from '../../src/log.ts';
import { type Broker, startBroker } from '../../src/mqtt/mqtt.ts';
import { wireTo } from './cut.ts';
import { freePort } from './mosquitto.ts';
import { clearStage, connectClient, listen, never, smsOf, startedEdge, until } from './stage.ts';

const quiet = createLogger({ write: () => {} });
const v4 = { protocolVersion: 4 } as const;
const smsTopic = 'sim2mqtt/gw/modem/m1/event/sms';
const send = 'sim2mqtt/gw/modem/m1/cmd/send';

let broker: Broker;

beforeEach(async () => {
  broker = await startBroker('127.0.0.1:0', quiet);
});

afterEach(async () => {
  await clearStage();
  await broker.close();
});

const portOf = (url: string) => Number(new URL(url).port);

describe('the embedded broker with the edge', () => {
  test('carries events in order to a subscriber of MQTT 3.1.1, and the retained topics to a late one', async () => {
    const { edge } = await startedEdge(broker.url);
    const listener = await listen(broker.url, ['sim2mqtt/gw/modem/m1/event/#'], v4);
    for (let seq = 1; seq <= 100; seq += 1) await edge.sink.deliver(smsOf(seq), never);
    await until('all have come', () => listener.packets.length === 100);
    expect(listener.json(smsTopic).map((event) => event.seq)).toEqual(Array.from({ length: 100 }, (_, i) => i + 1));
    const late = await listen(broker.url, ['sim2mqtt/gw/#'], v4);
    await until('the retained topics have come', () => late.packets.length === 4);
    expect(late.on('sim2mqtt/gw/availability')).toEqual(['online']);
    expect(late.packets.every((packet) => packet.retain)).toBe(true);
  });

  test('carries commands and replies, and lets the edge refuse a retained one', async () => {
    const { port } = await startedEdge(broker.url);
    const listener = await listen(broker.url, [`${send}/reply`], v4);
    await listener.client.publishAsync(send, '{"id":"r1"}', { qos: 1 });
    await until('the reply has come', () => listener.packets.length === 1);
    expect(port.requests).toMatchObject([{ name: 'send', modem: 'm1', body: { id: 'r1' }, notAfter: null }]);
    await listener.client.publishAsync(send, '{"id":"r2"}', { qos: 1, retain: true });
    await until('the refusal has come', () => listener.packets.length === 2);
    expect(listener.json(`${send}/reply`)[1]).toMatchObject({ id: 'r2', error: { code: 'command.retained' } });
    expect(port.requests).toHaveLength(1);
  });

  test('publishes the will of an edge that is cut off, and hears it again afterwards', async () => {
    const wire = await wireTo(portOf(broker.url));
    const { edge } = await startedEdge(wire.url);
    const listener = await listen(broker.url, ['sim2mqtt/gw/availability'], v4);
    await until('it is online', () => listener.packets.length === 1);
    wire.cut();
    await until('it is offline', () => listener.on('sim2mqtt/gw/availability').at(-1) === 'offline');
    wire.mend();
    await edge.sink.deliver(smsOf(1), never);
    await until('it is online again', () => listener.on('sim2mqtt/gw/availability').at(-1) === 'online');
    await wire.close();
  });
});

test('a client with a lasting session gets what came while it was away, but no more than 1,000 messages', async () => {
  const session = { ...v4, clientId: 'lasting', clean: false };
  const before = await listen(broker.url, ['topic/#'], session);
  await before.client.endAsync();
  const sender = await connectClient(broker.url, v4);
  for (let batch = 0; batch < 11; batch += 1)
    await Promise.all(
      Array.from({ length: 100 }, (_, i) => sender.publishAsync('topic/a', String(batch * 100 + i), { qos: 1 })),
    );
  const after = await listen(broker.url, [], session);
  await sender.publishAsync('topic/done', 'x', { qos: 0 });
  await until('the queue is empty', () => after.packets.length >= 1_001);
  const numbers = after.on('topic/a').map(Number);
  expect(numbers).toHaveLength(1_000);
  expect(numbers.at(-1)).toBe(999);
  await sender.publishAsync('topic/a', 'room again', { qos: 1 });
  await until('there is room again', () => after.on('topic/a').at(-1) === 'room again');
});

test('a subscriber that takes nothing is cut off, and the others get everything', async () => {
  const stuck = connect(portOf(broker.url), '127.0.0.1');
  stuck.on('error', () => {});
  // CONNECT as "s", keep alive off; SUBSCRIBE to big/# at QoS 0.
  stuck.write(Buffer.from('100d00044d51545404020000000173820a000100056269672f2300', 'hex'));
  await once(stuck, 'data');
  stuck.pause();
  const cut = once(stuck, 'close');
  const listener = await listen(broker.url, ['big/#'], v4);
  const sender = await connectClient(broker.url, v4);
  const body = 'x'.repeat(100_000);
  for (let i = 0; i < 150; i += 1) await sender.publishAsync('big/a', body, { qos: 1 });
  await until('the other has everything', () => listener.packets.length === 150);
  stuck.resume();
  await cut;
});

test('a packet that announces more than 1 MiB costs its sender the connection, and nobody else', async () => {
  const greedy = connect(portOf(broker.url), '127.0.0.1');
  greedy.on('error', () => {});
  greedy.resume();
  greedy.write(Buffer.from('100d00044d515454040200000001673081808040', 'hex'));
  await once(greedy, 'close');
  const sender = await connectClient(broker.url, v4);
  await sender.publishAsync('still/there', 'x'.repeat(900_000), { qos: 1 });
});

test('a port that is taken is one clear error with a hint', async () => {
  const taken = portOf(broker.url);
  await expect(startBroker(`127.0.0.1:${taken}`, quiet)).rejects.toMatchObject({
    code: 'mqtt.refused',
    message: `The embedded MQTT broker cannot listen on 127.0.0.1:${taken}.`,
  });
});

test('it listens where it is told to', async () => {
  const port = await freePort();
  const other = await startBroker(`127.0.0.1:${port}`, quiet);
  expect(other.url).toBe(`mqtt://127.0.0.1:${port}`);
  await other.close();
});
