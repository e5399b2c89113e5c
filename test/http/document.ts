import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import type { Answer } from './stage.ts';

// biome-ignore lint/suspicious/noExplicitAny: a document of somebody else, as far as its reader knows
type Json = any;

interface Known {
  readonly document: Json;
  readonly ajv: Ajv2020;
  readonly compiled: Map<string, ValidateFunction>;
}

/** The document a server publishes. */
export async function documentOf(url: string): Promise<Json> {
  return await (await fetch(`${url}/openapi.json`)).json();
}

async function load(url: string): Promise<Known> {
  const document = await documentOf(url);
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  ajv.addSchema(document, 'document');
  return { document, ajv, compiled: new Map() };
}

/** Of the first stage: but for its address, it is the same in all. */
let first: Promise<Known> | undefined;

/** Fails unless the document says that this may be the answer: its status, its headers, its body. Unknown routes have no say. */
export async function checkAgainstDocument(url: string, method: string, path: string, answer: Answer): Promise<void> {
  for (const name of ['x-ratelimit-limit', 'x-ratelimit-remaining', 'x-ratelimit-reset']) {
    if (!/^\d+$/.test(answer.headers.get(name) ?? '')) throw new Error(`${method} ${path} has no ${name}`);
  }
  first ??= load(url);
  const { document, ajv, compiled } = await first;
  const template = templateOf(document, path.split('?')[0] ?? '', method.toLowerCase());
  if (template === undefined) return;
  const said = document.paths[template][method.toLowerCase()].responses[answer.status];
  const title = `${method} ${template} ${answer.status}`;
  if (said === undefined) throw new Error(`the document knows no ${title}: ${answer.text}`);
  const pointer = said.$ref ?? `#/paths/${escaped(template)}/${method.toLowerCase()}/responses/${answer.status}`;
  const type = answer.headers.get('content-type')?.split(';')[0] ?? '';
  const validate = compiled.get(pointer) ?? ajv.compile({ $ref: `document${pointer}/content/${escaped(type)}/schema` });
  compiled.set(pointer, validate);
  const value = type === 'application/json' ? answer.body : answer.text;
  if (!validate(value)) throw new Error(`${title}: ${ajv.errorsText(validate.errors)} in ${answer.text}`);
  if (answer.status === 429 && !/^[1-9]\d*$/.test(answer.headers.get('retry-after') ?? '')) {
    throw new Error(`${title} has no Retry-After`);
  }
}

function templateOf(document: Json, path: string, method: string): string | undefined {
  const fits = Object.keys(document.paths).filter((template) => {
    const pattern = template.replace(/\{\w+\}/g, '[^/]+').replace(/\./g, '\\.');
    return document.paths[template][method] !== undefined && new RegExp(`^${pattern}$`).test(path);
  });
  return fits.sort((a, b) => a.split('{').length - b.split('{').length)[0];
}

function escaped(token: string): string {
  return encodeURIComponent(token.replaceAll('~', '~0').replaceAll('/', '~1'));
}
