import { channelOf, type EventChannel, type LoggedEvent } from '../domain/event.ts';
import type { ModemId } from '../domain/message.ts';

/** Who is addressed by a command topic. `modem` is null for the gateway. */
export interface CommandAddress {
  readonly name: string;
  readonly modem: ModemId | null;
}

/** Every topic name of one gateway, and what its command topics mean. */
export interface Topics {
  readonly availability: string;
  readonly info: string;
  /** The filters of all command topics. */
  readonly commands: readonly string[];
  modemAvailability(modem: ModemId): string;
  modemState(modem: ModemId): string;
  event(event: LoggedEvent): string;
  modemEvents(modem: ModemId, channel: Exclude<EventChannel, 'gateway'>): string;
  readonly gatewayEvents: string;
  command(name: string, modem: ModemId | null): string;
  /** Where Home Assistant reads what a modem is, or (null) the gateway. */
  discovery(modem: ModemId | null): string;
  /** Null where the topic is not a command of this gateway. */
  address(topic: string): CommandAddress | null;
}

/** How Home Assistant knows a device; a name never holds `_`, so no two of them are the same. */
export function deviceId(gateway: string, modem: ModemId | null): string {
  return modem === null ? `sim2mqtt_${gateway}` : `sim2mqtt_${gateway}_${modem}`;
}

/** Whether a retained topic was published by a gateway of this name, under whatever root. */
export function isTopicOf(gateway: string, topic: string): boolean {
  const [first, second, third, last, ...rest] = topic.split('/');
  if (first !== 'homeassistant' || second !== 'device') return second === gateway;
  const id = deviceId(gateway, null);
  return rest.length === 0 && last === 'config' && (third === id || third?.startsWith(`${id}_`) === true);
}

/** Home Assistant announces itself here; it then wants every retained topic again. */
export const homeAssistantStatus = 'homeassistant/status';

export function topicsOf(root: string, gateway: string): Topics {
  const base = `${root}/${gateway}`;
  const gatewayCommand = `${base}/cmd/`;
  const modemCommand = `${base}/modem/`;
  return {
    availability: `${base}/availability`,
    info: `${base}/info`,
    commands: [`${gatewayCommand}+`, `${modemCommand}+/cmd/+`],
    modemAvailability: (modem) => `${modemCommand}${modem}/availability`,
    modemState: (modem) => `${modemCommand}${modem}/state`,
    event({ body, modem }) {
      const channel = channelOf(body.type);
      if (channel === 'gateway' || modem === null) return `${base}/event/${channel}`;
      return `${modemCommand}${modem}/event/${channel}`;
    },
    modemEvents: (modem, channel) => `${modemCommand}${modem}/event/${channel}`,
    gatewayEvents: `${base}/event/gateway`,
    command: (name, modem) => (modem === null ? `${gatewayCommand}${name}` : `${modemCommand}${modem}/cmd/${name}`),
    discovery: (modem) => `homeassistant/device/${deviceId(gateway, modem)}/config`,
    address(topic) {
      if (topic.startsWith(gatewayCommand)) return leaf(topic.slice(gatewayCommand.length), null);
      if (!topic.startsWith(modemCommand)) return null;
      const [modem, cmd, name, ...rest] = topic.slice(modemCommand.length).split('/');
      if (modem === undefined || cmd !== 'cmd' || name === undefined || rest.length > 0) return null;
      return leaf(name, modem);
    },
  };
}

function leaf(name: string, modem: ModemId | null): CommandAddress | null {
  return name.includes('/') ? null : { name, modem };
}

/** Whether a topic name is covered by a topic filter: MQTT 5.0 4.7. */
export function topicMatches(filter: string, topic: string): boolean {
  if (topic.startsWith('$') && !filter.startsWith('$')) return false;
  const names = topic.split('/');
  const levels = filter.split('/');
  for (const [at, level] of levels.entries()) {
    if (level === '#') return at === levels.length - 1;
    if (at >= names.length) return false;
    if (level !== '+' && level !== names[at]) return false;
  }
  return levels.length === names.length;
}

/** Whether a reply may be published there: a plain topic name inside one of the allowed filters. */
export function mayRespond(topic: string, allowed: readonly string[]): boolean {
  if (topic === '' || /[+#\0]/.test(topic)) return false;
  return allowed.some((filter) => topicMatches(filter, topic));
}
