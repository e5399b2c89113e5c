import { v7 as uuidv7 } from 'uuid';
import type { Clock, EpochMs, Ms } from '../clock.ts';
import type { Account } from '../domain/account.ts';
import { GatewayError } from '../errors.ts';
import type { Store } from '../store/store.ts';
import { digestOf, newSecret, sameDigest } from './secrets.ts';

export interface Session {
  readonly id: string;
  readonly account: Account;
  readonly expiresAt: EpochMs;
}

const lifetime: Ms = 30 * 86_400_000;

export interface Sessions {
  /** Within the caller's transaction. The token is given out here and never again. */
  open(account: Account, via: string): Session & { readonly token: string };
  /** Throws `account.unauthenticated`. */
  find(token: string): Session;
  /** Closing it again is no error. */
  close(session: Session, via: string): void;
}

export function createSessions({ store, clock }: { readonly store: Store; readonly clock: Clock }): Sessions {
  const note = (action: 'session.opened' | 'session.closed', session: Session, via: string) =>
    store.audit.add({ at: clock.now(), account: session.account.id, action, subject: session.id, via });
  return {
    open(account, via) {
      const token = newSecret('ses_live_');
      const createdAt = clock.now();
      const session = { id: uuidv7(), account, expiresAt: createdAt + lifetime };
      store.sessions.add({ ...session, account: account.id, createdAt }, digestOf(token));
      note('session.opened', session, via);
      return { ...session, token };
    },
    find(token) {
      const digest = digestOf(token);
      const held = store.sessions.find(digest);
      if (held === undefined || !sameDigest(held.hash, digest) || held.expiresAt <= clock.now()) {
        throw new GatewayError('account.unauthenticated', 'the session is unknown or over');
      }
      return { id: held.id, account: held.account, expiresAt: held.expiresAt };
    },
    close(session, via) {
      store.db.commit(() => {
        if (store.sessions.remove(session.id)) note('session.closed', session, via);
      });
    },
  };
}
