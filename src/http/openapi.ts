import { type ErrorCode, GatewayError } from '../errors.ts';
import type { Dialect, JsonSchema, Route } from './dialect.ts';
import type { Page } from './page.ts';

export interface OpenApiSource {
  readonly version: string;
  readonly gateway: string;
  readonly publicUrl: string;
  readonly dialects: readonly Dialect[];
  readonly pages: readonly Page[];
  /** Whether there is a document of the MQTT topics to point to. */
  readonly topics?: boolean;
}

type Json = Readonly<Record<string, unknown>>;

/** Where the parts that are used more than once are collected. */
interface Components {
  readonly schemas: Record<string, Json>;
  readonly responses: Record<string, Json>;
}

/** An OpenAPI 3.1 document of the routes: the schemas are those that validate. */
export function openApiDocument(source: OpenApiSource): Json {
  const components: Components = { schemas: {}, responses: {} };
  const paths: Record<string, Record<string, Json>> = {};
  for (const dialect of source.dialects) {
    for (const route of dialect.routes) {
      const item = paths[route.path] ?? {};
      paths[route.path] = { ...item, [route.method.toLowerCase()]: operation(dialect, route, components) };
    }
  }
  for (const page of source.pages) paths[page.path] = { get: pageOperation(page, components) };
  return {
    openapi: '3.1.0',
    info: {
      title: `sim2mqtt ${source.gateway}`,
      version: source.version,
      summary: "SMS and one-time codes on the operator's own lines.",
    },
    servers: [{ url: source.publicUrl }],
    ...(source.topics === true ? { externalDocs: topicsDocs(source.publicUrl) } : {}),
    paths,
    components: { ...components, headers: rateHeaders, securitySchemes: schemesOf(source.dialects) },
  };
}

function topicsDocs(publicUrl: string): Json {
  return { description: 'The same gateway over MQTT (AsyncAPI)', url: `${publicUrl}/asyncapi.json` };
}

function schemesOf(dialects: readonly Dialect[]): Json {
  return Object.assign({}, ...dialects.flatMap(({ schemes }) => [schemes.session, schemes.key]));
}

function operation(dialect: Dialect, route: Route, components: Components): Json {
  const { id, tag, summary, description, auth, params, query, body, answer } = route;
  const parameters = [...parametersOf('path', params), ...parametersOf('query', query)];
  const security = auth === 'none' ? [] : Object.keys(dialect.schemes[auth]).map((scheme) => ({ [scheme]: [] }));
  return {
    operationId: id,
    tags: [`${dialect.title}: ${tag}`],
    summary,
    ...(description === undefined ? {} : { description }),
    security,
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(body === undefined ? {} : { requestBody: { required: true, content: jsonOf(body, components) } }),
    responses: {
      200: { description: 'Done.', headers: headerRefs(false), content: jsonOf(answer, components) },
      ...faultsOf(dialect, route, components),
    },
  };
}

function parametersOf(place: 'path' | 'query', schema: JsonSchema | undefined): Json[] {
  const required = (schema?.required ?? []) as readonly string[];
  return Object.entries((schema?.properties ?? {}) as Readonly<Record<string, Json>>).map(([name, property]) => {
    const { description, ...rest } = property;
    return {
      name,
      in: place,
      required: place === 'path' || required.includes(name),
      ...(description === undefined ? {} : { description }),
      schema: rest,
    };
  });
}

function jsonOf(schema: JsonSchema, components: Components): Json {
  return { 'application/json': { schema: hoisted(schema, components) } };
}

/** A schema with a title goes to the components, and is referred to. */
function hoisted(schema: unknown, components: Components): unknown {
  if (Array.isArray(schema)) return schema.map((item) => hoisted(item, components));
  if (typeof schema !== 'object' || schema === null) return schema;
  const { title, ...rest } = schema as Json;
  const parts = Object.fromEntries(Object.entries(rest).map(([key, value]) => [key, hoisted(value, components)]));
  if (typeof title !== 'string') return title === undefined ? parts : { title: hoisted(title, components), ...parts };
  const known = components.schemas[title];
  if (known !== undefined && JSON.stringify(known) !== JSON.stringify(parts)) {
    throw new GatewayError('internal', `two schemas have the title ${title}`);
  }
  components.schemas[title] = parts;
  return { $ref: `#/components/schemas/${title}` };
}

/** Every error code a route may give, its own and those that follow from what it is. */
export function errorsOf({ auth, params, query, body, errors }: Route): readonly ErrorCode[] {
  const validated = [params, query, body].some((schema) => schema !== undefined);
  return [
    ...errors,
    ...(validated ? (['command.invalid'] as const) : []),
    ...(auth === 'none' ? [] : (['account.unauthenticated'] as const)),
    'limit.exceeded',
    'internal',
    'store.full',
  ];
}

function faultsOf(dialect: Dialect, route: Route, components: Components): Record<string, Json> {
  const byStatus = Map.groupBy(errorsOf(route), (code) => dialect.describe(code).status);
  const responses = [...byStatus].map(([status, codes]) => [status, faultResponse(dialect, codes, components)]);
  return Object.fromEntries(responses);
}

function faultResponse(dialect: Dialect, codes: readonly ErrorCode[], components: Components): Json {
  const described = codes.map((code) => ({ from: code, ...dialect.describe(code) }));
  const status = described[0]?.status ?? 500;
  const wire = [...new Set(described.map(({ code }) => code))].filter((code) => code !== '');
  const meanings = new Set(described.map(({ code, meaning }) => (code === '' ? meaning : `\`${code}\`: ${meaning}`)));
  const name = [dialect.name, status, ...described.map(({ from }) => from)].join('-');
  components.responses[name] = {
    description: [...meanings].join('\n\n'),
    headers: headerRefs(status === 429),
    content: { 'application/json': { schema: hoisted(dialect.faultSchema(wire), components) } },
  };
  return { $ref: `#/components/responses/${name}` };
}

function pageOperation({ id, summary, type, schema, statuses = [200] }: Page, components: Components): Json {
  const content = {
    [type.split(';', 1)[0] ?? type]: {
      schema: schema === undefined ? { type: 'string' } : hoisted(schema, components),
    },
  };
  const response = { description: 'Here it is.', headers: headerRefs(false), content };
  return {
    operationId: id,
    tags: ['Gateway'],
    summary,
    security: [],
    responses: Object.fromEntries(statuses.map((status) => [status, response])),
  };
}

const seconds = { type: 'integer', minimum: 0 };
const rateHeaders = {
  'X-RateLimit-Limit': { description: 'Requests of the window that has the fewest left.', schema: seconds },
  'X-RateLimit-Remaining': { description: 'How many of them are left.', schema: seconds },
  'X-RateLimit-Reset': { description: 'When that window is over, in seconds since 1970.', schema: seconds },
  'Retry-After': { description: 'Seconds until it may be tried again.', schema: { type: 'integer', minimum: 1 } },
};

function headerRefs(refused: boolean): Json {
  const names = Object.keys(rateHeaders).filter((name) => refused || name !== 'Retry-After');
  return Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));
}
