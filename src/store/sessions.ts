import type { EpochMs } from '../clock.ts';
import type { Account, AccountId, Tier } from '../domain/account.ts';
import type { Database } from './database.ts';

export interface NewSession {
  readonly id: string;
  readonly account: AccountId;
  readonly createdAt: EpochMs;
  readonly expiresAt: EpochMs;
}

/** A session with the account it speaks for. */
export interface HeldSession {
  readonly id: string;
  readonly account: Account;
  readonly hash: Buffer;
  readonly expiresAt: EpochMs;
}

export interface SessionTable {
  add(session: NewSession, hash: Buffer): void;
  find(hash: Buffer): HeldSession | undefined;
  /** False: there was none. */
  remove(id: string): boolean;
  prune(now: EpochMs, limit: number): number;
}

interface HeldRow {
  readonly id: string;
  readonly token_hash: Buffer;
  readonly account: string;
  readonly expires_at: number;
  readonly phone: string;
  readonly tier: Tier;
  readonly quota: number | null;
  readonly joined_at: number;
}

export function createSessionTable(db: Database): SessionTable {
  const add = db.prepare<[object]>(
    `INSERT INTO sessions (id, token_hash, account, created_at, expires_at)
     VALUES (@id, @hash, @account, @createdAt, @expiresAt)`,
  );
  const find = db.prepare<[Buffer], HeldRow>(
    `SELECT s.*, a.phone, a.tier, a.quota, a.created_at AS joined_at
     FROM sessions s JOIN accounts a ON a.id = s.account WHERE s.token_hash = ?`,
  );
  const remove = db.prepare<[string]>('DELETE FROM sessions WHERE id = ?');
  const prune = db.prepare<[number, number]>(
    'DELETE FROM sessions WHERE id IN (SELECT id FROM sessions WHERE expires_at <= ? LIMIT ?)',
  );
  return {
    add: (session, hash) => void add.run({ ...session, hash }),
    find(hash) {
      const row = find.get(hash);
      return row === undefined ? undefined : toHeldSession(row);
    },
    remove: (id) => remove.run(id).changes > 0,
    prune: (now, limit) => db.commitLazily(() => prune.run(now, limit).changes),
  };
}

function toHeldSession(row: HeldRow): HeldSession {
  const { account: id, phone, tier, quota, joined_at } = row;
  return {
    id: row.id,
    account: { id, phone, tier, quota, createdAt: joined_at },
    hash: row.token_hash,
    expiresAt: row.expires_at,
  };
}
