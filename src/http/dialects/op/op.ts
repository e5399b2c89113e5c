import type { Apis, Dialect } from '../../dialect.ts';
import { authRoutes } from './auth-routes.ts';
import { presentedKey, presentedSession, sessionCookie } from './credentials.ts';
import { describeFault, opFault, opFaultSchema } from './errors.ts';
import { opGuide } from './guide.ts';
import { keyRoutes } from './key-routes.ts';
import { messageRoutes } from './message-routes.ts';
import { numberRoutes } from './number-routes.ts';
import { webhookRoutes } from './webhook-routes.ts';

/** The OP API: sign-in, `/console` for setting up, `/v1` for sending and reading. */
export function createOpDialect(apis: Apis): Dialect {
  return {
    name: 'op',
    title: 'OP API',
    prefixes: ['/auth/', '/console/', '/v1/'],
    routes: [
      ...authRoutes(apis),
      ...numberRoutes(apis),
      ...keyRoutes(apis),
      ...webhookRoutes(apis),
      ...messageRoutes(apis),
    ],
    schemes: {
      session: {
        sessionCookie: { type: 'apiKey', in: 'cookie', name: sessionCookie, description: 'Set by POST /auth/verify.' },
        sessionToken: {
          type: 'http',
          scheme: 'bearer',
          description: 'session_token of POST /auth/verify: ses_live_….',
        },
      },
      key: {
        apiKey: { type: 'http', scheme: 'bearer', description: 'Of POST /console/api-keys: op_live_….' },
      },
    },
    session: (presented) => presentedSession(apis, presented),
    key: (presented) => presentedKey(apis, presented),
    fault: opFault,
    describe: describeFault,
    guide: opGuide,
    faultSchema: opFaultSchema,
  };
}
