import type { Session } from '../../../accounts/accounts.ts';
import type { Apis, KeyHolder, Presented } from '../../dialect.ts';
import { refusal, vouched } from '../../vouching.ts';

type Deps = Pick<Apis, 'accounts'>;

/** The session of `Authorization: Bearer ses_live_…`; a cookie does not count here. */
export function presentedSession({ accounts }: Deps, { headers: { authorization } }: Presented): Session {
  const token = typeof authorization === 'string' ? /^bearer +(\S+) *$/i.exec(authorization)?.[1] : undefined;
  if (token === undefined) throw refusal('A session is needed: Authorization: Bearer ses_live_…');
  return vouched(() => accounts.session(token), 'The session is over or unknown: sign in again');
}

/** The holder of `X-API-Key: ak_…`. */
export function presentedKey({ accounts }: Deps, { headers }: Presented): KeyHolder {
  const secret = headers['x-api-key'];
  if (typeof secret !== 'string' || secret === '') throw refusal('An API key is needed: X-API-Key: ak_…');
  return vouched(() => accounts.keyHolder('agent-otp', secret), 'Invalid API key');
}
