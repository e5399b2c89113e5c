import type { ModemView } from '../../domain/gateway-view.ts';
import type { Components } from '../published-record.ts';
import type { Topics } from '../topics.ts';
import { type Announcement, announce } from './device.ts';
import { gatewayDevice } from './gateway-device.ts';
import { type ConfiguredModem, modemDevice } from './modem-device.ts';
import type { CodeDisclosure } from './templates.ts';

export interface HomeAssistantOptions {
  readonly otp: CodeDisclosure;
  /** Numbers (E.164) by the names people know them by. */
  readonly contacts: Readonly<Record<string, string>>;
}

export interface DiscoverySource extends HomeAssistantOptions {
  readonly topics: Topics;
  readonly gateway: string;
  readonly version: string;
  readonly modems: readonly ConfiguredModem[];
}

/** What Home Assistant is to be told, by topic. */
export type Discovery = (
  modems: readonly ModemView[],
  before: (topic: string) => Components,
) => Map<string, Announcement>;

/** Device-based discovery: one retained message for the gateway, then one for each modem. */
export function createDiscovery(source: DiscoverySource): Discovery {
  const { topics, version } = source;
  const configured = new Map(source.modems.map((modem) => [modem.id, modem]));
  return (modems, before) => {
    const devices = [
      { topic: topics.discovery(null), device: gatewayDevice(source) },
      ...modems.map(({ id, state }) => ({
        topic: topics.discovery(id),
        device: modemDevice(source, configured.get(id) ?? { id }, state.identity),
      })),
    ];
    return new Map(devices.map(({ topic, device }) => [topic, announce(device, version, before(topic))]));
  };
}
