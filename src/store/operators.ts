import type { EpochMs } from '../clock.ts';
import type { OperatorToken } from '../domain/account.ts';
import type { Database } from './database.ts';

/** A session of the console with the token that opened it. */
export interface HeldOperatorSession {
  readonly id: string;
  readonly token: OperatorToken;
  readonly hash: Buffer;
  readonly expiresAt: EpochMs;
}

export interface NewOperatorSession {
  readonly id: string;
  /** `OperatorToken.id` */
  readonly token: string;
  readonly createdAt: EpochMs;
  readonly expiresAt: EpochMs;
}

/** Operators' tokens and the sessions they opened. */
export interface OperatorTable {
  add(token: OperatorToken, hash: Buffer): void;
  find(hash: Buffer): { readonly token: OperatorToken; readonly hash: Buffer } | undefined;
  /** Not revoked, oldest first. */
  working(): readonly OperatorToken[];
  /** Ends its sessions too. False: there is no such working token. */
  revoke(id: string, at: EpochMs): boolean;
  addSession(session: NewOperatorSession, hash: Buffer): void;
  session(hash: Buffer): HeldOperatorSession | undefined;
  /** False: there was none. */
  removeSession(id: string): boolean;
  pruneSessions(now: EpochMs, limit: number): number;
}

interface TokenRow {
  readonly id: string;
  readonly secret_hash: Buffer;
  readonly prefix: string;
  readonly name: string;
  readonly created_at: number;
}

interface SessionRow extends TokenRow {
  readonly session: string;
  readonly session_hash: Buffer;
  readonly expires_at: number;
}

const sessionSql = `SELECT t.id, t.secret_hash, t.prefix, t.name, t.created_at,
  s.id AS session, s.secret_hash AS session_hash, s.expires_at
  FROM operator_sessions s JOIN operator_tokens t ON t.id = s.token AND t.revoked_at IS NULL WHERE s.secret_hash = ?`;

export function createOperatorTable(db: Database): OperatorTable {
  const add = db.prepare<[object]>(
    `INSERT INTO operator_tokens (id, secret_hash, prefix, name, created_at)
     VALUES (@id, @hash, @prefix, @name, @createdAt)`,
  );
  const find = db.prepare<[Buffer], TokenRow>(
    'SELECT * FROM operator_tokens WHERE secret_hash = ? AND revoked_at IS NULL',
  );
  const working = db.prepare<[], TokenRow>(
    'SELECT * FROM operator_tokens WHERE revoked_at IS NULL ORDER BY created_at, id',
  );
  const revoke = db.prepare<[number, string]>(
    'UPDATE operator_tokens SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL',
  );
  const endSessions = db.prepare<[string]>('DELETE FROM operator_sessions WHERE token = ?');
  return {
    add: (token, hash) => void add.run({ ...token, hash }),
    find(hash) {
      const row = find.get(hash);
      return row === undefined ? undefined : { token: toToken(row), hash: row.secret_hash };
    },
    working: () => working.all().map(toToken),
    revoke: (id, at) =>
      db.commit(() => {
        endSessions.run(id);
        return revoke.run(at, id).changes > 0;
      }),
    ...sessionStatements(db),
  };
}

function sessionStatements(
  db: Database,
): Pick<OperatorTable, 'addSession' | 'session' | 'removeSession' | 'pruneSessions'> {
  const add = db.prepare<[object]>(
    `INSERT INTO operator_sessions (id, secret_hash, token, created_at, expires_at)
     VALUES (@id, @hash, @token, @createdAt, @expiresAt)`,
  );
  const find = db.prepare<[Buffer], SessionRow>(sessionSql);
  const remove = db.prepare<[string]>('DELETE FROM operator_sessions WHERE id = ?');
  const prune = db.prepare<[number, number]>(
    'DELETE FROM operator_sessions WHERE id IN (SELECT id FROM operator_sessions WHERE expires_at <= ? LIMIT ?)',
  );
  return {
    addSession: (session, hash) => void add.run({ ...session, hash }),
    session(hash) {
      const row = find.get(hash);
      if (row === undefined) return undefined;
      return { id: row.session, token: toToken(row), hash: row.session_hash, expiresAt: row.expires_at };
    },
    removeSession: (id) => remove.run(id).changes > 0,
    pruneSessions: (now, limit) => db.commitLazily(() => prune.run(now, limit).changes),
  };
}

function toToken({ id, prefix, name, created_at }: TokenRow): OperatorToken {
  return { id, prefix, name, createdAt: created_at };
}
