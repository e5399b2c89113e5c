import type { Components } from '../published-record.ts';

/** One entity of Home Assistant, as its device-based discovery describes it. */
export interface Component {
  readonly platform: 'binary_sensor' | 'button' | 'event' | 'notify' | 'sensor';
  readonly [option: string]: unknown;
}

/** A device and its entities: what is retained on `homeassistant/device/<id>/config`. */
export interface Device {
  /** Stable for ever: Home Assistant's history hangs on it, and on the ids of the components. */
  readonly id: string;
  readonly about: Readonly<Record<string, unknown>>;
  /** Options that every component has which does not say otherwise. */
  readonly shared: Readonly<Record<string, unknown>>;
  readonly components: Readonly<Record<string, Component>>;
}

export interface Announcement {
  readonly payload: string;
  readonly components: Components;
}

/**
 * The discovery message. A component that was announced `before` and is no more is named by its platform alone: that is
 * how Home Assistant removes one of a device that stays.
 */
export function announce(device: Device, version: string, before: Components): Announcement {
  const entries = Object.entries(device.components);
  const removed = Object.entries(before).filter(([key]) => !Object.hasOwn(device.components, key));
  const components = {
    ...Object.fromEntries(removed.map(([key, platform]) => [key, { platform }])),
    ...Object.fromEntries(entries.map(([key, each]) => [key, { ...each, unique_id: `${device.id}_${key}`, qos: 1 }])),
  };
  const payload = JSON.stringify({
    device: { identifiers: [device.id], ...device.about },
    origin: { name: 'sim2mqtt', sw_version: version },
    ...device.shared,
    components,
  });
  return { payload, components: Object.fromEntries(entries.map(([key, { platform }]) => [key, platform])) };
}
