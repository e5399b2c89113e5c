import type { Session } from '../../../accounts/accounts.ts';
import type { Apis, KeyHolder, Presented } from '../../dialect.ts';
import { isForeign } from '../../origin.ts';
import { refusal, vouched } from '../../vouching.ts';

export const sessionCookie = 'op_session';

type Deps = Pick<Apis, 'accounts' | 'publicUrl'>;

/** The session of the cookie or of `Authorization: Bearer ses_live_…`. */
export function presentedSession({ accounts, publicUrl }: Deps, presented: Presented): Session {
  const bearer = bearerOf(presented);
  if (bearer?.startsWith('op_live_') || bearer?.startsWith('ak_')) {
    throw refusal('An API key does not work here: take the session of POST /auth/verify.');
  }
  const token = bearer ?? cookieOf(presented, publicUrl());
  if (token === undefined)
    throw refusal('A session is needed: the op_session cookie, or Authorization: Bearer ses_live_….');
  return vouched(() => accounts.session(token), 'The session is over or unknown: sign in again.');
}

/** The holder of `Authorization: Bearer op_live_…`. */
export function presentedKey({ accounts }: Deps, presented: Presented): KeyHolder {
  const bearer = bearerOf(presented);
  if (bearer?.startsWith('ses_live_')) throw refusal('A session does not work here: take an API key, op_live_….');
  if (bearer?.startsWith('ak_'))
    throw refusal('That key is for the Agent OTP API: take one that begins with op_live_.');
  if (bearer === undefined) throw refusal('An API key is needed: Authorization: Bearer op_live_….');
  return vouched(() => accounts.keyHolder('op', bearer), 'The API key is unknown or revoked.');
}

function bearerOf({ headers: { authorization } }: Presented): string | undefined {
  if (typeof authorization !== 'string') return undefined;
  return /^bearer +(\S+) *$/i.exec(authorization)?.[1] ?? '';
}

/** A browser sends the cookie for any page that asks: it counts for one of ours only, where it could change something. */
function cookieOf(presented: Presented, publicUrl: string): string | undefined {
  const safe = presented.method === 'GET' || presented.method === 'HEAD';
  return !safe && isForeign(presented, publicUrl) ? undefined : presented.cookies[sessionCookie];
}
