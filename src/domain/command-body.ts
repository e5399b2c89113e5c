import { Ajv, type ValidateFunction } from 'ajv';
import Type, { type Static, type TSchema } from 'typebox';
import { GatewayError } from '../errors.ts';

const requestId = Type.String({
  minLength: 1,
  maxLength: 128,
  description: 'Idempotency key: a repeat gets the first reply.',
});
const notAfter = Type.Union([Type.String({ minLength: 10, maxLength: 40 }), Type.Number({ minimum: 0 })], {
  description: 'No effect after this instant: ISO 8601, or seconds or milliseconds since 1970.',
});
const common = { id: Type.Optional(requestId), not_after: Type.Optional(notAfter) };
const strict = { additionalProperties: false };

/** Bodies of the requests of contract section 3, by command name. */
export const commandBodies = {
  send: Type.Object(
    {
      ...common,
      to: Type.String({ pattern: '^\\+?[0-9]{2,20}$', description: 'E.164, or a short code.' }),
      text: Type.String({ minLength: 1, maxLength: 1600 }),
      retries: Type.Optional(
        Type.Integer({ minimum: 0, maximum: 10, description: 'More tries after a refusal that may pass. Default 0.' }),
      ),
      status_report: Type.Optional(
        Type.Boolean({ description: 'Ask the network for a delivery report. Default true.' }),
      ),
    },
    strict,
  ),
  cancel: Type.Object({ ...common, message_id: Type.String({ minLength: 1, maxLength: 64 }) }, strict),
  ussd: Type.Object({ ...common, code: Type.String({ pattern: '^[0-9*#+]{1,64}$' }) }, strict),
  call_hangup: Type.Object(common, strict),
  restart: Type.Object(common, strict),
  refresh: Type.Object(common, strict),
  replay: Type.Object(
    {
      ...common,
      after_seq: Type.Integer({ minimum: 0 }),
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, description: 'Default 100.' })),
    },
    strict,
  ),
  scan: Type.Object(common, strict),
  backup: Type.Object(common, strict),
};

export type CommandBodies = { readonly [K in keyof typeof commandBodies]: Static<(typeof commandBodies)[K]> };
export type CommandName = keyof CommandBodies;

const ajv = new Ajv({ allErrors: true, allowUnionTypes: true });
const validators = new Map<string, ValidateFunction>();

function validatorOf(name: CommandName): ValidateFunction {
  const known = validators.get(name);
  if (known !== undefined) return known;
  const schema: TSchema = commandBodies[name];
  const made = ajv.compile(schema);
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
