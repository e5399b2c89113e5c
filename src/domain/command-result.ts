import type { XStatic } from 'typebox/schema';
import type { CommandName } from './command-body.ts';
import { queuedReasons } from './message.ts';

const nothing = { type: 'object', additionalProperties: false, properties: {}, required: [] } as const;
const messageId = { type: 'string', minLength: 1, maxLength: 64 } as const;
const text = { type: ['string', 'null'] } as const;

/** `result` of the reply to each command that succeeds: JSON Schema as data, their types derived from it. */
export const commandResults = {
  send: {
    type: 'object',
    additionalProperties: false,
    required: ['message_id', 'status', 'segments', 'encoding', 'modem'],
    properties: {
      message_id: messageId,
      status: { type: 'string', const: 'queued' },
      segments: { type: 'integer', minimum: 1, maximum: 255 },
      encoding: { type: 'string', enum: ['gsm7', 'ucs2'] },
      modem: { type: 'string', description: 'The modem that will send it.' },
    },
  },
  cancel: {
    type: 'object',
    additionalProperties: false,
    required: ['message_id', 'status'],
    properties: { message_id: messageId, status: { type: 'string', const: 'failed' } },
  },
  ussd: nothing,
  ussd_cancel: nothing,
  balance: {
    type: 'object',
    additionalProperties: false,
    required: ['text', 'at'],
    properties: {
      text: { type: 'string', description: 'What the network answered.' },
      at: { type: 'string', description: 'ISO 8601.' },
    },
  },
  call_hangup: nothing,
  restart: nothing,
  refresh: nothing,
  queue: {
    type: 'object',
    additionalProperties: false,
    required: ['waiting'],
    properties: {
      waiting: {
        type: 'array',
        description: 'What waits to be sent, in the order in which it goes from each modem.',
        items: {
          type: 'object',
          additionalProperties: false,
          required: ['message_id', 'modem', 'since', 'queued_reason', 'retry_at'],
          properties: {
            message_id: messageId,
            modem: { type: 'string' },
            since: { type: 'string', description: 'ISO 8601.' },
            queued_reason: { type: 'string', enum: queuedReasons },
            retry_at: { ...text, description: 'ISO 8601: when it may go at the earliest, where that is known.' },
          },
        },
      },
    },
  },
  replay: {
    type: 'object',
    additionalProperties: false,
    required: ['count', 'last_seq'],
    properties: { count: { type: 'integer', minimum: 0 }, last_seq: { type: 'integer', minimum: 0 } },
  },
  scan: {
    type: 'object',
    additionalProperties: false,
    required: ['ports'],
    properties: {
      ports: {
        type: 'array',
        items: {
          type: 'object',
          required: ['path', 'stablePath', 'byId', 'byPath', 'usb', 'accessible'],
          properties: {
            path: { type: 'string' },
            stablePath: { type: 'string', description: 'What to put into the configuration.' },
            byId: text,
            byPath: text,
            usb: { type: ['object', 'null'] },
            accessible: { type: 'boolean' },
          },
        },
      },
    },
  },
  backup: {
    type: 'object',
    additionalProperties: false,
    required: ['file', 'bytes'],
    properties: { file: { type: 'string', minLength: 1 }, bytes: { type: 'integer', minimum: 1 } },
  },
} as const satisfies Readonly<Record<CommandName, object>>;

export type CommandResults = { readonly [K in CommandName]: XStatic<(typeof commandResults)[K]> };
