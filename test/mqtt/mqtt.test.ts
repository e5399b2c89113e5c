import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Mosquitto, startMosquitto } from './mosquitto.ts';
import {
  clearStage,
  connectClient,
  eventOf,
  listen,
  never,
  readyState,
  smsOf,
  startEdge,
  startedEdge,
  until,
} from './stage.ts';

let broker: Mosquitto;

beforeEach(async () => {
  broker = await startMosquitto();
});

afterEach(async () => {
  await clearStage();
  await broker.dispose();
});

const smsTopic = 'sim2mqtt/gw/modem/m1/event/sms';

describe('events', () => {
  test('an event is published with its expiry, at QoS 1 and never retained, and resolves on PUBACK', async () => {
    const listener = await listen(broker.url, ['sim2mqtt/gw/modem/+/event/#', 'sim2mqtt/gw/event/#']);
    const { edge } = await startedEdge(broker.url);
    await edge.sink.deliver(smsOf(1), never);
    await edge.sink.deliver(
      eventOf(2, {
        type: 'otp_received',
        to: null,
        from: 'Bank',
        otp: { code: '123456', rule: 'r', confidence: 1 },
        messageId: 'msg_1',
        expires: Date.UTC(2025, 0, 2, 3, 14, 5),
      }),
      never,
    );
    await edge.sink.deliver(eventOf(3, { type: 'call_ringing', to: null, from: null }), never);
    await edge.sink.deliver(eventOf(4, { type: 'ussd', text: 'Balance 5', replyExpected: false }), never);
    await edge.sink.deliver(eventOf(5, { type: 'alert', code: 'c', message: 'm' }, null), never);
    await until('all have come', () => listener.packets.length === 5);
    expect(listener.packets.map((p) => [p.topic, p.properties?.messageExpiryInterval, p.qos, p.retain])).toEqual([
      ['sim2mqtt/gw/modem/m1/event/sms', 86_400, 1, false],
      ['sim2mqtt/gw/modem/m1/event/otp', 600, 1, false],
      ['sim2mqtt/gw/modem/m1/event/call', 3_600, 1, false],
      ['sim2mqtt/gw/modem/m1/event/ussd', 3_600, 1, false],
      ['sim2mqtt/gw/event/gateway', 86_400, 1, false],
    ]);
    expect(listener.json(smsTopic)[0]).toEqual({
      event_type: 'sms_received',
      id: 'msg_1',
      seq: 1,
      time: '2025-01-02T03:04:05.006Z',
      gateway: 'gw',
      modem: 'm1',
      to: '+14165550001',
      from: 'Bank',
      text: 'text 1',
      parts: 1,
      encoding: 'gsm7',
      smsc_time: '2025-01-02T03:04:05-05:00',
      partial: false,
    });
  });

  test('events keep their order over stops and starts of the broker, and none is missing', async () => {
    const listener = await listen(broker.url, [smsTopic], {
      clientId: 'keeps-its-session',
      clean: false,
      properties: { sessionExpiryInterval: 600 },
    });
    const { edge } = await startedEdge(broker.url);
    const acknowledged: number[] = [];
    const feeding = (async () => {
      for (let seq = 1; seq <= 300; seq += 1) {
        await edge.sink.deliver(smsOf(seq), never);
        acknowledged.push(seq);
      }
    })();
    for (const after of [40, 150]) {
      await until(`${after} are acknowledged`, () => acknowledged.length >= after);
      await broker.restart();
    }
    await feeding;
    const seqs = () => listener.json(smsTopic).map((event) => Number(event.seq));
    await until('the last one has come', () => seqs().at(-1) === 300);
    const firstSeen = [...new Set(seqs())];
    expect(firstSeen).toEqual(Array.from({ length: 300 }, (_, i) => i + 1));
    for (const [i, seq] of seqs().entries()) expect(seq - (seqs()[i - 1] ?? 0)).toBeLessThanOrEqual(1);
  });

  test('deliver waits while the broker is away, and is published once it is back', async () => {
    const listener = await listen(broker.url, [smsTopic], { clientId: 'waits', clean: false });
    const { edge } = await startedEdge(broker.url);
    await broker.stop();
    await until('the loss is noticed', () => !edge.connection().connected);
    let done = false;
    const delivery = edge.sink.deliver(smsOf(1), never).then(() => {
      done = true;
    });
    await sleep(100);
    expect(done).toBe(false);
    expect(edge.connection().problem).toBeTypeOf('string');
    await broker.start();
    await delivery;
    await until('it has come', () => listener.on(smsTopic).length === 1);
    expect(edge.connection()).toEqual({ connected: true });
  });

  test('an abort rejects with its reason, connected or not, and leaves the next one in order', async () => {
    const { edge } = startEdge('mqtt://127.0.0.1:1');
    const stop = new AbortController();
    const delivery = edge.sink.deliver(smsOf(1), stop.signal);
    const next = edge.sink.deliver(smsOf(2), AbortSignal.abort(new Error('not wanted')));
    stop.abort(new Error('enough'));
    await expect(delivery).rejects.toThrow('enough');
    await expect(next).rejects.toThrow('not wanted');
  });

  test('deliveries that overlap still go out one after the other', async () => {
    const listener = await listen(broker.url, [smsTopic]);
    const { edge } = startEdge(broker.url);
    await Promise.all([1, 2, 3, 4, 5].map((seq) => edge.sink.deliver(smsOf(seq), never)));
    await until('all have come', () => listener.on(smsTopic).length === 5);
    expect(listener.json(smsTopic).map((event) => event.seq)).toEqual([1, 2, 3, 4, 5]);
  });

  test('a subscriber of MQTT 3.1.1 gets every event', async () => {
    const listener = await listen(broker.url, ['sim2mqtt/gw/#'], { protocolVersion: 4 });
    const { edge } = await startedEdge(broker.url);
    await edge.sink.deliver(smsOf(1), never);
    await until('it has come', () => listener.on(smsTopic).length === 1);
    expect(listener.json(smsTopic)[0]).toMatchObject({ event_type: 'sms_received', text: 'text 1' });
  });
});

describe('retained topics', () => {
  test('tell the gateway and its modems', async () => {
    await startedEdge(broker.url);
    const listener = await listen(broker.url, ['sim2mqtt/gw/#']);
    await until('all have come', () => listener.on('sim2mqtt/gw/modem/m1/availability').length > 0);
    expect(listener.packets.every((packet) => packet.qos === 1)).toBe(true);
    expect(listener.on('sim2mqtt/gw/availability').at(-1)).toBe('online');
    expect(listener.on('sim2mqtt/gw/modem/m1/availability').at(-1)).toBe('online');
    expect(listener.json('sim2mqtt/gw/info').at(-1)).toEqual({
      version: '0.1.0',
      schema: 1,
      boot: 'boot-1',
      seq: 7,
      modems: ['m1'],
    });
    expect(listener.json('sim2mqtt/gw/modem/m1/state').at(-1)).toEqual({
      phase: 'ready',
      problem: null,
      registration: 'home',
      operator: 'Operator',
      technology: 'lte',
      signal_dbm: -71,
      sim: 'ready',
      number: '+14165550001',
      smsc: '+14165550000',
      storage: [{ name: 'ME', used: 3, total: 100 }],
      queue: 2,
      queued_reason: null,
      retry_at: null,
      balance: null,
      roaming: false,
      port: '/dev/ttyUSB2',
      manufacturer: 'Maker',
      model: 'M1',
      revision: 'R1',
      imei: '490154203237518',
      since: '2025-01-02T03:04:05.000Z',
    });
  });

  test('are there for one who subscribes later', async () => {
    await startedEdge(broker.url);
    const first = await listen(broker.url, ['sim2mqtt/gw/#']);
    await until('all are published', () => first.on('sim2mqtt/gw/modem/m1/availability').length > 0);
    const late = await listen(broker.url, ['sim2mqtt/gw/#']);
    await until('all have come', () => late.packets.length === 4);
    expect(late.packets.map((packet) => [packet.topic, packet.retain]).sort()).toEqual([
      ['sim2mqtt/gw/availability', true],
      ['sim2mqtt/gw/info', true],
      ['sim2mqtt/gw/modem/m1/availability', true],
      ['sim2mqtt/gw/modem/m1/state', true],
    ]);
  });

  test('follow a change of a modem, and many changes at once are few messages', async () => {
    const listener = await listen(broker.url, ['sim2mqtt/gw/modem/#']);
    const { edge, view } = await startedEdge(broker.url);
    const state = 'sim2mqtt/gw/modem/m1/state';
    await until('the first state has come', () => listener.on(state).length === 1);
    for (let dbm = -110; dbm <= -60; dbm += 1) {
      view.list = [{ id: 'm1', state: { ...readyState, phase: 'recovering', signalDbm: dbm }, queued: 0 }];
      edge.modemChanged('m1');
    }
    await until('the last state has come', () => listener.json(state).at(-1)?.signal_dbm === -60);
    await until('it is offline', () => listener.on('sim2mqtt/gw/modem/m1/availability').at(-1) === 'offline');
    expect(listener.on(state).length).toBeLessThanOrEqual(4);
  });

  test('of a modem that is gone are cleared, and info no longer names it', async () => {
    const listener = await listen(broker.url, ['sim2mqtt/gw/#']);
    const { edge, view } = await startedEdge(broker.url);
    await until('the state has come', () => listener.on('sim2mqtt/gw/modem/m1/availability').length === 1);
    view.list = [{ id: 'm2', state: readyState, queued: 0 }];
    edge.modemChanged('m1');
    await until('it is cleared', () => listener.on('sim2mqtt/gw/modem/m1/availability').at(-1) === '');
    expect(listener.on('sim2mqtt/gw/modem/m1/state').at(-1)).toBe('');
    expect(listener.json('sim2mqtt/gw/info').at(-1)?.modems).toEqual(['m2']);
  });

  test('are published again on every connect, when the broker forgot them', async () => {
    const { edge } = await startedEdge(broker.url);
    const before = await listen(broker.url, ['sim2mqtt/gw/#']);
    await until('all are published', () => before.on('sim2mqtt/gw/modem/m1/availability').length > 0);
    await broker.stop('SIGKILL');
    await until('the loss is noticed', () => !edge.connection().connected);
    await broker.start();
    await until('the edge is back', () => edge.connection().connected);
    const late = await listen(broker.url, ['sim2mqtt/gw/#']);
    await until('all have come', () => new Set(late.packets.map((packet) => packet.topic)).size === 4);
  });

  test('are published again when Home Assistant says online, and not otherwise', async () => {
    const listener = await listen(broker.url, ['sim2mqtt/gw/#']);
    await startedEdge(broker.url);
    const info = () => listener.on('sim2mqtt/gw/info').length;
    const state = () => listener.on('sim2mqtt/gw/modem/m1/availability').length;
    await until('all are published', () => state() === 1);
    await listener.client.publishAsync('homeassistant/status', 'offline', { qos: 1 });
    await listener.client.publishAsync('homeassistant/status', 'online', { qos: 1 });
    await until('all are published again', () => state() === 2);
    expect(info()).toBe(2);
  });
});

describe('availability', () => {
  test('is offline by its own word when the gateway stops', async () => {
    const listener = await listen(broker.url, ['sim2mqtt/gw/availability']);
    const { edge } = await startedEdge(broker.url);
    await until('online', () => listener.on('sim2mqtt/gw/availability').length === 1);
    await edge.close();
    await until('offline', () => listener.on('sim2mqtt/gw/availability').at(-1) === 'offline');
    expect(edge.connection().connected).toBe(false);
  });

  test('close is done in bounded time while the broker is away, and rejects what waits', async () => {
    const { edge } = startEdge('mqtt://127.0.0.1:1');
    const delivery = edge.sink.deliver(smsOf(1), never);
    const rejected = expect(delivery).rejects.toMatchObject({ code: 'mqtt.refused', transient: true });
    await edge.close();
    await rejected;
  });
});

test('a fight with another client over our client id ends soon, is told once, and leaves the id to the other', async () => {
  const { edge, takenOver } = await startedEdge(broker.url);
  const rival = await connectClient(broker.url, { clientId: 'sim2mqtt-gw', reconnectPeriod: 100 });
  await until('the edge gives way', () => takenOver() === 1);
  expect(edge.connection().problem).toMatch('another client may use the client id sim2mqtt-gw');
  await until('the other is connected', () => rival.connected);
  await sleep(1_500);
  expect(rival.connected).toBe(true);
  expect(takenOver()).toBe(1);
});

test('an event that the access rules of the broker forbid is refused, and others go out', async () => {
  const strict = await startMosquitto({
    acl: 'topic deny sim2mqtt/gw/modem/m1/event/ussd\ntopic readwrite #\n',
  });
  const { edge } = await startedEdge(strict.url);
  const ussd = eventOf(1, { type: 'ussd', text: 'Balance 5', replyExpected: false });
  await expect(edge.sink.deliver(ussd, never)).rejects.toMatchObject({
    code: 'mqtt.refused',
    details: { reason: 0x87 },
  });
  await edge.sink.deliver(smsOf(2), never);
  await edge.close();
  await strict.dispose();
});

test('an event is counted in info before the daemon stops', async () => {
  const { edge, view } = await startedEdge(broker.url);
  const listener = await listen(broker.url, ['sim2mqtt/gw/info']);
  view.seq = 8;
  await edge.sink.deliver(smsOf(8), never);
  await edge.close();
  await until('the last seq has come', () => listener.json('sim2mqtt/gw/info').at(-1)?.seq === 8);
});
