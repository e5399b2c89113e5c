import { type Channel, type ChannelMessage, channelsOf } from './channels.ts';
import { topicsOf } from './topics.ts';

export interface AsyncApiSource {
  readonly version: string;
  readonly gateway: string;
  /** The first topic level. */
  readonly root: string;
  /** Of the broker; user name and password are left out. */
  readonly url: string;
  /** Whether there is discovery. */
  readonly homeassistant: boolean;
}

type Json = Readonly<Record<string, unknown>>;

const bindingVersion = '0.2.0';

/** An AsyncAPI 3.0 document of every topic: the schemas are those that the payloads are held to. */
export function asyncApiDocument(source: AsyncApiSource): Json {
  const { version, gateway, root, url, homeassistant } = source;
  const channels = channelsOf(topicsOf(root, gateway), homeassistant);
  const messages = new Map(channels.flatMap((channel) => channel.messages.map((message) => [message.name, message])));
  return {
    asyncapi: '3.0.0',
    info: {
      title: `sim2mqtt ${gateway}`,
      version,
      description: 'What this gateway publishes, and the requests it takes. An empty retained payload means: gone.',
    },
    defaultContentType: 'application/json',
    servers: { broker: server(url, gateway) },
    channels: Object.fromEntries(channels.map((channel) => [channel.id, channelObject(channel)])),
    operations: Object.fromEntries(channels.map((channel) => [channel.id, operation(channel)])),
    components: {
      messages: Object.fromEntries([...messages].map(([name, message]) => [name, messageObject(message)])),
      schemas: Object.fromEntries([...messages].map(([name, { schema }]) => [name, schema])),
    },
  };
}

function server(url: string, gateway: string): Json {
  const { host, protocol, pathname } = new URL(url);
  return {
    host,
    protocol: protocol.slice(0, -1).replace('mqtts', 'secure-mqtt'),
    ...(pathname === '' || pathname === '/' ? {} : { pathname }),
    bindings: { mqtt: { clientId: `sim2mqtt-${gateway}`, cleanSession: false, bindingVersion } },
  };
}

function channelObject({ address, summary, messages }: Channel): Json {
  const parameters = { modem: { description: 'Id of a modem, as `info` lists them.' } };
  return {
    address,
    summary,
    ...(address.includes('{modem}') ? { parameters } : {}),
    messages: Object.fromEntries(messages.map(({ name }) => [name, { $ref: `#/components/messages/${name}` }])),
  };
}

function operation(channel: Channel): Json {
  const { action, summary, reply } = channel;
  return {
    action,
    summary,
    channel: { $ref: `#/channels/${channel.id}` },
    messages: messageRefs(channel),
    bindings: { mqtt: mqttBinding(channel) },
    ...(reply === undefined
      ? {}
      : { reply: { channel: { $ref: `#/channels/${reply.id}` }, messages: messageRefs(reply) } }),
  };
}

function mqttBinding({ qos, retain, expiry }: Channel): Json {
  return { qos, retain, ...(expiry === undefined ? {} : { messageExpiryInterval: expiry }), bindingVersion };
}

function messageRefs({ id, messages }: Channel): Json[] {
  return messages.map(({ name }) => ({ $ref: `#/channels/${id}/messages/${name}` }));
}

function messageObject({ name, summary, text }: ChannelMessage): Json {
  return {
    name,
    summary,
    contentType: text === true ? 'text/plain' : 'application/json',
    payload: { $ref: `#/components/schemas/${name}` },
  };
}
