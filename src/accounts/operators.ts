import { v7 as uuidv7 } from 'uuid';
import type { Clock, EpochMs, Ms } from '../clock.ts';
import type { Actor, AuditAction, OperatorToken } from '../domain/account.ts';
import { GatewayError } from '../errors.ts';
import type { Store } from '../store/store.ts';
import { digestOf, newSecret, sameDigest } from './secrets.ts';

export interface OperatorSession {
  readonly id: string;
  readonly token: OperatorToken;
  readonly expiresAt: EpochMs;
}

/** Who runs the gateway, as far as the console is concerned. Secrets are compared by their hashes, in constant time. */
export interface Operators {
  /** The secret is given out here and never again. */
  createToken(name: string, actor: Actor): { readonly token: OperatorToken; readonly secret: string };
  /** Those that work, oldest first. */
  tokens(): readonly OperatorToken[];
  /** It stops working at once, and so do the sessions it opened. Throws `token.unknown`. */
  revokeToken(id: string, actor: Actor): void;
  /** Exchanges a token for a session; its secret is given out here and never again. Throws `account.unauthenticated`. */
  signIn(token: string, via: string): { readonly session: OperatorSession; readonly secret: string };
  /** Throws `account.unauthenticated`. */
  session(secret: string): OperatorSession;
  /** Ending it again is no error. */
  signOut(session: OperatorSession, via: string): void;
}

export interface OperatorsDeps {
  readonly store: Store;
  readonly clock: Clock;
}

const lifetime: Ms = 30 * 86_400_000;
const shown = 'operator_AbCd'.length;

export function createOperators(deps: OperatorsDeps): Operators {
  const { store, clock } = deps;
  const note = (action: AuditAction, subject: string, actor: Actor) =>
    store.audit.add({ at: clock.now(), account: actor.account, action, subject, via: actor.via });
  return {
    createToken(name, actor) {
      const secret = newSecret('operator_');
      const token = { id: uuidv7(), prefix: secret.slice(0, shown), name, createdAt: clock.now() };
      store.db.commit(() => {
        store.operators.add(token, digestOf(secret));
        note('token.created', token.id, actor);
      });
      return { token, secret };
    },
    tokens: () => store.operators.working(),
    revokeToken(id, actor) {
      store.db.commit(() => {
        if (!store.operators.revoke(id, clock.now())) {
          throw new GatewayError('token.unknown', 'there is no such token', { hint: 'see: sim2mqtt token list' });
        }
        note('token.revoked', id, actor);
      });
    },
    signIn: (secret, via) =>
      store.db.commit(() => {
        const token = tokenOf(store, secret);
        note('operator.signed_in', token.id, { account: null, via });
        return openSession(deps, token);
      }),
    session: (secret) => sessionOf(deps, secret),
    signOut({ id, token }, via) {
      store.db.commit(() => {
        if (store.operators.removeSession(id)) note('operator.signed_out', token.id, { account: null, via });
      });
    },
  };
}

function tokenOf(store: Store, secret: string): OperatorToken {
  const digest = digestOf(secret);
  const found = store.operators.find(digest);
  if (found !== undefined && sameDigest(found.hash, digest)) return found.token;
  throw new GatewayError('account.unauthenticated', 'the token is unknown or revoked');
}

function openSession({ store, clock }: OperatorsDeps, token: OperatorToken) {
  const secret = newSecret('ops_');
  const createdAt = clock.now();
  const session = { id: uuidv7(), token, expiresAt: createdAt + lifetime };
  store.operators.addSession(
    { id: session.id, token: token.id, createdAt, expiresAt: session.expiresAt },
    digestOf(secret),
  );
  return { session, secret };
}

function sessionOf({ store, clock }: OperatorsDeps, secret: string): OperatorSession {
  const digest = digestOf(secret);
  const held = store.operators.session(digest);
  if (held === undefined || !sameDigest(held.hash, digest) || held.expiresAt <= clock.now()) {
    throw new GatewayError('account.unauthenticated', 'the session is unknown or over');
  }
  return { id: held.id, token: held.token, expiresAt: held.expiresAt };
}
