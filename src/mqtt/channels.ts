import { type CommandName, commandBodies, gatewayCommands, modemCommands } from '../domain/command-body.ts';
import type { EventChannel } from '../domain/event.ts';
import { expiryOf } from './payload.ts';
import { discoverySchema } from './schemas/discovery-schema.ts';
import { eventSchemas } from './schemas/event-schemas.ts';
import { refusalSchema, successSchema } from './schemas/reply-schemas.ts';
import { availabilitySchema, infoSchema, modemStateSchema } from './schemas/state-schemas.ts';
import { homeAssistantStatus, type Topics } from './topics.ts';

/** A message as the document of the topics describes it: its payload as JSON Schema, `text` where it is no JSON. */
export interface ChannelMessage {
  readonly name: string;
  readonly summary: string;
  readonly schema: object;
  readonly text?: true;
}

/** One topic, or one of each modem: then its address holds `{modem}`. */
export interface Channel {
  readonly id: string;
  readonly address: string;
  readonly summary: string;
  /** What the gateway does there. */
  readonly action: 'send' | 'receive';
  readonly messages: readonly ChannelMessage[];
  readonly qos: 0 | 1;
  readonly retain: boolean;
  /** Seconds. */
  readonly expiry?: number;
  /** The channel of the replies to what is received here. */
  readonly reply?: Channel;
}

const modem = '{modem}';
const replyExpiry = 60;

/** Every topic of a gateway, in the order of the contract. */
export function channelsOf(topics: Topics, homeassistant: boolean): Channel[] {
  return [
    ...retainedChannels(topics),
    ...eventChannels(topics),
    ...modemCommands.flatMap((name) => commandChannels(topics, name, modem)),
    ...gatewayCommands.flatMap((name) => commandChannels(topics, name, null)),
    ...(homeassistant ? discoveryChannels(topics) : []),
    {
      id: 'homeAssistantStatus',
      address: homeAssistantStatus,
      summary: 'Home Assistant says `online`: every retained topic is published again',
      action: 'receive',
      messages: [
        {
          name: 'homeAssistantStatus',
          summary: 'Its birth message or its will',
          schema: availabilitySchema,
          text: true,
        },
      ],
      qos: 0,
      retain: false,
    },
  ];
}

function retainedChannels(topics: Topics): Channel[] {
  const retained = { action: 'send', qos: 1, retain: true } as const;
  const availability: ChannelMessage = {
    name: 'availability',
    summary: 'Whether it can be reached; `offline` of the gateway may be its will',
    schema: availabilitySchema,
    text: true,
  };
  const info = { name: 'info', summary: 'What the gateway is', schema: infoSchema };
  const state = { name: 'modemState', summary: 'What is known of the modem now', schema: modemStateSchema };
  return [
    {
      ...retained,
      id: 'availability',
      address: topics.availability,
      summary: 'Whether the gateway is there',
      messages: [availability],
    },
    { ...retained, id: 'info', address: topics.info, summary: 'The gateway itself', messages: [info] },
    {
      ...retained,
      id: 'modemAvailability',
      address: topics.modemAvailability(modem),
      summary: 'Whether the modem can send and receive',
      messages: [availability],
    },
    {
      ...retained,
      id: 'modemState',
      address: topics.modemState(modem),
      summary: 'The state of the modem',
      messages: [state],
    },
  ];
}

const eventSummaries: Readonly<Record<keyof typeof eventSchemas, string>> = {
  sms: 'A text that came, or as much of it as came in time',
  mms: 'There is a multimedia message to fetch',
  undecodable: 'What came could not be read',
  otp: 'A one-time code was found in a text',
  status: 'What became of a message that is sent',
  call: 'Somebody calls, or has stopped',
  ussd: 'The network answers a USSD request',
  modemChange: 'A modem came or went',
  alert: 'Something an operator should act on',
};

const channelEvents: Readonly<Record<EventChannel, readonly (keyof typeof eventSchemas)[]>> = {
  sms: ['sms', 'mms', 'undecodable'],
  otp: ['otp'],
  status: ['status'],
  call: ['call'],
  ussd: ['ussd'],
  gateway: ['modemChange', 'alert'],
};

function eventChannels(topics: Topics): Channel[] {
  return (Object.keys(channelEvents) as EventChannel[]).map((channel) => ({
    id: `${channel}Events`,
    address: channel === 'gateway' ? topics.gatewayEvents : topics.modemEvents(modem, channel),
    summary: `Events: ${channel}`,
    action: 'send',
    messages: channelEvents[channel].map((name) => ({
      name,
      summary: eventSummaries[name],
      schema: eventSchemas[name],
    })),
    qos: 1,
    retain: false,
    expiry: expiryOf(channel),
  }));
}

function commandChannels(topics: Topics, name: CommandName, of: string | null): Channel[] {
  const id = of === null ? `gateway_${name}` : `modem_${name}`;
  const address = topics.command(name, of);
  const reply: Channel = {
    id: `${id}_reply`,
    address: `${address}/reply`,
    summary: `Replies to \`${name}\`; the response topic of the request gets them too`,
    action: 'send',
    messages: [
      { name: `${name}_success`, summary: 'It had its effect', schema: successSchema(name) },
      { name: 'refusal', summary: 'It was refused, or failed', schema: refusalSchema },
    ],
    qos: 1,
    retain: false,
    expiry: replyExpiry,
  };
  const request: Channel = {
    id,
    address,
    summary: of === null ? `\`${name}\`, to the gateway` : `\`${name}\`, to one modem`,
    action: 'receive',
    messages: [{ name: `${name}_request`, summary: `A request: \`${name}\``, schema: commandBodies[name] }],
    qos: 1,
    retain: false,
    reply,
  };
  return [request, reply];
}

function discoveryChannels(topics: Topics): Channel[] {
  const discovery = { name: 'discovery', summary: 'Device-based discovery of Home Assistant', schema: discoverySchema };
  const shared = { action: 'send', messages: [discovery], qos: 1, retain: true } as const;
  return [
    { ...shared, id: 'discovery', address: topics.discovery(null), summary: 'The gateway, for Home Assistant' },
    { ...shared, id: 'modemDiscovery', address: topics.discovery(modem), summary: 'The modem, for Home Assistant' },
  ];
}
