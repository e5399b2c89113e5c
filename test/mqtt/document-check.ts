import { readFileSync } from 'node:fs';
import { Ajv, type ValidateFunction } from 'ajv';
import type { IPublishPacket } from 'mqtt';
import { asyncApiDocument } from '../../src/mqtt/asyncapi.ts';
import { refusalSchema } from '../../src/mqtt/schemas/reply-schemas.ts';

/** A channel of a gateway's AsyncAPI document, as a reader of it would use it. */
interface Documented {
  readonly pattern: RegExp;
  readonly request: boolean;
  readonly retain: boolean;
  readonly qos: number;
  readonly expiry: number | undefined;
  readonly text: boolean;
  readonly valid: ValidateFunction;
}

interface AsyncApi {
  readonly channels: Record<string, { address: string; messages: Record<string, unknown> }>;
  readonly operations: Record<
    string,
    { action: string; bindings: { mqtt: { qos: number; retain: boolean; messageExpiryInterval?: number } } }
  >;
  readonly components: { messages: Record<string, { contentType: string }>; schemas: Record<string, object> };
}

const ajv = new Ajv({ allErrors: true, strict: false, validateFormats: false });
const discovery = ajv.compile(
  JSON.parse(readFileSync(new URL('../fixtures/homeassistant/discovery.schema.json', import.meta.url), 'utf8')),
);
const refusal = ajv.compile(refusalSchema);
const documents = new Map<string, readonly Documented[]>();

function documentedOf(gateway: string, root: string): readonly Documented[] {
  const key = `${root}/${gateway}`;
  const known = documents.get(key);
  if (known !== undefined) return known;
  const source = { version: '1', gateway, root, url: 'mqtt://127.0.0.1:1883', homeassistant: true };
  // As it is served: nothing that JSON does not carry.
  const document = JSON.parse(JSON.stringify(asyncApiDocument(source))) as AsyncApi;
  const { channels, operations, components } = document;
  const made = Object.entries(channels).map(([id, { address, messages }]): Documented => {
    const operation = operations[id];
    if (operation === undefined) throw new Error(`${id} has no operation`);
    const { qos, retain, messageExpiryInterval } = operation.bindings.mqtt;
    const names = Object.keys(messages);
    return {
      pattern: new RegExp(`^${address.replaceAll(/[.*+?^$()|[\]\\]/g, '\\$&').replaceAll('{modem}', '([a-z0-9-]+)')}$`),
      request: operation.action === 'receive',
      retain,
      qos,
      expiry: messageExpiryInterval,
      text: names.every((name) => components.messages[name]?.contentType === 'text/plain'),
      valid: ajv.compile({ anyOf: names.map((name) => components.schemas[name] ?? false) }),
    };
  });
  documents.set(key, made);
  return made;
}

/** What a published message has that the document of its gateway does not say; null where there is nothing. */
export function undocumented(packet: IPublishPacket): string | null {
  const { topic } = packet;
  const fault = faultOf(packet);
  return fault === null ? null : `${topic}: ${fault}: ${packet.payload.toString().slice(0, 500)}`;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A request that there is none of is answered too. */
function isRefusal(topic: string, payload: IPublishPacket['payload']): boolean {
  return /\/cmd\/[^/]+(\/reply)?$/.test(topic) && (!topic.endsWith('/reply') || refusal(parsed(String(payload))));
}

function faultOf({ topic, payload, qos, retain, properties }: IPublishPacket): string | null {
  const levels = topic.split('/');
  if (/^sim2mqtt-(client|hub)$/.test(levels[0] ?? '')) return null;
  const discovered = /^homeassistant\/device\/sim2mqtt_([a-z0-9-]+)/.exec(topic)?.[1];
  const gateway = discovered ?? levels[1];
  if ((levels[0] !== 'sim2mqtt' && discovered === undefined) || gateway === undefined) return null;
  const channel = documentedOf(gateway, 'sim2mqtt').find(({ pattern }) => pattern.test(topic));
  if (channel === undefined) return isRefusal(topic, payload) ? null : 'is no documented topic';
  // What tests ask is wrong on purpose, now and then.
  if (channel.request) return null;
  if (qos !== channel.qos) return `has QoS ${qos}`;
  if (retain && !channel.retain) return 'is retained';
  const expiry = properties?.messageExpiryInterval;
  if (expiry !== undefined && (channel.expiry === undefined || expiry > channel.expiry))
    return `expires in ${expiry} s`;
  const text = payload.toString();
  if (text === '') return channel.retain ? null : 'is empty';
  const value = channel.text ? text : parsed(text);
  if (!channel.valid(value)) return ajv.errorsText(channel.valid.errors);
  if (discovered !== undefined && !discovery(value)) return ajv.errorsText(discovery.errors);
  return null;
}
