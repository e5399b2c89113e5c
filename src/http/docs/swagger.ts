import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import type { PageAnswer } from '../page.ts';

const require = createRequire(import.meta.url);
/** Resolved when first asked for; the package is files for browsers, nothing of it is run here. */
const packageFile = () => require.resolve('swagger-ui-dist/package.json');

const files: Readonly<Record<string, string>> = {
  'swagger-ui.css': 'text/css; charset=utf-8',
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
  'swagger-ui-bundle.js.LICENSE.txt': 'text/plain; charset=utf-8',
  'favicon-32x32.png': 'image/png',
};

/** In the path of each file, which may be kept for ever then. */
function versionOf(): string {
  return (require(packageFile()) as { readonly version: string }).version;
}

const start = `SwaggerUIBundle({
  url: 'openapi.json',
  dom_id: '#swagger-ui',
  deepLinking: true,
  docExpansion: 'list',
  validatorUrl: null,
});
`;

/** Swagger UI on `/openapi.json`; it may load and call this server alone. */
export function swaggerPage(publicUrl: string): PageAnswer {
  const at = `docs/${versionOf()}`;
  const policy = [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    `connect-src 'self' ${new URL(publicUrl).origin}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ];
  const body = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>sim2mqtt API</title>
<link rel="stylesheet" href="${at}/swagger-ui.css">
<link rel="icon" type="image/png" href="${at}/favicon-32x32.png">
</head>
<body>
<div id="swagger-ui"></div>
<noscript>This page takes a script; <a href="redoc">the same reference</a> takes none.</noscript>
<script src="${at}/swagger-ui-bundle.js"></script>
<script src="docs/start.js"></script>
</body>
</html>
`;
  return { body, headers: { 'content-security-policy': policy.join('; '), 'cache-control': 'no-cache' } };
}

/** The files of Swagger UI, from the disk as they are asked for. */
export function addSwaggerFiles(app: FastifyInstance): void {
  const config = { unlimited: true };
  app.get('/docs/start.js', { config }, (_request, reply) =>
    reply.type('text/javascript; charset=utf-8').header('cache-control', 'no-cache').send(start),
  );
  for (const [name, type] of Object.entries(files)) {
    app.get(`/docs/:version/${name}`, { config }, async (_request, reply) => {
      const path = join(dirname(packageFile()), name);
      const { size } = await stat(path);
      return reply
        .type(type)
        .headers({ 'content-length': size, 'cache-control': 'public, max-age=31536000, immutable' })
        .send(createReadStream(path));
    });
  }
}
