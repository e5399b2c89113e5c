import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { documentOf } from './document.ts';
import { openStage } from './stage.ts';

/** What OpenAPI 3.1.0 asks of a document, as far as this one goes: its meta-schema, by hand. */
const rules = {
  $id: 'rules',
  type: 'object',
  required: ['openapi', 'info', 'paths', 'components', 'servers'],
  additionalProperties: false,
  properties: {
    openapi: { const: '3.1.0' },
    info: {
      type: 'object',
      required: ['title', 'version'],
      additionalProperties: false,
      properties: { title: { type: 'string' }, version: { type: 'string' }, summary: { type: 'string' } },
    },
    servers: { type: 'array', items: { type: 'object', required: ['url'], properties: { url: { type: 'string' } } } },
    paths: {
      type: 'object',
      patternProperties: {
        '^/': {
          type: 'object',
          additionalProperties: false,
          patternProperties: { '^(get|post|patch|delete)$': { $ref: '#/$defs/operation' } },
        },
      },
      additionalProperties: false,
    },
    components: {
      type: 'object',
      additionalProperties: false,
      properties: {
        schemas: { $ref: '#/$defs/named' },
        responses: { allOf: [{ $ref: '#/$defs/named' }, { additionalProperties: { $ref: '#/$defs/response' } }] },
        headers: { allOf: [{ $ref: '#/$defs/named' }, { additionalProperties: { required: ['schema'] } }] },
        securitySchemes: {
          type: 'object',
          additionalProperties: {
            oneOf: [
              {
                properties: { type: { const: 'apiKey' }, in: { enum: ['cookie', 'header'] }, name: { type: 'string' } },
                required: ['type', 'in', 'name'],
              },
              { properties: { type: { const: 'http' }, scheme: { const: 'bearer' } }, required: ['type', 'scheme'] },
            ],
          },
        },
      },
    },
  },
  $defs: {
    named: { type: 'object', propertyNames: { pattern: '^[a-zA-Z0-9._-]+$' } },
    reference: {
      type: 'object',
      required: ['$ref'],
      additionalProperties: false,
      properties: { $ref: { type: 'string', pattern: '^#/components/' } },
    },
    content: {
      type: 'object',
      minProperties: 1,
      propertyNames: { pattern: '^[a-z]+/[a-z0-9.+-]+$' },
      additionalProperties: {
        type: 'object',
        required: ['schema'],
        additionalProperties: false,
        properties: { schema: {} },
      },
    },
    response: {
      type: 'object',
      required: ['description'],
      additionalProperties: false,
      properties: {
        description: { type: 'string', minLength: 3 },
        headers: { type: 'object', additionalProperties: { $ref: '#/$defs/reference' } },
        content: { $ref: '#/$defs/content' },
      },
    },
    operation: {
      type: 'object',
      required: ['operationId', 'responses', 'summary', 'tags', 'security'],
      additionalProperties: false,
      properties: {
        operationId: { type: 'string', pattern: '^[a-zA-Z]+$' },
        tags: { type: 'array', items: { type: 'string' } },
        summary: { type: 'string', minLength: 5 },
        description: { type: 'string', minLength: 5 },
        security: { type: 'array', items: { type: 'object', additionalProperties: { type: 'array', maxItems: 0 } } },
        parameters: {
          type: 'array',
          items: {
            type: 'object',
            required: ['name', 'in', 'required', 'schema'],
            additionalProperties: false,
            properties: {
              name: { type: 'string' },
              in: { enum: ['path', 'query'] },
              required: { type: 'boolean' },
              description: { type: 'string' },
              schema: { type: 'object' },
            },
          },
        },
        requestBody: {
          type: 'object',
          required: ['content'],
          additionalProperties: false,
          properties: { required: { const: true }, content: { $ref: '#/$defs/content' } },
        },
        responses: {
          type: 'object',
          minProperties: 1,
          additionalProperties: false,
          patternProperties: {
            '^[2-5][0-9]{2}$': {
              oneOf: [{ $ref: '#/$defs/reference' }, { $ref: '#/$defs/response' }],
            },
          },
        },
      },
    },
  },
};

// biome-ignore lint/suspicious/noExplicitAny: a document is looked at, not typed
type Json = any;

/** Every object in the document, with where it is. */
function* parts(value: Json, at = '#'): Generator<readonly [string, Json]> {
  if (typeof value !== 'object' || value === null) return;
  yield [at, value];
  for (const [key, inner] of Object.entries(value)) yield* parts(inner, `${at}/${key}`);
}

function resolve(document: Json, ref: string): Json {
  return ref
    .slice(2)
    .split('/')
    .reduce((at, key) => at?.[key], document);
}

function operations(document: Json): { method: string; path: string; operation: Json }[] {
  return Object.entries<Json>(document.paths).flatMap(([path, item]) =>
    Object.entries<Json>(item).map(([method, operation]) => ({ method, path, operation })),
  );
}

describe('the OpenAPI document', () => {
  it('is one, by the rules of 3.1', async () => {
    const stage = await openStage({ publicUrl: 'https://sms.example.com' });
    const answer = await stage.ask('GET', '/openapi.json');
    const ajv = new Ajv2020({ strict: false, allErrors: true });
    const valid = ajv.validate(rules, answer.body);
    expect(ajv.errorsText(ajv.errors)).toBe('No errors');
    expect(valid).toBe(true);
    expect(answer.body.servers).toEqual([{ url: 'https://sms.example.com' }]);
    expect(answer.body.info.version).toBe('1.2.3');
  });

  it('refers to nothing that is not in it, and keeps nothing that is not referred to', async () => {
    const document = await documentOf((await openStage()).url);
    const refs = new Set(
      [...parts(document)].flatMap(([, part]) => (typeof part.$ref === 'string' ? [part.$ref] : [])),
    );
    expect([...refs].filter((ref) => resolve(document, ref) === undefined)).toEqual([]);
    const kept = ['schemas', 'responses', 'headers'].flatMap((kind) =>
      Object.keys(document.components[kind]).map((name) => `#/components/${kind}/${name}`),
    );
    expect(kept.filter((ref) => !refs.has(ref))).toEqual([]);
  });

  it('holds JSON Schemas alone, each with examples that fit it', async () => {
    const document = await documentOf((await openStage()).url);
    const ajv = new Ajv2020({ strict: false });
    ajv.addSchema(document, 'document');
    const schemas = [...parts(document)].filter(([at]) => /\/schemas\/[^/]+$|\/schema$/.test(at));
    expect(schemas.length).toBeGreaterThan(50);
    for (const [at, schema] of schemas) {
      expect([at, ajv.validateSchema(schema)]).toEqual([at, true]);
    }
    const withExamples = [...parts(document)].filter(([, part]) => Array.isArray(part.examples));
    for (const [at, { examples, $ref, ...schema }] of withExamples) {
      const validate = ajv.compile(schema);
      expect(examples.map((example: Json) => [at, example, validate(example)])).toEqual(
        examples.map((example: Json) => [at, example, true]),
      );
    }
  });

  it('names every operation once, every parameter of its path, and every credential it knows', async () => {
    const document = await documentOf((await openStage()).url);
    const all = operations(document);
    const ids = all.map(({ operation }) => operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { path, operation } of all) {
      const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      const told = (operation.parameters ?? [])
        .filter((each: Json) => each.in === 'path')
        .map((each: Json) => each.name);
      expect([path, told]).toEqual([path, named]);
      for (const scheme of operation.security.flatMap(Object.keys)) {
        expect(Object.keys(document.components.securitySchemes)).toContain(scheme);
      }
    }
  });

  it('has every route of the OP API, with what each may refuse', async () => {
    const document = await documentOf((await openStage()).url);
    const routes = operations(document).map(({ method, path }) => `${method.toUpperCase()} ${path}`);
    expect(routes).toEqual(
      expect.arrayContaining([
        'POST /auth/start',
        'GET /auth/verifications/{id}',
        'POST /auth/verify',
        'GET /console/numbers/available',
        'GET /console/numbers/mine',
        'POST /console/numbers/{id}/lease',
        'POST /console/numbers/{id}/release',
        'POST /console/api-keys',
        'GET /console/api-keys',
        'DELETE /console/api-keys/{id}',
        'POST /console/webhooks',
        'GET /console/webhooks',
        'PATCH /console/webhooks/{id}',
        'POST /console/webhooks/{id}/rotate-secret',
        'POST /console/webhooks/{id}/test',
        'DELETE /console/webhooks/{id}',
        'GET /v1/number',
        'POST /v1/messages',
        'GET /v1/messages/{id}',
        'GET /v1/messages',
        'GET /healthz',
      ]),
    );
    const { responses } = document.paths['/v1/messages'].post;
    const codes = Object.fromEntries(
      Object.entries<Json>(responses).flatMap(([status, response]) => {
        if (status === '200') return [];
        const { content } = resolve(document, response.$ref);
        return [[status, content['application/json'].schema.properties.error.properties.code.enum.toSorted()]];
      }),
    );
    expect(codes).toEqual({
      400: ['body_too_long', 'invalid_phone', 'self_send', 'target_is_pool'],
      401: ['unauthenticated'],
      404: ['not_found'],
      422: ['validation_error'],
      429: ['rate_limited'],
      500: ['internal'],
      503: ['unavailable'],
    });
  });
});
