import { Ajv, type ValidateFunction } from 'ajv';
import { RE2JS, RE2JSException } from 're2js';
import type { XStatic } from 'typebox/schema';
import { GatewayError } from '../errors.ts';
import { normalise } from './normalise.ts';

const text = { type: 'string', minLength: 1, maxLength: 1600 } as const;
const from = { type: 'string', maxLength: 64, description: 'Sender of the example; absent: any' } as const;

/** A one-time-code rule an operator adds, with its own proof: JSON Schema. RE2 syntax: no look-around, no back-references. */
export const operatorRuleSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['id', 'pattern', 'examples'],
  properties: {
    id: { type: 'string', pattern: '^[a-z0-9][a-z0-9._-]{0,63}$', title: 'Names the rule in events and errors' },
    sender: { type: 'string', minLength: 1, maxLength: 200, title: 'RE2 pattern some part of the sender must match' },
    pattern: {
      type: 'string',
      minLength: 1,
      maxLength: 500,
      title: 'RE2 pattern with a named group `code`, matched anywhere in the normalised text',
    },
    service: { type: 'string', minLength: 1, maxLength: 100, title: 'Service the code is for' },
    negative: { type: 'boolean', title: 'What matches is no one-time code', default: false },
    examples: {
      type: 'object',
      additionalProperties: false,
      required: ['match', 'no_match'],
      properties: {
        match: {
          type: 'array',
          minItems: 2,
          title: 'Texts the pattern finds, with the value of the group `code`',
          items: {
            type: 'object',
            additionalProperties: false,
            required: ['text', 'code'],
            properties: { text, from, code: { type: 'string', minLength: 1, maxLength: 64 } },
          },
        },
        no_match: {
          type: 'array',
          minItems: 1,
          title: 'Texts the rule must leave alone',
          items: { type: 'object', additionalProperties: false, required: ['text'], properties: { text, from } },
        },
      },
    },
  },
} as const;

export type OperatorRule = XStatic<typeof operatorRuleSchema>;

/** An operator rule that has proved itself. */
export interface CompiledRule {
  readonly id: string;
  readonly service: string | undefined;
  readonly negative: boolean;
  accepts(sender: string): boolean;
  /** The value of the group `code` in a normalised text, if the pattern matches. */
  find(text: string): string | undefined;
}

/** RE2's work is program times text: so few instructions keep a text of any content within milliseconds. */
const programLimit = 1_000;

let checker: ValidateFunction<OperatorRule> | undefined;

/** Built when the first rule comes: most gateways have none, and a schema takes time and memory to compile. */
function ruleChecker(): ValidateFunction<OperatorRule> {
  checker ??= new Ajv({ allErrors: true }).compile<OperatorRule>(operatorRuleSchema);
  return checker;
}

/** Checks a rule against its schema, compiles it and runs its examples. Throws `otp.bad_rule` naming what failed. */
export function compileRule(rule: OperatorRule): CompiledRule {
  const valid = ruleChecker();
  if (!valid(rule)) {
    const [fault] = valid.errors ?? [];
    throw badRule(rule, `${fault?.instancePath.slice(1).replaceAll('/', '.') ?? ''} ${fault?.message ?? ''}`.trim());
  }
  const pattern = compile(rule, 'pattern', rule.pattern);
  if (!Object.hasOwn(pattern.namedGroups(), 'code')) throw badRule(rule, 'pattern has no group named code');
  const sender = rule.sender === undefined ? undefined : compile(rule, 'sender', rule.sender);
  const compiled: CompiledRule = {
    id: rule.id,
    service: rule.service,
    negative: rule.negative ?? false,
    accepts: (from) => sender === undefined || sender.matcher(from).find(),
    find: (body) => {
      const matcher = pattern.matcher(body);
      const code = matcher.find() ? matcher.group('code') : null;
      return code === null || code === '' ? undefined : code;
    },
  };
  prove(rule, compiled);
  return compiled;
}

/** An example that names no sender is taken to come from one the rule accepts. */
function prove(rule: OperatorRule, compiled: CompiledRule): void {
  const run = (example: { text: string; from?: string }) =>
    example.from !== undefined && !compiled.accepts(example.from) ? undefined : compiled.find(normalise(example.text));
  const wrong = rule.examples.match.findIndex((example) => run(example) !== example.code);
  if (wrong >= 0) throw badRule(rule, `examples.match[${wrong}] failed`, { list: 'match', index: wrong });
  const loose = rule.examples.no_match.findIndex((example) => run(example) !== undefined);
  if (loose >= 0) throw badRule(rule, `examples.no_match[${loose}] failed`, { list: 'no_match', index: loose });
}

function compile(rule: OperatorRule, part: 'pattern' | 'sender', source: string): RE2JS {
  let compiled: RE2JS;
  try {
    compiled = RE2JS.compile(source);
  } catch (cause) {
    if (!(cause instanceof RE2JSException)) throw cause;
    throw badRule(rule, `${part} is not RE2 syntax`, { part }, cause);
  }
  if (compiled.programSize() > programLimit) throw badRule(rule, `${part} is too large`, { part });
  return compiled;
}

function badRule(
  rule: OperatorRule,
  fault: string,
  where: Readonly<Record<string, string | number>> = {},
  cause?: unknown,
): GatewayError {
  // The rule may be anything a file holds.
  const id = String((rule as Partial<OperatorRule> | null)?.id);
  return new GatewayError('otp.bad_rule', `rule ${id}: ${fault}`, {
    details: { rule: id, ...where },
    hint: 'Mend the rule or its examples, then start again.',
    ...(cause === undefined ? {} : { cause }),
  });
}
