import { describe, expect, test } from 'vitest';
import type { ModemView } from '../../../src/domain/gateway-view.ts';
import { createDiscovery, type DiscoverySource } from '../../../src/mqtt/homeassistant/discovery.ts';
import type { Components } from '../../../src/mqtt/published-record.ts';
import { topicsOf } from '../../../src/mqtt/topics.ts';
import { readyState } from '../stage.ts';
import { discoveryFaults, fixture } from './device-schema.ts';

type Entity = Record<string, unknown>;
interface Message {
  readonly device: Record<string, unknown>;
  readonly origin: unknown;
  readonly components: Record<string, Entity>;
  readonly [option: string]: unknown;
}

const source: DiscoverySource = {
  topics: topicsOf('sim2mqtt', 'gw'),
  gateway: 'gw',
  version: '0.1.0',
  otp: 'masked',
  contacts: {},
  modems: [{ id: 'm1', name: 'Kitchen', balanceUssd: '*100#' }],
};
const modem: ModemView = { id: 'm1', state: readyState, queued: 2 };
const gatewayTopic = 'homeassistant/device/sim2mqtt_gw/config';
const modemTopic = 'homeassistant/device/sim2mqtt_gw_m1/config';

function messages(
  more: Partial<DiscoverySource> = {},
  modems: readonly ModemView[] = [modem],
  before: Record<string, Components> = {},
): Record<string, Message> {
  const made = createDiscovery({ ...source, ...more })(modems, (topic) => before[topic] ?? {});
  return Object.fromEntries([...made].map(([topic, { payload }]) => [topic, JSON.parse(payload)]));
}

function componentsOf(topic: string, more: Partial<DiscoverySource> = {}): Record<string, Entity> {
  return messages(more)[topic]?.components ?? {};
}

describe('the discovery messages', () => {
  test('are one for the gateway and then one for each modem, and use documented keys alone', () => {
    const other: ModemView = {
      id: 'm-2',
      queued: 0,
      state: { ...readyState, identity: { manufacturer: null, model: null, revision: null, imei: null } },
    };
    for (const otp of ['masked', 'full'] as const) {
      const all = messages({ otp, contacts: { Mum: '+14165551299' } }, [modem, other]);
      expect(Object.keys(all)).toEqual([gatewayTopic, modemTopic, 'homeassistant/device/sim2mqtt_gw_m-2/config']);
      for (const message of Object.values(all)) expect(discoveryFaults(message)).toEqual([]);
    }
  });

  test('tell of a modem what it told of itself, and the gateway that it is reached through', () => {
    const all = messages();
    expect(all[modemTopic]?.device).toEqual({
      identifiers: ['sim2mqtt_gw_m1'],
      name: 'Kitchen',
      via_device: 'sim2mqtt_gw',
      manufacturer: 'Maker',
      model: 'M1',
      sw_version: 'R1',
      serial_number: '490154203237518',
    });
    expect(all[gatewayTopic]?.device).toMatchObject({ identifiers: ['sim2mqtt_gw'], sw_version: '0.1.0' });
    expect(all[modemTopic]?.origin).toEqual({ name: 'sim2mqtt', sw_version: '0.1.0' });
  });

  test('give a modem that nobody named the name of its gateway and its own, and leave out what is not known', () => {
    const unknown = { manufacturer: null, model: null, revision: null, imei: null };
    const view = { ...modem, state: { ...readyState, identity: unknown } };
    expect(messages({ modems: [] }, [view])[modemTopic]?.device).toEqual({
      identifiers: ['sim2mqtt_gw_m1'],
      name: 'gw m1',
      via_device: 'sim2mqtt_gw',
    });
  });

  test('have ids that are each used once and never change', () => {
    const all = Object.values(messages({ contacts: { Mum: '+14165551299', Дядя: '+14165551298' } }));
    const ids = all.flatMap(({ components }) => Object.values(components).map(({ unique_id }) => unique_id));
    expect(ids).toEqual([
      'sim2mqtt_gw_connection',
      'sim2mqtt_gw_alert',
      'sim2mqtt_gw_contact_c62d254bcf75',
      'sim2mqtt_gw_contact_f8327e3737eb',
      'sim2mqtt_gw_m1_connection',
      'sim2mqtt_gw_m1_signal',
      'sim2mqtt_gw_m1_operator',
      'sim2mqtt_gw_m1_registration',
      'sim2mqtt_gw_m1_sim',
      'sim2mqtt_gw_m1_storage',
      'sim2mqtt_gw_m1_queue',
      'sim2mqtt_gw_m1_message',
      'sim2mqtt_gw_m1_code',
      'sim2mqtt_gw_m1_delivery',
      'sim2mqtt_gw_m1_call',
      'sim2mqtt_gw_m1_restart',
      'sim2mqtt_gw_m1_balance',
      'sim2mqtt_gw_m1_ask_balance',
    ]);
  });

  test('make a modem available while it and its gateway are, but for what is looked at when it is not', () => {
    const message = messages()[modemTopic];
    expect(message).toMatchObject({
      availability: [{ topic: 'sim2mqtt/gw/availability' }, { topic: 'sim2mqtt/gw/modem/m1/availability' }],
      availability_mode: 'all',
      state_topic: 'sim2mqtt/gw/modem/m1/state',
    });
    const own = Object.entries(message?.components ?? {}).filter(([, { availability }]) => availability !== undefined);
    expect(own.map(([key]) => key)).toEqual([
      'connection',
      'registration',
      'sim',
      'queue',
      'message',
      'code',
      'delivery',
      'call',
      'restart',
    ]);
    for (const [, { availability }] of own) expect(availability).toEqual([{ topic: 'sim2mqtt/gw/availability' }]);
  });

  test('describe what is measured as Home Assistant wants it', () => {
    const components = componentsOf(modemTopic);
    expect(components.signal).toMatchObject({
      platform: 'sensor',
      device_class: 'signal_strength',
      unit_of_measurement: 'dBm',
    });
    expect(components.registration).toMatchObject({
      device_class: 'enum',
      options: ['idle', 'searching', 'home', 'roaming', 'denied', 'emergency_only'],
    });
    expect(components.connection).toMatchObject({
      platform: 'binary_sensor',
      device_class: 'connectivity',
      state_topic: 'sim2mqtt/gw/modem/m1/availability',
      payload_on: 'online',
      payload_off: 'offline',
    });
  });

  test('say of each event where it comes and of what types it is', () => {
    const components = componentsOf(modemTopic);
    expect(['message', 'code', 'delivery', 'call'].map((key) => components[key]?.event_types)).toEqual([
      ['sms_received', 'sms_partial', 'mms_notification', 'sms_undecodable'],
      ['otp_received'],
      ['queued', 'sending', 'sent', 'delivered', 'failed', 'unknown', 'expired'],
      ['call_ringing', 'call_ended'],
    ]);
    expect(components.delivery?.state_topic).toBe('sim2mqtt/gw/modem/m1/event/status');
    expect(componentsOf(gatewayTopic).alert?.state_topic).toBe('sim2mqtt/gw/event/gateway');
  });
});

describe('buttons', () => {
  test('restart the modem, and ask for the balance where it is known how', () => {
    const { restart, ask_balance, balance } = componentsOf(modemTopic);
    expect(restart).toMatchObject({ command_topic: 'sim2mqtt/gw/modem/m1/cmd/restart', payload_press: '{}' });
    expect(ask_balance).toMatchObject({ command_topic: 'sim2mqtt/gw/modem/m1/cmd/balance', payload_press: '{}' });
    expect(balance).toMatchObject({ platform: 'sensor', name: 'Balance' });
  });

  test('leave the balance out where nobody said how to ask for it', () => {
    const keys = Object.keys(componentsOf(modemTopic, { modems: [{ id: 'm1' }] }));
    expect(keys.filter((key) => key.includes('balance'))).toEqual([]);
    expect(keys).toContain('restart');
  });
});

test('each contact is something to notify, which keeps its id when the number changes', () => {
  const before = componentsOf(gatewayTopic, { contacts: { Mum: '+14165551299' } });
  const after = componentsOf(gatewayTopic, { contacts: { Mum: '+14165551200' } });
  expect(before.contact_c62d254bcf75).toMatchObject({
    platform: 'notify',
    name: 'Mum',
    command_topic: 'sim2mqtt/gw/cmd/send',
    command_template: '{"to": "+14165551299", "text": {{ value | to_json }} }',
  });
  expect(after.contact_c62d254bcf75?.command_template).toContain('+14165551200');
});

test('what was announced before and is no more is named by its platform alone', () => {
  const before = { [gatewayTopic]: { contact_c62d254bcf75: 'notify', alert: 'event' } };
  const message = messages({}, [modem], before)[gatewayTopic];
  expect(message?.components.contact_c62d254bcf75).toEqual({ platform: 'notify' });
  expect(message?.components.alert).toMatchObject({ name: 'Alert' });
  expect(discoveryFaults(message)).toEqual([]);
});

describe('what Home Assistant makes of our payloads', () => {
  interface Rendered {
    readonly about: string;
    readonly template: string;
    readonly payload?: Record<string, unknown>;
    readonly rendered: string;
  }
  const cases = fixture('rendered.json') as readonly Rendered[];
  const contacts = { Mum: '+14165551299' };
  const announced = (otp: 'masked' | 'full') =>
    Object.values(messages({ otp, contacts })).flatMap(({ components }) =>
      Object.values(components).flatMap((entity) =>
        Object.entries(entity).flatMap(([key, value]) => (key.endsWith('_template') ? [String(value)] : [])),
      ),
    );

  test('is known of every template that is announced, as it is announced', () => {
    const known = new Set(cases.map(({ template }) => template));
    expect(new Set([...announced('masked'), ...announced('full')])).toEqual(known);
  });

  test('has no code in it, and no text that holds one, unless it is to be shown', () => {
    const masked = new Set(announced('masked'));
    const shown = cases.filter(({ template, about }) => masked.has(template) && !about.startsWith('a notification'));
    const withCode = shown.filter(({ payload }) => JSON.stringify(payload).includes('"code":"123456"'));
    expect(withCode.map(({ about }) => about)).toEqual(['a message with a code, masked', 'a code, masked']);
    for (const { rendered } of shown) expect(rendered).not.toMatch(/123-456|"123456"|987654/);
    const full = cases.filter(({ about }) => about.endsWith('in full')).map(({ rendered }) => JSON.parse(rendered));
    expect(full).toMatchObject([
      { code: '123456', text: 'Bank: 123-456 is your code "now" & here.' },
      {},
      { code: '123456' },
    ]);
  });

  test.each(cases.filter(({ payload }) => payload?.event_type !== undefined))(
    'is an event of its type: $about',
    ({ payload, rendered }) => {
      expect(JSON.parse(rendered)).toMatchObject({ event_type: payload?.event_type, id: payload?.id });
    },
  );

  test('is none where the value is not known', () => {
    const unknown = cases.filter(({ about }) => /^(signal|operator|registration|sim|storage), failed$/.test(about));
    expect(unknown.map(({ rendered }) => rendered)).toEqual(['None', 'None', 'None', 'None', 'None']);
  });

  test('is a request to send, whatever the notification says', () => {
    const notification = cases.find(({ about }) => about === 'a notification');
    expect(JSON.parse(notification?.rendered ?? '')).toEqual({
      to: '+14165551299',
      text: 'Dinner "now"\n{{ 1 }} \\ é',
    });
  });
});
