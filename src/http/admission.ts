import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { networkOf } from '../domain/network-address.ts';
import { GatewayError } from '../errors.ts';
import type { Caller } from './dialect.ts';
import type { Limit, Limiter } from './limiter.ts';
import { type Mounted, pathOf, showStanding } from './visit.ts';

/** What counts for everything that has no limit of its own, and for whoever does not say who it is. */
export const addressLimit: Limit = { per: 'address', windows: [{ points: 300, seconds: 60 }] };

/** Lets a request in before its body is read: there is such a route, its credential is good, and it has not come too often. */
export function addAdmission(app: FastifyInstance, limiter: Limiter): void {
  app.decorateRequest('visit', null);
  app.addHook('onRequest', (request, reply) => admit(limiter, request, reply));
}

async function admit(limiter: Limiter, request: FastifyRequest, reply: FastifyReply): Promise<void> {
  const network = networkOf(request.ip);
  const { mounted, unlimited } = request.routeOptions.config;
  if (unlimited === true) return showStanding(reply, await limiter.look(addressLimit, network));
  if (mounted === undefined) {
    showStanding(reply, (await limiter.spend(addressLimit, network)).standings);
    if (request.is404) throw noSuchRoute(request);
    return;
  }
  const caller = await authenticated(mounted, request, async () => {
    showStanding(reply, (await limiter.spend(addressLimit, network)).standings);
  });
  const { route } = mounted;
  const spent = await limiter.spend(route.limit, holderOf(route.limit, caller, network));
  request.visit = { source: request.ip, caller, spent };
  showStanding(reply, route.cap === undefined ? spent.standings : [...spent.standings, route.cap(caller)]);
}

export function noSuchRoute(request: FastifyRequest): GatewayError {
  return new GatewayError('command.unknown', `there is no ${request.method} ${pathOf(request).slice(0, 200)}`);
}

async function authenticated(
  { dialect, route }: Mounted,
  request: FastifyRequest,
  refused: () => Promise<void>,
): Promise<Caller> {
  if (route.auth === 'none') return null;
  try {
    const { method, host, headers, cookies } = request;
    const presented = { method, host, headers, cookies };
    return route.auth === 'session' ? dialect.session(presented) : dialect.key(presented);
  } catch (error) {
    await refused();
    throw error;
  }
}

function holderOf(limit: Limit, caller: Caller, network: string): string {
  if (limit.per === 'address' || caller === null) return network;
  return 'key' in caller ? caller.key.id : caller.id;
}
