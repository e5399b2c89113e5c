import { addressLimit } from '../../admission.ts';
import { type Apis, type Route, route } from '../../dialect.ts';
import { sessionCookie } from './credentials.ts';
import { consoleLimit } from './limits.ts';
import { idParams, me, signedIn, signedOut, startBody, started, verification, verifyBody } from './schemas.ts';
import { wireTime } from './wire.ts';

/** Sign-up, sign-in and sign-out: `/auth/*`, and who one is. */
export function authRoutes(apis: Apis): Route[] {
  return [start(apis), deliveryState(apis), verify(apis), signOut(apis), whoAmI(apis)];
}

function start({ accounts, clock }: Apis): Route {
  return route({
    id: 'startVerification',
    method: 'POST',
    path: '/auth/start',
    tag: 'Sign-in',
    summary: 'Text a six-digit code to a personal phone',
    description:
      'At most one in 30 seconds and five in an hour for a phone, and twenty in an hour for a client address.',
    auth: 'none',
    limit: addressLimit,
    body: startBody,
    answer: started,
    errors: ['phone.invalid', 'phone.in_pool', 'account.signup_not_allowed', 'verification.not_sent'],
    run({ body: { phone }, source }) {
      const { id, expiresAt } = accounts.startVerification({ phone, source });
      return { verification_id: id, expires_in: Math.round((expiresAt - clock.now()) / 1000) };
    },
  });
}

function deliveryState({ accounts }: Apis): Route {
  return route({
    id: 'getVerification',
    method: 'GET',
    path: '/auth/verifications/{id}',
    tag: 'Sign-in',
    summary: 'Whether the text with the code went out',
    auth: 'none',
    limit: addressLimit,
    params: idParams,
    answer: verification,
    errors: ['verification.unknown'],
    run({ params }) {
      const { id, deliveryStatus, expiresAt } = accounts.verification(params.id);
      return { verification_id: id, delivery_status: deliveryStatus, expires_at: wireTime(expiresAt) };
    },
  });
}

function verify({ accounts, clock }: Apis): Route {
  return route({
    id: 'verify',
    method: 'POST',
    path: '/auth/verify',
    tag: 'Sign-in',
    summary: 'Exchange the code for a session',
    description: 'Opens the account where the phone has none yet. Five wrong codes lock the verification.',
    auth: 'none',
    limit: addressLimit,
    body: verifyBody,
    answer: signedIn,
    errors: ['verification.invalid', 'verification.expired'],
    run({ body, setCookie }) {
      const signed = accounts.verify({ id: body.verification_id, code: body.code }, 'op');
      const { account, token, created, expiresAt } = signed;
      setCookie({ name: sessionCookie, value: token, maxAge: Math.floor((expiresAt - clock.now()) / 1000) });
      const user = { id: account.id, phone: account.phone, created };
      return { user, session_token: token, expires_at: wireTime(expiresAt) };
    },
  });
}

function signOut({ accounts }: Apis): Route {
  return route({
    id: 'signOut',
    method: 'POST',
    path: '/auth/logout',
    tag: 'Sign-in',
    summary: 'End the session',
    auth: 'session',
    limit: consoleLimit,
    answer: signedOut,
    errors: [],
    run({ caller, setCookie }) {
      accounts.closeSession(caller, 'op');
      setCookie({ name: sessionCookie, value: '', maxAge: 0 });
      return { signed_out: true as const };
    },
  });
}

function whoAmI({ numbers }: Apis): Route {
  return route({
    id: 'getMe',
    method: 'GET',
    path: '/console/me',
    tag: 'Account',
    summary: 'The account of this session',
    auth: 'session',
    limit: consoleLimit,
    answer: me,
    errors: [],
    run({ caller: { account } }) {
      const { limit, used } = numbers.quota(account);
      return { id: account.id, phone: account.phone, tier: account.tier, quota: { limit, used } };
    },
  });
}
