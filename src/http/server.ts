import { type FastifyError, type FastifyInstance, fastify } from 'fastify';
import type { GatewayView } from '../domain/gateway-view.ts';
import { GatewayError } from '../errors.ts';
import type { Logger } from '../log.ts';
import { readiness } from './health.ts';
import { type BrokerState, createMetrics, type Metrics } from './metrics.ts';

export interface HttpOptions {
  /** `host:port`; port 0 takes any free one. */
  readonly listen: string;
  readonly view: GatewayView;
  broker(): BrokerState;
  readonly log: Logger;
  /** Made here unless given: give one to count events. */
  readonly metrics?: Metrics;
}

export interface HttpServer {
  /** `http://127.0.0.1:8480`, with the port that was taken. */
  readonly url: string;
  close(): Promise<void>;
}

/** Bounds on a client that is slow, greedy or silent. */
const limits = {
  bodyBytes: 256 * 1024,
  connections: 256,
  headersMs: 10_000,
  requestMs: 20_000,
  keepAliveMs: 10_000,
};

/** Health, readiness and metrics. Resolves once it listens; throws `listen.failed`. */
export async function startHttp(options: HttpOptions): Promise<HttpServer> {
  const app = fastify({
    bodyLimit: limits.bodyBytes,
    requestTimeout: limits.requestMs,
    keepAliveTimeout: limits.keepAliveMs,
    forceCloseConnections: true,
    http: { headersTimeout: limits.headersMs, connectionsCheckingInterval: 5_000 },
  });
  app.server.maxConnections = limits.connections;
  addErrors(app, options.log);
  addHealth(app, options);
  const { hostname, port } = new URL(`http://${options.listen}`);
  try {
    const url = await app.listen({ host: hostname.replace(/^\[|\]$/g, ''), port: Number(port || 80) });
    return { url, close: () => app.close() };
  } catch (error) {
    await app.close();
    const cause = error as NodeJS.ErrnoException;
    const reason = cause.code === 'EADDRINUSE' ? 'another program listens there' : (cause.code ?? cause.message);
    throw new GatewayError('listen.failed', `HTTP cannot listen on ${options.listen}: ${reason}`, {
      cause,
      hint: 'choose another http.listen',
    });
  }
}

function addHealth(app: FastifyInstance, options: HttpOptions): void {
  const metrics = options.metrics ?? createMetrics(options);
  app.get('/healthz', () => ({ status: 'ok' }));
  app.get('/readyz', (_request, reply) => {
    const answer = readiness(options);
    return reply.code(answer.status === 'ready' ? 200 : 503).send(answer);
  });
  app.get('/metrics', async (_request, reply) => reply.type(metrics.contentType).send(await metrics.text()));
}

/** Every fault is JSON with a code; what went wrong inside is for the log alone. */
function addErrors(app: FastifyInstance, log: Logger): void {
  app.addHook('onRequest', (_request, reply, done) => {
    reply.header('x-content-type-options', 'nosniff').header('cache-control', 'no-store');
    done();
  });
  app.setNotFoundHandler((request, reply) =>
    reply.code(404).send(fault('not_found', `there is no ${request.method} ${request.url.split('?')[0]}`)),
  );
  app.setErrorHandler((error: FastifyError, request, reply) => {
    const status = error.statusCode ?? 500;
    if (status < 500) return reply.code(status).send(fault('bad_request', error.message));
    log.error({ err: error, method: request.method, route: request.routeOptions.url }, 'an HTTP request failed');
    return reply.code(500).send(fault('internal', 'the request failed; the log says why'));
  });
}

function fault(code: string, message: string) {
  return { error: { code, message } };
}
