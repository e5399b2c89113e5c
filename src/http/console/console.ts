import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Operators } from '../../accounts/accounts.ts';
import type { GatewayView } from '../../domain/gateway-view.ts';
import { networkOf } from '../../domain/network-address.ts';
import { GatewayError } from '../../errors.ts';
import type { LiveEvents } from '../../gateway/live-events.ts';
import type { OperatorView } from '../../gateway/operator-view.ts';
import { addressLimit } from '../admission.ts';
import type { Apis, Dialect } from '../dialect.ts';
import { opFault } from '../dialects/op/errors.ts';
import { readiness } from '../health.ts';
import type { Limiter } from '../limiter.ts';
import type { BrokerState } from '../metrics.ts';
import { cookieSetter } from '../mount.ts';
import { showStanding } from '../visit.ts';
import { accountRoutes } from './account-routes.ts';
import { EventStreams } from './event-streams.ts';
import { operatorFault } from './faults.ts';
import { addFiles } from './files.ts';
import { operatorRoutes } from './operator-routes.ts';
import { peopleRoutes } from './people-routes.ts';
import { type ConsoleCases, type Finding, operatorCookie, signInLimit, type UiRoute, type Who } from './ui-route.ts';
import { admitVisitor, type VisitorDeps, visitorOf } from './visitor.ts';

export type { Finding } from './ui-route.ts';

/** What the page of people is made of, beside the use cases of the APIs. */
export interface ConsoleDeps {
  readonly operators: Operators;
  readonly view: OperatorView;
  readonly live: LiveEvents;
  /** What the doctor finds now; absent: there is no doctor. */
  findings?(): Promise<readonly Finding[]>;
}

export interface ConsoleOptions extends ConsoleDeps {
  readonly apis: Apis;
  readonly gateway: GatewayView;
  readonly limiter: Limiter;
  broker(): BrokerState;
}

/** Where the page's own JSON is, and in what words it refuses. */
export const consoleFaults: readonly Pick<Dialect, 'prefixes' | 'fault'>[] = [
  { prefixes: ['/ui/api/mine/'], fault: opFault },
  { prefixes: ['/ui/'], fault: operatorFault },
];

const anyone: readonly Who[] = ['operator', 'account'];

/** The page at `/`, its files, its JSON and its events. */
export function addConsole(app: FastifyInstance, options: ConsoleOptions): void {
  const { apis, gateway, operators, limiter, live, findings } = options;
  const visitors: VisitorDeps = { ...apis, operators, limiter };
  const modems = () => gateway.modems();
  const cases: ConsoleCases = {
    ...apis,
    view: options.view,
    modems,
    readiness: () => readiness({ view: gateway, broker: options.broker }),
    ...(findings === undefined ? {} : { findings }),
  };
  const streams = new EventStreams({ live, visitors, modems });
  app.addHook('preClose', (done) => {
    streams.close();
    done();
  });
  app.decorateRequest('visitor', null);
  addFiles(app);
  for (const route of [...operatorRoutes(cases), ...peopleRoutes(cases), ...accountRoutes(cases)]) {
    addRoute(app, visitors, route);
  }
  addSession(app, visitors, streams, apis);
  addEvents(app, visitors, streams);
}

/** Its limits are its own. */
const config = { unlimited: true };

function addRoute(app: FastifyInstance, visitors: VisitorDeps, route: UiRoute): void {
  const { params, query, body } = route;
  app.route({
    method: route.method,
    url: `/ui/api${route.path}`,
    config,
    schema: {
      ...(params === undefined ? {} : { params }),
      ...(query === undefined ? {} : { querystring: query }),
      ...(body === undefined ? {} : { body }),
    },
    onRequest: (request, reply) => admitVisitor(visitors, [route.who], request, reply),
    handler: async ({ visitor, params, query, body }) =>
      await route.run({ session: whoever(visitor).session, params, query, body }),
  });
}

function whoever<T>(visitor: T | null): T {
  if (visitor === null) throw new GatewayError('internal', 'a request was never let in');
  return visitor;
}

/** Who is signed in, and an operator's way in and out. An account's are the OP API's. */
function addSession(app: FastifyInstance, visitors: VisitorDeps, streams: EventStreams, apis: Apis): void {
  const { operators, limiter } = visitors;
  const { version, gateway, clock } = apis;
  const secure = () => apis.publicUrl().startsWith('https:');
  const limited = (limit: typeof addressLimit) => async (request: FastifyRequest, reply: FastifyReply) => {
    showStanding(reply, (await limiter.spend(limit, networkOf(request.ip))).standings);
  };
  app.get('/ui/api/session', { config, onRequest: limited(addressLimit) }, (request, reply) => {
    const operator = visitorOf(visitors, ['operator'], request);
    const account = visitorOf(visitors, ['account'], request);
    return reply.send({
      gateway,
      version,
      operator: operator?.who === 'operator' ? { name: operator.session.token.name } : null,
      account:
        account?.who === 'account'
          ? { phone: account.session.account.phone, tier: account.session.account.tier }
          : null,
    });
  });
  const body = { type: 'object', required: ['token'], properties: { token: { type: 'string', maxLength: 200 } } };
  app.post('/ui/api/session', { config, schema: { body }, onRequest: limited(signInLimit) }, (request, reply) => {
    const { token } = request.body as { readonly token: string };
    const { session, secret } = operators.signIn(token.trim(), 'console');
    const maxAge = Math.floor((session.expiresAt - clock.now()) / 1000);
    cookieSetter(reply, secure)({ name: operatorCookie, value: secret, maxAge });
    return reply.send({ name: session.token.name });
  });
  const admit = (request: FastifyRequest, reply: FastifyReply) => admitVisitor(visitors, ['operator'], request, reply);
  app.delete('/ui/api/session', { config, onRequest: admit }, ({ visitor }, reply) => {
    if (visitor?.who === 'operator') operators.signOut(visitor.session, 'console');
    streams.closeOf(whoever(visitor).session.id);
    cookieSetter(reply, secure)({ name: operatorCookie, value: '', maxAge: 0 });
    return reply.send({ signed_out: true });
  });
}

function addEvents(app: FastifyInstance, visitors: VisitorDeps, streams: EventStreams): void {
  const as = { type: 'string', enum: anyone };
  const querystring = { type: 'object', properties: { as } };
  const admit = (request: FastifyRequest, reply: FastifyReply) => {
    const { as: wanted } = request.query as { readonly as?: Who };
    return admitVisitor(visitors, wanted === undefined ? anyone : [wanted], request, reply);
  };
  app.get('/ui/api/events', { config, schema: { querystring }, onRequest: admit }, (request, reply) => {
    const seen = /^\d{1,15}$/.exec(String(request.headers['last-event-id'] ?? ''))?.[0];
    streams.open(whoever(request.visitor), reply, seen === undefined ? null : Number(seen));
    return reply;
  });
}
