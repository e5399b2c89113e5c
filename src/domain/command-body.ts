import { Ajv, type ValidateFunction } from 'ajv';
import type { XStatic } from 'typebox/schema';
import { GatewayError } from '../errors.ts';
import { priorities } from './message.ts';

const common = {
  id: { type: 'string', minLength: 1, maxLength: 128, description: 'Idempotency key: a repeat gets the first reply.' },
  not_after: {
    description: 'No effect after this instant: ISO 8601, or seconds or milliseconds since 1970.',
    anyOf: [
      { type: 'string', minLength: 10, maxLength: 40 },
      { type: 'number', minimum: 0 },
    ],
  },
} as const;

const nothingElse = { type: 'object', additionalProperties: false, properties: common, required: [] } as const;

/** Bodies of the requests of contract section 3, by command name: JSON Schema as data, their types derived from it. */
export const commandBodies = {
  send: {
    type: 'object',
    additionalProperties: false,
    required: ['to', 'text'],
    properties: {
      ...common,
      to: { type: 'string', pattern: '^\\+?[0-9]{2,20}$', description: 'E.164, or a short code.' },
      text: { type: 'string', minLength: 1, maxLength: 1600 },
      retries: {
        type: 'integer',
        minimum: 0,
        maximum: 10,
        description: 'More tries after a refusal that may pass. Default 0.',
      },
      status_report: { type: 'boolean', description: 'Ask the network for a delivery report. Default true.' },
      priority: {
        type: 'string',
        enum: priorities,
        description: 'What is high goes before what waits. Default normal.',
      },
    },
  },
  cancel: {
    type: 'object',
    additionalProperties: false,
    required: ['message_id'],
    properties: { ...common, message_id: { type: 'string', minLength: 1, maxLength: 64 } },
  },
  ussd: {
    type: 'object',
    additionalProperties: false,
    required: ['code'],
    properties: {
      ...common,
      code: {
        type: 'string',
        pattern: '^[0-9A-Za-z*#+ .,-]{1,182}$',
        description: 'A request, as *100#, or the answer to one that expects a reply.',
      },
    },
  },
  ussd_cancel: nothingElse,
  balance: nothingElse,
  call_hangup: nothingElse,
  restart: nothingElse,
  refresh: nothingElse,
  replay: {
    type: 'object',
    additionalProperties: false,
    required: ['after_seq'],
    properties: {
      ...common,
      after_seq: { type: 'integer', minimum: 0 },
      limit: { type: 'integer', minimum: 1, maximum: 1000, description: 'Default 100.' },
    },
  },
  queue: {
    type: 'object',
    additionalProperties: false,
    properties: {
      ...common,
      limit: { type: 'integer', minimum: 1, maximum: 1000, description: 'Of each modem. Default 100.' },
    },
    required: [],
  },
  scan: nothingElse,
  backup: nothingElse,
} as const;

export type CommandBodies = { readonly [K in keyof typeof commandBodies]: XStatic<(typeof commandBodies)[K]> };
export type CommandName = keyof CommandBodies;

/** What a modem can be asked for, and what the gateway can. */
export const modemCommands = [
  'send',
  'cancel',
  'ussd',
  'ussd_cancel',
  'balance',
  'call_hangup',
  'restart',
  'refresh',
] as const;
export const gatewayCommands = ['send', 'queue', 'replay', 'scan', 'backup'] as const;

const ajv = new Ajv({ allErrors: true, allowUnionTypes: true });
const validators = new Map<string, ValidateFunction>();

function validatorOf(name: CommandName): ValidateFunction {
  const known = validators.get(name);
  if (known !== undefined) return known;
  const made = ajv.compile(commandBodies[name]);
  validators.set(name, made);
  return made;
}

/** The body as its schema says. Throws `command.invalid` naming every fault, never a value. */
export function parseCommandBody<K extends CommandName>(name: K, body: unknown): CommandBodies[K] {
  const validate = validatorOf(name);
  if (validate(body)) return body as CommandBodies[K];
  const faults = (validate.errors ?? []).map(({ instancePath, message, params }) => {
    const extra = 'additionalProperty' in params ? ` (${String(params.additionalProperty).slice(0, 40)})` : '';
    return `${instancePath === '' ? 'body' : instancePath.slice(1)} ${message ?? 'is wrong'}${extra}`;
  });
  throw new GatewayError('command.invalid', [...new Set(faults)].join('; '));
}

const secondsBefore = 100_000_000_000;

/** `not_after` as an instant; null where absent. Throws `command.invalid`. */
export function parseNotAfter(value: string | number | undefined): number | null {
  if (value === undefined) return null;
  const instant = typeof value === 'string' ? Date.parse(value) : value < secondsBefore ? value * 1000 : value;
  if (Number.isFinite(instant)) return instant;
  throw new GatewayError('command.invalid', 'not_after is not a time');
}
