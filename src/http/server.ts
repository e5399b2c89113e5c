import { fastifyCookie } from '@fastify/cookie';
import { type FastifyInstance, fastify } from 'fastify';
import type { GatewayView } from '../domain/gateway-view.ts';
import { GatewayError } from '../errors.ts';
import type { Logger } from '../log.ts';
import { addAdmission } from './admission.ts';
import { countAnswers } from './answer-count.ts';
import { addConsole, type ConsoleDeps, consoleFaults } from './console/console.ts';
import type { Apis, Dialect } from './dialect.ts';
import { dialects } from './dialects/dialects.ts';
import { opFault } from './dialects/op/errors.ts';
import { addDocs } from './docs/docs.ts';
import { faultAnswers } from './faults.ts';
import { Limiter } from './limiter.ts';
import type { BrokerState, Metrics } from './metrics.ts';
import { mount } from './mount.ts';
import { addPages } from './page.ts';
import { refuseBytes, refusePath } from './protocol-faults.ts';
import { statusPages } from './status-pages.ts';
import { addValidation } from './validation.ts';

export interface HttpOptions {
  /** `host:port`; port 0 takes any free one. */
  readonly listen: string;
  readonly view: GatewayView;
  broker(): BrokerState;
  readonly log: Logger;
  /** Made here unless given: give one to count events. */
  readonly metrics?: Metrics;
  /** What the HTTP APIs and their documents are made of; without it there are only health and metrics. */
  readonly apis?: Apis;
  /** The page of people at `/`; without it there is none. */
  readonly console?: ConsoleDeps;
  /** Addresses and networks of proxies whose `X-Forwarded-*` is believed. */
  readonly trustedProxies?: readonly string[];
  /** The document of the MQTT topics; without it there is no page of it. */
  readonly asyncApi?: () => object;
}

export interface HttpServer {
  /** `http://127.0.0.1:8480`, with the port that was taken. */
  readonly url: string;
  close(): Promise<void>;
}

/** Bounds on a client that is slow, greedy or silent. */
const bounds = {
  bodyBytes: 64 * 1024,
  /** A client that waits for a code has one of them for itself. */
  connections: 4096,
  headersMs: 10_000,
  requestMs: 20_000,
  keepAliveMs: 10_000,
  lastAnswersMs: 500,
};

/** The HTTP APIs, their documents, health and metrics. Resolves once it listens; throws `listen.failed`. */
export async function startHttp(options: HttpOptions): Promise<HttpServer> {
  const { apis, log, trustedProxies = [] } = options;
  const served = apis === undefined ? [] : dialects.map((create) => create(apis));
  const limiter = new Limiter();
  const answerFault = faultAnswers({ dialects: [...served, ...consoleFaults], root: opFault, log });
  const app = fastify({
    bodyLimit: bounds.bodyBytes,
    requestTimeout: bounds.requestMs,
    keepAliveTimeout: bounds.keepAliveMs,
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    trustProxy: trustedProxies.length === 0 ? false : [...trustedProxies],
    // Without a Host header Node would answer by itself, in no shape of ours.
    http: { headersTimeout: bounds.headersMs, connectionsCheckingInterval: 5_000, requireHostHeader: false },
    clientErrorHandler: (error, socket) => void refuseBytes(limiter, error, socket),
    frameworkErrors: (_error, request, reply) => void refusePath(limiter, answerFault, request, reply),
  });
  app.server.maxConnections = bounds.connections;
  await app.register(fastifyCookie);
  app.addHook('onRequest', (_request, reply, done) => {
    reply.header('x-content-type-options', 'nosniff').header('cache-control', 'no-store');
    done();
  });
  if (options.metrics !== undefined) countAnswers(app, options.metrics);
  addAdmission(app, limiter);
  app.setErrorHandler(answerFault);
  addValidation(app);
  addRoutes(app, options, served, limiter);
  const { hostname, port } = new URL(`http://${options.listen}`);
  try {
    const host = hostname.replace(/^\[|\]$/g, '');
    const url = await app.listen({ host, port: Number(port || 80), backlog: bounds.connections });
    return { url, close: () => close(app) };
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

/** Who waits for an answer gets it if it comes soon; who does not even finish a request is cut off. */
async function close(app: FastifyInstance): Promise<void> {
  const cut = setTimeout(() => app.server.closeAllConnections(), bounds.lastAnswersMs);
  await app.close();
  clearTimeout(cut);
}

function addRoutes(app: FastifyInstance, options: HttpOptions, served: readonly Dialect[], limiter: Limiter): void {
  const { apis, asyncApi, view: gateway, broker } = options;
  const pages = statusPages(options);
  addPages(app, pages);
  if (apis === undefined) return;
  const secure = () => apis.publicUrl().startsWith('https:');
  for (const dialect of served) mount(app, dialect, { secure });
  if (options.console !== undefined) addConsole(app, { ...options.console, apis, gateway, limiter, broker });
  addDocs(app, { apis, dialects: served, pages, asyncApi });
}
