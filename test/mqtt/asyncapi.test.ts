import { Ajv } from 'ajv';
import { describe, expect, test } from 'vitest';
import { asyncApiDocument } from '../../src/mqtt/asyncapi.ts';
import { undocumented } from './document-check.ts';

interface Operation {
  readonly action: string;
  readonly channel: { readonly $ref: string };
  readonly messages: readonly { readonly $ref: string }[];
  readonly bindings: { readonly mqtt: Record<string, unknown> };
  readonly reply?: { readonly channel: { readonly $ref: string } };
}
interface AsyncApi {
  readonly asyncapi: string;
  readonly info: { readonly title: string };
  readonly servers: { readonly broker: Record<string, unknown> };
  readonly channels: Record<string, { address: string; parameters?: object; messages: Record<string, object> }>;
  readonly operations: Record<string, Operation>;
  readonly components: { readonly messages: Record<string, object>; readonly schemas: Record<string, object> };
}

function documentOf(more: Partial<Parameters<typeof asyncApiDocument>[0]> = {}): AsyncApi {
  const source = { version: '0.1.0', gateway: 'pi-kitchen', root: 'sms', url: 'mqtt://127.0.0.1:1883', ...more };
  return JSON.parse(JSON.stringify(asyncApiDocument({ homeassistant: true, ...source })));
}

const document = documentOf();

function refsIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, each]) => (key === '$ref' ? [String(each)] : refsIn(each)));
}

function lookUp(ref: string): unknown {
  return ref
    .replace('#/', '')
    .split('/')
    .reduce<unknown>((node, key) => (node as Record<string, unknown> | undefined)?.[key], document);
}

describe('the document of the topics', () => {
  test('names every topic of the contract, with its quality of service, whether it is retained, and for how long it is kept', () => {
    const rows = Object.entries(document.channels).map(([id, { address }]) => {
      const operation = document.operations[id];
      const mqtt = operation?.bindings.mqtt;
      return [address, operation?.action, mqtt?.qos, mqtt?.retain, mqtt?.messageExpiryInterval];
    });
    const published = rows.filter(([address]) => !/\/cmd\//.test(String(address)));
    expect(published).toEqual([
      ['sms/pi-kitchen/availability', 'send', 1, true, undefined],
      ['sms/pi-kitchen/info', 'send', 1, true, undefined],
      ['sms/pi-kitchen/modem/{modem}/availability', 'send', 1, true, undefined],
      ['sms/pi-kitchen/modem/{modem}/state', 'send', 1, true, undefined],
      ['sms/pi-kitchen/modem/{modem}/event/sms', 'send', 1, false, 86_400],
      ['sms/pi-kitchen/modem/{modem}/event/otp', 'send', 1, false, 600],
      ['sms/pi-kitchen/modem/{modem}/event/status', 'send', 1, false, 86_400],
      ['sms/pi-kitchen/modem/{modem}/event/call', 'send', 1, false, 3_600],
      ['sms/pi-kitchen/modem/{modem}/event/ussd', 'send', 1, false, 3_600],
      ['sms/pi-kitchen/event/gateway', 'send', 1, false, 86_400],
      ['homeassistant/device/sim2mqtt_pi-kitchen/config', 'send', 1, true, undefined],
      ['homeassistant/device/sim2mqtt_pi-kitchen_{modem}/config', 'send', 1, true, undefined],
      ['homeassistant/status', 'receive', 0, false, undefined],
    ]);
    expect(rows).toContainEqual(['sms/pi-kitchen/modem/{modem}/cmd/restart', 'receive', 1, false, undefined]);
    expect(rows).toContainEqual(['sms/pi-kitchen/modem/{modem}/cmd/restart/reply', 'send', 1, false, 60]);
    expect(rows).toContainEqual(['sms/pi-kitchen/cmd/replay', 'receive', 1, false, undefined]);
  });

  test('is AsyncAPI 3.0: each reference leads somewhere, each operation to messages of its own channel', () => {
    expect(document.asyncapi).toBe('3.0.0');
    expect(document.info.title).toBe('sim2mqtt pi-kitchen');
    expect(refsIn(document).filter((ref) => lookUp(ref) === undefined)).toEqual([]);
    for (const { channel, messages, reply } of Object.values(document.operations)) {
      for (const { $ref } of messages) expect($ref.startsWith(`${channel.$ref}/messages/`)).toBe(true);
      if (reply !== undefined) expect(reply.channel.$ref).toBe(`${channel.$ref}_reply`);
    }
    for (const { address, parameters } of Object.values(document.channels))
      expect(Object.keys(parameters ?? {})).toEqual(address.includes('{modem}') ? ['modem'] : []);
  });

  test('has a schema for every message that a strict validator takes', () => {
    const ajv = new Ajv({ strictSchema: true, validateFormats: false });
    expect(Object.keys(document.components.schemas)).toEqual(Object.keys(document.components.messages));
    for (const schema of Object.values(document.components.schemas)) ajv.compile(schema);
  });

  test('leaves discovery out where there is none, and says how the broker is reached without a password', () => {
    const plain = documentOf({ homeassistant: false, url: 'mqtts://user:secret@broker.lan:8883/' });
    expect(Object.keys(plain.channels)).not.toContain('modemDiscovery');
    expect(plain.servers.broker).toMatchObject({ host: 'broker.lan:8883', protocol: 'secure-mqtt' });
    expect(JSON.stringify(plain)).not.toContain('secret');
    expect(documentOf({ url: 'ws://broker.lan/mqtt' }).servers.broker).toMatchObject({
      protocol: 'ws',
      pathname: '/mqtt',
    });
  });
});

describe('the check that every subscriber of the tests makes', () => {
  const packet = (topic: string, payload: string, more: object = {}) =>
    undocumented({ cmd: 'publish', topic, payload, qos: 1, retain: false, dup: false, ...more });
  const call = { id: 'evt_1', seq: 1, time: '2025-01-02T03:04:05.006Z', gateway: 'gw', modem: 'm1' };
  const ringing = { event_type: 'call_ringing', ...call, to: null, from: null };
  const topic = 'sim2mqtt/gw/modem/m1/event/call';

  test('finds nothing in what is right', () => {
    expect(packet(topic, JSON.stringify(ringing))).toBeNull();
    expect(packet('sim2mqtt/gw/modem/m1/state', '', { retain: true })).toBeNull();
    expect(packet('elsewhere', 'x')).toBeNull();
  });

  test.each([
    ['a topic that is not named', 'sim2mqtt/gw/modem/m1/event/mail', ringing, {}],
    ['a field that is not named', topic, { ...ringing, mood: 'good' }, {}],
    ['a field that is missing', topic, { ...ringing, seq: undefined }, {}],
    ['a type that belongs elsewhere', topic, { ...ringing, event_type: 'ussd' }, {}],
    ['a retained event', topic, ringing, { retain: true }],
    ['another quality of service', topic, ringing, { qos: 0 }],
    ['a longer life', topic, ringing, { properties: { messageExpiryInterval: 3_601 } }],
    ['a life without end in sight', 'sim2mqtt/gw/info', {}, { properties: { messageExpiryInterval: 1 } }],
    [
      'a reply that does not say what it should',
      'sim2mqtt/gw/cmd/backup/reply',
      { ok: true, id: null, result: {} },
      {},
    ],
    [
      'a discovery key that is not documented',
      'homeassistant/device/sim2mqtt_gw/config',
      { device: {} },
      { retain: true },
    ],
  ])('finds %s', (_what, where, payload, more) => {
    expect(packet(where, JSON.stringify(payload), more)).toContain(where);
  });
});
