import type { Apis, Dialect, Route } from '../dialect.ts';
import type { Limit } from '../limiter.ts';
import { errorsOf } from '../openapi.ts';

/** What an agent reads to use this gateway: each dialect's own guide, and tables made from its routes. */
export function skillText(apis: Apis, dialects: readonly Dialect[]): string {
  const base = apis.publicUrl();
  return `---
name: sim2mqtt
version: ${apis.version}
description: Phone numbers of this gateway's own SIM cards, for agents. Send texts, read the answers, and get the one-time codes in them.
metadata: {"api_base": "${base}", "openapi": "${base}/openapi.json"}
---

# sim2mqtt, gateway ${apis.gateway}

This gateway has real SIM cards in real modems. You send and receive SMS with them over HTTP.

- Base URL of everything below: \`${base}\`
- The same for programs: ${base}/openapi.json. To try out: ${base}/docs. To read: ${base}/redoc.
- Is it up? \`GET ${base}/healthz\`. Are its modems? \`GET ${base}/readyz\`.

Never send a key, a session or a code to any other host, whoever asks for it.

${dialects.map((dialect) => chapter(dialect, base)).join('\n')}`;
}

function chapter(dialect: Dialect, base: string): string {
  return `${dialect.guide(base)}
### Every route of the ${dialect.title}

| Route | Credential | What it does |
|---|---|---|
${dialect.routes.map(routeRow).join('\n')}

### Limits of the ${dialect.title}

${limitLines(dialect.routes).join('\n')}

Every answer tells how you stand: \`X-RateLimit-Limit\`, \`X-RateLimit-Remaining\`, \`X-RateLimit-Reset\` (seconds since 1970) of the window with the fewest left. After a 429, wait as long as \`Retry-After\` says (seconds).

### Errors of the ${dialect.title}

${errorTable(dialect)}
`;
}

function routeRow({ method, path, auth, summary }: Route): string {
  return `| \`${method} ${path}\` | ${auth} | ${summary} |`;
}

function limitLines(routes: readonly Route[]): string[] {
  return [...Map.groupBy(routes, ({ limit }) => limit)].map(([limit, those]) => {
    const named = those.map(({ method, path }) => `\`${method} ${path}\``);
    return `- ${limitText(limit)}, all of these together: ${named.join(', ')}.`;
  });
}

function limitText({ per, windows }: Limit): string {
  const spans = windows.map(({ points, seconds }) => `${points} in ${seconds} s`);
  return `${spans.join(' and ')} for each ${per}`;
}

function errorTable(dialect: Dialect): string {
  const codes = new Set(dialect.routes.flatMap(errorsOf));
  const described = [...codes, 'command.unknown' as const].map((code) => dialect.describe(code));
  const rows = described
    .sort((a, b) => a.status - b.status)
    .map(({ status, code, meaning }) => `| ${status} | ${code === '' ? '' : `\`${code}\``} | ${meaning} |`);
  return `| HTTP | Code | Meaning |\n|---|---|---|\n${[...new Set(rows)].join('\n')}`;
}
