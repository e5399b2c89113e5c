import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import type { FastifyInstance } from 'fastify';
import { GatewayError } from '../errors.ts';
import type { JsonSchema } from './dialect.ts';

const strict = new Ajv({ allErrors: true, allowUnionTypes: true });
/** A query has only strings. */
const lenient = new Ajv({ allErrors: true, allowUnionTypes: true, coerceTypes: true });

/** JSON bodies, and fastify's validation by ajv; each schema is compiled when it is first needed. */
export function addValidation(app: FastifyInstance): void {
  app.setValidatorCompiler<JsonSchema>(({ schema, httpPart }) => {
    const ajv = httpPart === 'querystring' ? lenient : strict;
    let validate: ValidateFunction | undefined;
    return (data: unknown) => {
      validate ??= ajv.compile(schema);
      return validate(data) ? { value: data } : { error: invalid(validate.errors ?? []) };
    };
  });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser<string>('*', { parseAs: 'string' }, (request, text, done) => {
    const wanted = request.routeOptions.schema?.body !== undefined;
    if (!wanted) return done(null, undefined);
    try {
      done(null, parse(text, request.headers['content-type']));
    } catch (error) {
      done(error as GatewayError);
    }
  });
}

const jsonType = /^application\/(?:[\w.-]+\+)?json\s*(?:;|$)/i;

function parse(text: string, contentType: string | undefined): unknown {
  if (contentType === undefined || !jsonType.test(contentType)) {
    throw new GatewayError('command.invalid', 'Content-Type must be application/json');
  }
  try {
    return JSON.parse(text);
  } catch {
    throw new GatewayError('command.invalid', 'the body is not JSON');
  }
}

/** Names every fault, never a value; `field` is that of the first. */
function invalid(errors: readonly ErrorObject[]): GatewayError {
  const faults = errors.filter(({ keyword }) => keyword !== 'if' && keyword !== 'anyOf');
  const named = faults.map((fault) => ({ field: fieldOf(fault), problem: problemOf(fault) }));
  const message = named.map(({ field, problem }) => `${field || 'the body'} ${problem}`).join('; ');
  const field = named.find((fault) => fault.field !== '')?.field;
  return new GatewayError('command.invalid', message, field === undefined ? {} : { details: { field } });
}

function fieldOf({ instancePath, keyword, params }: ErrorObject): string {
  const path = instancePath.slice(1).replaceAll('/', '.');
  if (keyword !== 'required') return path;
  const missing = String(params.missingProperty);
  return path === '' ? missing : `${path}.${missing}`;
}

function problemOf({ keyword, params, message }: ErrorObject): string {
  if (keyword === 'required') return 'is required';
  if (keyword === 'enum') return `must be one of ${(params.allowedValues as readonly unknown[]).join(', ')}`;
  if (keyword === 'minLength' && params.limit === 1) return 'must not be empty';
  return message ?? 'is wrong';
}
