import type { FastifyInstance } from 'fastify';
import type { Apis, Dialect } from '../dialect.ts';
import { openApiDocument } from '../openapi.ts';
import { addPages, type Page } from '../page.ts';
import { asyncApiPage } from './asyncapi.ts';
import { referencePage } from './reference.ts';
import { skillText } from './skill.ts';
import { addSwaggerFiles, swaggerPage } from './swagger.ts';

export interface DocsOptions {
  readonly apis: Apis;
  readonly dialects: readonly Dialect[];
  /** The other pages, to be in the document too. */
  readonly pages: readonly Page[];
  /** The document of the MQTT topics. */
  readonly asyncApi?: (() => object) | undefined;
}

const fresh = { 'cache-control': 'no-cache' };

/** The document of the APIs, for programs, for people with and without scripts, and for agents; each written when first asked for. */
export function addDocs(app: FastifyInstance, { apis, dialects, pages, asyncApi }: DocsOptions): void {
  const all: Page[] = [...pages];
  const document = once(() => {
    const { version, gateway } = apis;
    const topics = asyncApi !== undefined;
    return openApiDocument({ version, gateway, publicUrl: apis.publicUrl(), dialects, pages: all, topics });
  });
  const texts = {
    openapi: once(() => JSON.stringify(document())),
    reference: once(() => referencePage(document())),
    skill: once(() => skillText(apis, dialects)),
  };
  const own: Page[] = [
    {
      id: 'getOpenApi',
      path: '/openapi.json',
      summary: 'This document',
      type: 'application/json; charset=utf-8',
      schema: { type: 'object', required: ['openapi'], properties: { openapi: { type: 'string' } } },
      answer: () => ({ body: texts.openapi(), headers: fresh }),
    },
    {
      id: 'getSkill',
      path: '/skill.md',
      summary: 'How an agent uses this gateway',
      type: 'text/markdown; charset=utf-8',
      answer: () => ({ body: texts.skill(), headers: fresh }),
    },
    {
      id: 'getDocs',
      path: '/docs',
      summary: 'This document, to try out (Swagger UI)',
      type: 'text/html; charset=utf-8',
      answer: () => swaggerPage(apis.publicUrl()),
    },
    {
      id: 'getReference',
      path: '/redoc',
      summary: 'This document, to read',
      type: 'text/html; charset=utf-8',
      answer: () => ({ ...texts.reference(), headers: { ...fresh, ...texts.reference().headers } }),
    },
    ...(asyncApi === undefined ? [] : [asyncApiPage(asyncApi)]),
  ];
  all.push(...own);
  addPages(app, own);
  addSwaggerFiles(app);
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
