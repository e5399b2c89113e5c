import { createHash } from 'node:crypto';
import { deviceId, type Topics } from '../topics.ts';
import type { Component, Device } from './device.ts';
import { gatewayEvent, sendTo } from './templates.ts';

export interface GatewayDeviceOptions {
  readonly topics: Topics;
  readonly gateway: string;
  readonly version: string;
  /** Numbers (E.164) by the names people know them by. */
  readonly contacts: Readonly<Record<string, string>>;
}

/** The device of the gateway itself; those of its modems name it as the one they are reached through. */
export function gatewayDevice({ topics, gateway, version, contacts }: GatewayDeviceOptions): Device {
  const availability = [{ topic: topics.availability }];
  const notify = ([name, number]: [string, string]): [string, Component] => [
    contactKey(name),
    {
      platform: 'notify',
      name,
      icon: 'mdi:message-arrow-right',
      command_topic: topics.command('send', null),
      command_template: sendTo(number),
      availability,
    },
  ];
  return {
    id: deviceId(gateway, null),
    about: { name: `sim2mqtt ${gateway}`, manufacturer: 'sim2mqtt', model: 'SMS gateway', sw_version: version },
    shared: {},
    components: {
      // No availability of its own: it is there to say that the gateway is not.
      connection: {
        platform: 'binary_sensor',
        name: 'Connection',
        device_class: 'connectivity',
        entity_category: 'diagnostic',
        state_topic: topics.availability,
        payload_on: 'online',
        payload_off: 'offline',
      },
      alert: {
        platform: 'event',
        name: 'Alert',
        icon: 'mdi:alert',
        state_topic: topics.gatewayEvents,
        event_types: ['modem_added', 'modem_removed', 'alert'],
        value_template: gatewayEvent,
        availability,
      },
      ...Object.fromEntries(Object.entries(contacts).map(notify)),
    },
  };
}

/** The same for a name whatever its number: names may be written in any script, ids may not. */
function contactKey(name: string): string {
  return `contact_${createHash('sha256').update(name).digest('hex').slice(0, 12)}`;
}
