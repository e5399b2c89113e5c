import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { noSuchRoute } from '../admission.ts';

const types = { js: 'text/javascript', css: 'text/css', svg: 'image/svg+xml' } as const;
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ');

interface Packed {
  /** In the path of each file, which may be kept for ever then. */
  readonly version: string;
  /** Compressed, by name. */
  readonly files: ReadonlyMap<string, Buffer>;
  readonly page: Buffer;
}

/** The page and its files: read and compressed once, when somebody first opens it. */
export function addFiles(app: FastifyInstance): void {
  const config = { unlimited: true };
  let packed: Packed | undefined;
  const all = () => {
    packed ??= pack();
    return packed;
  };
  app.get('/', { config }, (request, reply) => {
    reply.headers({
      'content-security-policy': policy,
      'cache-control': 'no-cache',
      'referrer-policy': 'no-referrer',
      'x-frame-options': 'DENY',
      'cross-origin-opener-policy': 'same-origin',
    });
    return send(request, reply.type('text/html; charset=utf-8'), all().page);
  });
  app.get('/ui/files/:version/:name', { config }, (request, reply) => {
    const { version: wanted, name } = request.params as { readonly version: string; readonly name: string };
    const { version, files } = all();
    const file = files.get(name);
    if (file === undefined) throw noSuchRoute(request);
    // Of another version is a page that was open while the gateway was brought up to date.
    reply.header('cache-control', wanted === version ? 'public, max-age=31536000, immutable' : 'no-store');
    return send(request, reply.type(typeOf(name)), file);
  });
}

function typeOf(name: string): string {
  return `${types[name.slice(name.lastIndexOf('.') + 1) as keyof typeof types]}; charset=utf-8`;
}

function pack(): Packed {
  const folder = new URL('page/', import.meta.url);
  const read = (name: string) => readFileSync(new URL(name, folder));
  const texts = readdirSync(folder)
    .filter((name) => name !== 'index.html')
    .sort()
    .map((name) => [name, read(name)] as const);
  const hash = createHash('sha256');
  for (const [name, text] of texts) hash.update(name).update(text);
  const version = hash.digest('base64url').slice(0, 12);
  const page = read('index.html').toString('utf8').replaceAll('{version}', version);
  return { version, page: gzipSync(page), files: new Map(texts.map(([name, text]) => [name, gzipSync(text)])) };
}

/** Every browser takes gzip; who does not say so is given the plain text. */
function send(request: FastifyRequest, reply: FastifyReply, packed: Buffer): FastifyReply {
  reply.header('vary', 'accept-encoding');
  if (/\bgzip\b/.test(request.headers['accept-encoding'] ?? '')) {
    return reply.header('content-encoding', 'gzip').send(packed);
  }
  return reply.send(gunzipSync(packed));
}
