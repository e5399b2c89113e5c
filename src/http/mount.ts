import '@fastify/cookie';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { GatewayError } from '../errors.ts';
import type { Dialect, Route, RouteRequest } from './dialect.ts';
import { showStanding, type Visit } from './visit.ts';

export interface MountOptions {
  /** Whether clients come by https: cookies are for that alone then. */
  secure(): boolean;
}

/** Makes the routes of a dialect routes of the server: validated by their schemas, run by what they name. */
export function mount(app: FastifyInstance, dialect: Dialect, options: MountOptions): void {
  for (const route of dialect.routes) {
    app.route({
      method: route.method,
      url: route.path.replace(/\{(\w+)\}/g, ':$1'),
      config: { mounted: { dialect, route } },
      schema: {
        ...(route.params === undefined ? {} : { params: route.params }),
        ...(route.query === undefined ? {} : { querystring: route.query }),
        ...(route.body === undefined ? {} : { body: route.body }),
      },
      handler: (request, reply) => run(route, request, reply, options),
    });
  }
}

async function run(route: Route, request: FastifyRequest, reply: FastifyReply, options: MountOptions): Promise<object> {
  const { visit } = request;
  if (visit === null) throw new GatewayError('internal', 'a request was never let in');
  const answer = await route.run(routeRequest(visit, request, reply, options));
  if (route.cap !== undefined) showStanding(reply, [...visit.spent.standings, route.cap(visit.caller)]);
  return answer;
}

function routeRequest(
  { caller, source }: Visit,
  { params, query, body }: FastifyRequest,
  reply: FastifyReply,
  { secure }: MountOptions,
): RouteRequest {
  return {
    caller,
    source,
    params,
    query,
    body,
    get signal() {
      const gone = new AbortController();
      reply.raw.once('close', () => gone.abort());
      return gone.signal;
    },
    setCookie: cookieSetter(reply, secure),
  };
}

export function cookieSetter(reply: FastifyReply, secure: () => boolean): RouteRequest['setCookie'] {
  return ({ name, value, maxAge }) =>
    void reply.setCookie(name, value, { path: '/', httpOnly: true, sameSite: 'strict', maxAge, secure: secure() });
}
