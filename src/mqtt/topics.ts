import { channelOf, type LoggedEvent } from '../domain/event.ts';
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
  /** Null where the topic is not a command of this gateway. */
  address(topic: string): CommandAddress | null;
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
