import type { XStatic } from 'typebox/schema';
import { queuedReasons } from '../../domain/message.ts';

const text = { type: ['string', 'null'] } as const;

/** The retained `info` of a gateway. */
export const infoSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['version', 'schema', 'boot', 'seq', 'modems'],
  properties: {
    version: { type: 'string', minLength: 1 },
    schema: { type: 'integer', minimum: 1, description: 'Raised by a change of payloads that breaks a subscriber.' },
    boot: { type: 'string', minLength: 1, description: 'A new one for each start of the gateway.' },
    seq: { type: 'integer', minimum: 0, description: 'The last event, as of at most 10 seconds ago.' },
    modems: { type: 'array', items: { type: 'string', pattern: '^[a-z0-9-]+$' } },
  },
} as const;

const problem = {
  type: 'object',
  additionalProperties: false,
  required: ['code', 'message'],
  properties: { code: { type: 'string', minLength: 1 }, message: { type: 'string' }, hint: { type: 'string' } },
} as const;

export const phases = ['stopped', 'absent', 'starting', 'ready', 'recovering', 'failed'] as const;
export const registrations = ['unknown', 'idle', 'searching', 'home', 'roaming', 'denied', 'emergency_only'] as const;
export const simStates = [
  'unknown',
  'ready',
  'busy',
  'absent',
  'pin_required',
  'pin_wrong',
  'puk_required',
  'locked',
  'failed',
] as const;

/** The retained `state` of a modem. What is not known is null. */
export const modemStateSchema = {
  type: 'object',
  additionalProperties: false,
  required: [
    'phase',
    'problem',
    'registration',
    'operator',
    'technology',
    'signal_dbm',
    'sim',
    'number',
    'smsc',
    'storage',
    'queue',
    'queued_reason',
    'retry_at',
    'balance',
    'roaming',
    'port',
    'manufacturer',
    'model',
    'revision',
    'imei',
    'since',
  ],
  properties: {
    phase: { type: 'string', enum: phases },
    problem: {
      anyOf: [problem, { type: 'null' }],
      description: 'What is wrong: why it is not ready, or of no use though it is.',
    },
    registration: { type: 'string', enum: registrations },
    operator: text,
    technology: { ...text, description: '`gsm`, `utran`, `lte`, …: TS 27.007 7.3.' },
    signal_dbm: { type: ['number', 'null'] },
    sim: { type: 'string', enum: simStates },
    number: { ...text, description: 'E.164.' },
    smsc: text,
    storage: {
      type: 'array',
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['name', 'used', 'total'],
        properties: {
          name: { type: 'string' },
          used: { type: 'integer', minimum: 0 },
          total: { type: 'integer', minimum: 0 },
        },
      },
    },
    queue: { type: 'integer', minimum: 0, description: 'Outbound messages that wait or are being sent.' },
    queued_reason: {
      anyOf: [{ type: 'string', enum: queuedReasons }, { type: 'null' }],
      description: 'Why the first message that waits has not gone yet; null where none waits.',
    },
    retry_at: { ...text, description: 'ISO 8601: when it may go at the earliest, where that is known.' },
    balance: {
      anyOf: [
        {
          type: 'object',
          additionalProperties: false,
          required: ['text', 'at'],
          properties: { text: { type: 'string' }, at: { type: 'string', description: 'ISO 8601.' } },
        },
        { type: 'null' },
      ],
      description: 'What the network said is left on the SIM, when it was asked last.',
    },
    roaming: { type: 'boolean', description: 'Registered in a network that is not the home of the SIM.' },
    port: { type: 'string' },
    manufacturer: text,
    model: text,
    revision: text,
    imei: text,
    since: { type: 'string', description: 'ISO 8601: since when it is in this phase.' },
  },
} as const;

export const availabilitySchema = { type: 'string', enum: ['online', 'offline'] } as const;

export type InfoPayload = XStatic<typeof infoSchema>;
export type ModemStatePayload = XStatic<typeof modemStateSchema>;
export type Availability = XStatic<typeof availabilitySchema>;
