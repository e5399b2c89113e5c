import { createHash } from 'node:crypto';
import type { PageAnswer } from '../page.ts';
import { escapeHtml, proseHtml } from './html.ts';
import { referenceStyle } from './reference-style.ts';
import { schemaHtml } from './schema-html.ts';

type Json = Readonly<Record<string, unknown>>;

interface Operation {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly summary: string;
  readonly description?: string;
  readonly security: readonly Json[];
  readonly parameters?: readonly { name: string; in: string; required: boolean; description?: string; schema: Json }[];
  readonly requestBody?: { readonly content: Json };
  readonly responses: Readonly<Record<string, Json>>;
}

interface Entry extends Operation {
  readonly method: string;
  readonly path: string;
}

/** An OpenAPI document as one page of HTML: no script, nothing loaded. */
export function referencePage(document: Json): PageAnswer & { readonly body: string } {
  const { info, servers, externalDocs, paths, components } = document as {
    info: { title: string; version: string; summary: string };
    servers: readonly { url: string }[];
    externalDocs?: { description: string; url: string };
    paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
    components: {
      schemas: Readonly<Record<string, Json>>;
      responses: Readonly<Record<string, Json>>;
      securitySchemes: Json;
    };
  };
  const entries = Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]): Entry => ({ ...operation, method: method.toUpperCase(), path })),
  );
  const byTag = Map.groupBy(entries, ({ tags }) => tags[0] ?? '');
  const responses = (name: string) => components.responses[name] ?? {};
  const body = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(info.title)}: API reference</title>
<style>${referenceStyle}</style>
</head>
<body>
<header>
<h1>${escapeHtml(info.title)}</h1>
<p>${escapeHtml(info.summary)} Version ${escapeHtml(info.version)}.</p>
<p>Base URL: <code>${escapeHtml(servers[0]?.url ?? '')}</code>. For programs: <a href="openapi.json">openapi.json</a>. To try it out: <a href="docs">Swagger UI</a>. For agents: <a href="skill.md">skill.md</a>.${externalDocs === undefined ? '' : ` ${escapeHtml(externalDocs.description)}: <a href="asyncapi.json">asyncapi.json</a>.`}</p>
</header>
${contents(byTag)}
<main>
${[...byTag].map(([tag, operations]) => section(tag, operations, responses)).join('\n')}
<section id="schemas"><h2>Schemas</h2>
${Object.entries(components.schemas)
  .map(
    ([name, schema]) =>
      `<article id="schema-${escapeHtml(name)}"><h3>${escapeHtml(name)}</h3>${schemaHtml(schema)}</article>`,
  )
  .join('\n')}
</section>
</main>
</body>
</html>
`;
  const hash = createHash('sha256').update(referenceStyle).digest('base64');
  const policy = `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;
  return { body, headers: { 'content-security-policy': policy } };
}

function contents(byTag: ReadonlyMap<string, readonly Entry[]>): string {
  const link = ({ operationId, summary }: Entry) => `<li><a href="#${operationId}">${escapeHtml(summary)}</a></li>`;
  const parts = [...byTag].map(([tag, entries]) => `<li>${escapeHtml(tag)}<ul>${entries.map(link).join('')}</ul></li>`);
  return `<nav aria-label="Contents"><ul>${parts.join('\n')}<li><a href="#schemas">Schemas</a></li></ul></nav>`;
}

function section(tag: string, entries: readonly Entry[], response: (name: string) => Json): string {
  return `<section><h2>${escapeHtml(tag)}</h2>\n${entries.map((entry) => article(entry, response)).join('\n')}</section>`;
}

function article(entry: Entry, response: (name: string) => Json): string {
  const { operationId, method, path, summary, description, security, parameters = [], requestBody } = entry;
  const schemes = security.flatMap((scheme) => Object.keys(scheme));
  const rows = parameters.map(
    ({ name, in: place, required, description: what, schema }) =>
      `<tr><td><code>${escapeHtml(name)}</code></td><td>${place}${required ? ', required' : ''}</td><td>${schemaHtml(schema)}</td><td>${proseHtml(what ?? '')}</td></tr>`,
  );
  return `<article id="${operationId}">
<h3><b>${method}</b> <code>${escapeHtml(path)}</code></h3>
<p>${proseHtml(summary)}.${description === undefined ? '' : ` ${proseHtml(description)}`}</p>
<p>Credential: ${schemes.length === 0 ? 'none' : schemes.map((scheme) => `<code>${scheme}</code>`).join(' or ')}.</p>
${rows.length === 0 ? '' : `<table><tbody>${rows.join('')}</tbody></table>`}
${requestBody === undefined ? '' : `<h4>Body</h4>${schemaHtml(bodySchema(requestBody))}`}
<h4>Answers</h4>
<dl>${Object.entries(entry.responses)
    .map(([status, answer]) => answerHtml(status, resolved(answer, response)))
    .join('')}</dl>
</article>`;
}

function resolved(answer: Json, response: (name: string) => Json): Json {
  const { $ref } = answer;
  return typeof $ref === 'string' ? response($ref.replace('#/components/responses/', '')) : answer;
}

function answerHtml(status: string, answer: Json): string {
  const shape = status === '200' ? schemaHtml(bodySchema(answer)) : '';
  return `<dt>${status}</dt><dd>${proseHtml(String(answer.description))} ${shape}</dd>`;
}

function bodySchema({ content }: Json): Json {
  const [first] = Object.values(content as Readonly<Record<string, { readonly schema: Json }>>);
  return first?.schema ?? {};
}
