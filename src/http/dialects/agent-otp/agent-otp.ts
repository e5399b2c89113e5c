import type { Apis, Dialect } from '../../dialect.ts';
import { accountRoutes } from './account-routes.ts';
import { presentedKey, presentedSession } from './credentials.ts';
import { agentOtpFault, agentOtpFaultSchema, describeFault } from './errors.ts';
import { agentOtpGuide } from './guide.ts';
import { numberRoutes } from './number-routes.ts';

/** The Agent OTP API: rent a number, wait for the code. */
export function createAgentOtpDialect(apis: Apis): Dialect {
  return {
    name: 'agent-otp',
    title: 'Agent OTP API',
    prefixes: ['/api/v1/'],
    routes: [...numberRoutes(apis), ...accountRoutes(apis)],
    schemes: {
      session: {
        accountToken: {
          type: 'http',
          scheme: 'bearer',
          description: 'session_token of POST /auth/verify: ses_live_….',
        },
      },
      key: {
        agentKey: {
          type: 'apiKey',
          in: 'header',
          name: 'X-API-Key',
          description: 'Of POST /console/api-keys with "api": "agent-otp": ak_….',
        },
      },
    },
    session: (presented) => presentedSession(apis, presented),
    key: (presented) => presentedKey(apis, presented),
    fault: agentOtpFault,
    describe: describeFault,
    faultSchema: agentOtpFaultSchema,
    guide: agentOtpGuide,
  };
}
