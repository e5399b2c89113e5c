import type { ModemId } from '../../domain/message.ts';
import type { ModemIdentity } from '../../domain/modem-state.ts';
import { eventSchemas } from '../schemas/event-schemas.ts';
import { registrations, simStates } from '../schemas/state-schemas.ts';
import { deviceId, type Topics } from '../topics.ts';
import type { Component, Device } from './device.ts';
import {
  balanceText,
  balanceTime,
  type CodeDisclosure,
  callEvent,
  codeEvent,
  deliveryEvent,
  knownValue,
  messageEvent,
  plainValue,
  problem,
  storages,
  storageUsed,
  whyWaiting,
} from './templates.ts';

/** What the configuration says of a modem. */
export interface ConfiguredModem {
  readonly id: ModemId;
  /** What people call it. */
  readonly name?: string | undefined;
  /** What is dialled to be told the balance; absent: it cannot be asked for. */
  readonly balanceUssd?: string | undefined;
}

export interface ModemDeviceOptions {
  readonly topics: Topics;
  readonly gateway: string;
  readonly otp: CodeDisclosure;
}

/** The device of one modem. `identity` is what it told of itself so far. */
export function modemDevice(options: ModemDeviceOptions, modem: ConfiguredModem, identity: ModemIdentity): Device {
  const { topics, gateway } = options;
  const { manufacturer, model, revision, imei } = identity;
  return {
    id: deviceId(gateway, modem.id),
    about: {
      name: modem.name ?? `${gateway} ${modem.id}`,
      via_device: deviceId(gateway, null),
      ...told('manufacturer', manufacturer),
      ...told('model', model),
      ...told('sw_version', revision),
      ...told('serial_number', imei),
    },
    shared: {
      state_topic: topics.modemState(modem.id),
      availability: [{ topic: topics.availability }, { topic: topics.modemAvailability(modem.id) }],
      availability_mode: 'all',
    },
    components: {
      ...sensors(options, modem.id),
      ...events(options, modem.id),
      restart: restartButton(options, modem.id),
      ...(modem.balanceUssd === undefined ? {} : balance(options, modem.id)),
    },
  };
}

function told(key: string, value: string | null): Readonly<Record<string, string>> {
  return value === null ? {} : { [key]: value };
}

/** For what is worth seeing, or doing, while the modem is offline: that is when it is looked at. */
function whileGatewayIsUp({ topics }: ModemDeviceOptions): { readonly availability: readonly object[] } {
  return { availability: [{ topic: topics.availability }] };
}

function sensors(options: ModemDeviceOptions, modem: ModemId): Readonly<Record<string, Component>> {
  const { topics } = options;
  const always = whileGatewayIsUp(options);
  const sensor = { platform: 'sensor', entity_category: 'diagnostic' } as const;
  const count = { unit_of_measurement: 'messages', state_class: 'measurement' };
  return {
    connection: {
      platform: 'binary_sensor',
      name: 'Connection',
      device_class: 'connectivity',
      entity_category: 'diagnostic',
      state_topic: topics.modemAvailability(modem),
      payload_on: 'online',
      payload_off: 'offline',
      json_attributes_topic: topics.modemState(modem),
      json_attributes_template: problem,
      ...always,
    },
    signal: {
      ...sensor,
      name: 'Signal',
      device_class: 'signal_strength',
      state_class: 'measurement',
      unit_of_measurement: 'dBm',
      value_template: plainValue('signal_dbm'),
    },
    operator: { ...sensor, name: 'Operator', icon: 'mdi:radio-tower', value_template: plainValue('operator') },
    registration: { ...sensor, ...enumerated('registration', registrations), name: 'Registration', ...always },
    sim: { ...sensor, ...enumerated('sim', simStates), name: 'SIM', icon: 'mdi:sim', ...always },
    storage: {
      ...sensor,
      ...count,
      name: 'Storage used',
      icon: 'mdi:tray-full',
      value_template: storageUsed,
      json_attributes_topic: topics.modemState(modem),
      json_attributes_template: storages,
    },
    queue: {
      ...sensor,
      ...count,
      name: 'Queue',
      icon: 'mdi:tray-arrow-up',
      value_template: plainValue('queue'),
      json_attributes_topic: topics.modemState(modem),
      json_attributes_template: whyWaiting,
      ...always,
    },
  };
}

function enumerated(key: string, values: readonly string[]) {
  return {
    device_class: 'enum',
    options: values.filter((value) => value !== 'unknown'),
    value_template: knownValue(key),
  };
}

/** What waited while the modem or the broker was away is told all the same. */
function events(options: ModemDeviceOptions, modem: ModemId): Readonly<Record<string, Component>> {
  const { topics, otp } = options;
  const event = { platform: 'event', ...whileGatewayIsUp(options) } as const;
  const { sms, mms, undecodable } = eventSchemas;
  const messages = [sms, mms, undecodable].flatMap((kind) => typesOf(kind));
  return {
    message: {
      ...event,
      name: 'Message',
      icon: 'mdi:message-text',
      state_topic: topics.modemEvents(modem, 'sms'),
      event_types: messages,
      value_template: messageEvent(otp),
    },
    code: {
      ...event,
      name: 'One-time code',
      icon: 'mdi:form-textbox-password',
      state_topic: topics.modemEvents(modem, 'otp'),
      event_types: typesOf(eventSchemas.otp),
      value_template: codeEvent(otp),
    },
    delivery: {
      ...event,
      name: 'Delivery',
      icon: 'mdi:email-check',
      state_topic: topics.modemEvents(modem, 'status'),
      event_types: typesOf(eventSchemas.status),
      value_template: deliveryEvent,
    },
    call: {
      ...event,
      name: 'Call',
      icon: 'mdi:phone-ring',
      state_topic: topics.modemEvents(modem, 'call'),
      event_types: typesOf(eventSchemas.call),
      value_template: callEvent,
    },
  };
}

function typesOf(schema: { readonly properties: { readonly event_type: { readonly enum: readonly string[] } } }) {
  return schema.properties.event_type.enum;
}

function restartButton(options: ModemDeviceOptions, modem: ModemId): Component {
  return {
    platform: 'button',
    name: 'Restart',
    device_class: 'restart',
    entity_category: 'config',
    command_topic: options.topics.command('restart', modem),
    payload_press: '{}',
    ...whileGatewayIsUp(options),
  };
}

/** What is left on a prepaid SIM, and the button that asks for it. */
function balance({ topics }: ModemDeviceOptions, modem: ModemId): Readonly<Record<string, Component>> {
  return {
    balance: {
      platform: 'sensor',
      name: 'Balance',
      icon: 'mdi:cash',
      value_template: balanceText,
      json_attributes_topic: topics.modemState(modem),
      json_attributes_template: balanceTime,
    },
    ask_balance: {
      platform: 'button',
      name: 'Ask for the balance',
      icon: 'mdi:cash-sync',
      command_topic: topics.command('balance', modem),
      payload_press: '{}',
    },
  };
}
