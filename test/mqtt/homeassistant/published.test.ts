import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ConfiguredModem, HomeAssistantOptions, MqttOptions, RetainedMemory } from '../../../src/mqtt/mqtt.ts';
import { type Mosquitto, startMosquitto } from '../mosquitto.ts';
import { clearStage, listen, readyState, startEdge, startedEdge, until, View } from '../stage.ts';

let broker: Mosquitto;

beforeEach(async () => {
  broker = await startMosquitto();
});

afterEach(async () => {
  await clearStage();
  await broker.dispose();
});

const gatewayTopic = 'homeassistant/device/sim2mqtt_gw/config';
const modemTopic = 'homeassistant/device/sim2mqtt_gw_m1/config';
const homeassistant: HomeAssistantOptions = { otp: 'masked', contacts: {} };
const modems: ConfiguredModem[] = [{ id: 'm1' }];

/** What some gateway has announced. */
const announced = JSON.stringify({
  device: { identifiers: ['x'], name: 'x' },
  origin: { name: 'sim2mqtt', sw_version: '1' },
  components: { signal: { platform: 'sensor' } },
});

/** Survives a restart of the edge, as a database does; `saved` is what it holds. */
function memory(saved: Record<string, Record<string, string>> = {}): RetainedMemory & { saved: string } {
  return {
    saved: JSON.stringify(saved),
    load() {
      return JSON.parse(this.saved);
    },
    save(published) {
      this.saved = JSON.stringify(published);
    },
  };
}

/** What the broker retains now, by topic. */
async function retained(filter = '#'): Promise<Record<string, string>> {
  const listener = await listen(broker.url, [filter, 'end/of/retained']);
  await listener.client.publishAsync('end/of/retained', 'x', { qos: 1 });
  await until('all that is retained has come', () => listener.on('end/of/retained').length > 0);
  const packets = listener.packets.filter(({ retain }) => retain);
  return Object.fromEntries(packets.map(({ topic, payload }) => [topic, payload.toString()]));
}

async function runOnce(options: Partial<MqttOptions>, settled: () => boolean | Promise<boolean>): Promise<void> {
  const { edge } = await startedEdge(broker.url, options);
  for (let tries = 0; tries < 100 && !(await settled()); tries += 1) await sleep(20);
  await edge.close();
}

describe('discovery', () => {
  test('is retained at QoS 1, the gateway before its modems, and only where it is wanted', async () => {
    const listener = await listen(broker.url, ['homeassistant/#']);
    await startedEdge(broker.url, { homeassistant, modems });
    await until('both have come', () => listener.packets.length === 2);
    expect(listener.packets.map(({ topic, qos, retain }) => [topic, qos, retain])).toEqual([
      [gatewayTopic, 1, true],
      [modemTopic, 1, true],
    ]);
    await startedEdge(broker.url, { gateway: 'other' });
    await sleep(300);
    expect(listener.packets).toHaveLength(2);
  });

  test('is published again on every connect, and when Home Assistant is born', async () => {
    const listener = await listen(broker.url, ['homeassistant/device/#']);
    const { edge } = await startedEdge(broker.url, { homeassistant, modems });
    await until('it has come', () => listener.on(modemTopic).length === 1);
    await listener.client.publishAsync('homeassistant/status', 'online', { qos: 1 });
    await until(
      'it has come again',
      () => listener.on(modemTopic).length === 2 && listener.on(gatewayTopic).length === 2,
    );
    await broker.stop('SIGKILL');
    await until('the loss is noticed', () => !edge.connection().connected);
    await broker.start();
    await until('the edge is back', () => edge.connection().connected);
    const late = await listen(broker.url, ['homeassistant/device/#']);
    await until('it is there again', () => late.on(modemTopic).length > 0);
    expect(late.on(modemTopic)[0]).toBe(listener.on(modemTopic)[0]);
  });

  test('follows what the modem tells of itself, and not each change of its state', async () => {
    const listener = await listen(broker.url, ['homeassistant/device/#', 'sim2mqtt/gw/modem/m1/state']);
    const { edge, view } = await startedEdge(broker.url, { homeassistant, modems });
    await until('it has come', () => listener.on(modemTopic).length === 1);
    view.list = [{ id: 'm1', state: { ...readyState, signalDbm: -99 }, queued: 0 }];
    edge.modemChanged('m1');
    await until('the signal has come', () => listener.json('sim2mqtt/gw/modem/m1/state').at(-1)?.signal_dbm === -99);
    const identity = { ...readyState.identity, revision: 'R2' };
    view.list = [{ id: 'm1', state: { ...readyState, identity }, queued: 0 }];
    edge.modemChanged('m1');
    await until('the revision has come', () => listener.on(modemTopic).length === 2);
    expect(listener.json(modemTopic).at(-1)).toMatchObject({ device: { sw_version: 'R2' } });
    expect(listener.on(gatewayTopic)).toHaveLength(1);
  });
});

describe('what is no more', () => {
  const both: ConfiguredModem[] = [{ id: 'm1' }, { id: 'm2' }];
  const viewOfBoth = () => {
    const view = new View();
    view.list = both.map(({ id }) => ({ id, state: readyState, queued: 0 }));
    return view;
  };
  const has = (topic: string) => async () => topic in (await retained());
  const lacks = (topic: string) => async () => !(topic in (await retained()));

  test('is cleared when a modem has left the configuration between two starts, with its other topics', async () => {
    const kept = memory();
    const secondTopic = 'homeassistant/device/sim2mqtt_gw_m2/config';
    await runOnce({ homeassistant, modems: both, view: viewOfBoth(), memory: kept }, has(secondTopic));
    expect(Object.keys(await retained())).toContain('sim2mqtt/gw/modem/m2/state');
    const listener = await listen(broker.url, [secondTopic]);
    await runOnce({ homeassistant, modems, memory: kept }, lacks(secondTopic));
    await until('the empty message has come', () => listener.on(secondTopic).at(-1) === '');
    expect(Object.keys(await retained()).sort()).toEqual([
      gatewayTopic,
      modemTopic,
      'sim2mqtt/gw/availability',
      'sim2mqtt/gw/info',
      'sim2mqtt/gw/modem/m1/availability',
      'sim2mqtt/gw/modem/m1/state',
    ]);
    expect(Object.keys(kept.load())).not.toContain(secondTopic);
  });

  test('is cleared when discovery is switched off, while all else stays', async () => {
    const kept = memory();
    await runOnce({ homeassistant, modems, memory: kept }, has(modemTopic));
    await runOnce({ modems, memory: kept }, lacks(modemTopic));
    expect(Object.keys(await retained('homeassistant/#'))).toEqual([]);
    expect(Object.keys(await retained('sim2mqtt/#'))).toHaveLength(4);
  });

  test('is cleared at last though the gateway was killed before it had told anybody', async () => {
    const kept = memory({ [modemTopic]: { signal: 'sensor' }, 'sim2mqtt/gw/modem/gone/availability': {} });
    const client = await listen(broker.url, []);
    await client.client.publishAsync(modemTopic, announced, { qos: 1, retain: true });
    await client.client.publishAsync('sim2mqtt/gw/modem/gone/availability', 'offline', { qos: 1, retain: true });
    await runOnce({ modems, memory: kept }, lacks(modemTopic));
    expect(Object.keys(await retained())).not.toContain('sim2mqtt/gw/modem/gone/availability');
  });

  test('is noted before it is published: a kill in between leaves nothing behind', async () => {
    const kept = memory();
    const seen: string[] = [];
    const listener = await listen(broker.url, ['homeassistant/#']);
    const noting: RetainedMemory = {
      load: () => kept.load(),
      save(published) {
        seen.push(`${Object.keys(published).includes(modemTopic)} after ${listener.packets.length}`);
        kept.save(published);
      },
    };
    await startedEdge(broker.url, { homeassistant, modems, memory: noting });
    await until('it has come', () => listener.on(modemTopic).length === 1);
    expect(seen).toEqual(['true after 0']);
    expect(kept.load()[modemTopic]).toMatchObject({ signal: 'sensor', message: 'event' });
  });

  test('is named in the message of a device that stays', async () => {
    const kept = memory();
    const withContact = { ...homeassistant, contacts: { Mum: '+14165551299' } };
    await runOnce({ homeassistant: withContact, modems, memory: kept }, has(gatewayTopic));
    const listener = await listen(broker.url, [gatewayTopic]);
    await startedEdge(broker.url, { homeassistant, modems, memory: kept });
    await until('the new one has come', () => listener.on(gatewayTopic).length === 2);
    expect(listener.json(gatewayTopic).at(-1)).toMatchObject({
      components: { contact_c62d254bcf75: { platform: 'notify' } },
    });
  });

  test('of a gateway with another name is left alone: its data folder may have been copied', async () => {
    const others = ['homeassistant/device/sim2mqtt_other/config', 'homeassistant/device/sim2mqtt_gw-2_m1/config'];
    const kept = memory(Object.fromEntries([...others, 'sim2mqtt/other/info'].map((topic) => [topic, {}])));
    const { client } = await listen(broker.url, []);
    for (const topic of others) await client.publishAsync(topic, announced, { qos: 1, retain: true });
    await runOnce({ homeassistant, modems, memory: kept }, has(modemTopic));
    expect(Object.keys(await retained('homeassistant/#')).sort()).toEqual([gatewayTopic, modemTopic, ...others].sort());
  });
});

test('what is retained of a configured modem stays while the modem is not there yet', async () => {
  const kept = memory();
  const listener = await listen(broker.url, [modemTopic, 'sim2mqtt/gw/modem/#']);
  await runOnce({ homeassistant, modems, memory: kept }, () => listener.packets.length === 3);
  const view = new View();
  view.list = [];
  const { edge } = startEdge(broker.url, { homeassistant, modems, memory: kept, view });
  const info = await listen(broker.url, ['sim2mqtt/gw/info']);
  await until('the second start is told of', () => info.json('sim2mqtt/gw/info').at(-1)?.modems?.toString() === '');
  view.list = [{ id: 'm1', state: readyState, queued: 2 }];
  edge.modemChanged('m1');
  await until('it is there', () => listener.on(modemTopic).length === 2);
  expect(listener.packets.map(({ payload }) => payload.length)).not.toContain(0);
});

test('a disk that is full keeps nothing from being published', async () => {
  const full: RetainedMemory = {
    load: () => ({}),
    save() {
      throw new Error('disk full');
    },
  };
  const listener = await listen(broker.url, [modemTopic]);
  await startedEdge(broker.url, { homeassistant, modems, memory: full });
  await until('it has come', () => listener.on(modemTopic).length === 1);
});
