import type { EpochMs } from '../clock.ts';
import type { Account, AccountId, Api, ApiKey, Tier } from '../domain/account.ts';
import type { Database } from './database.ts';

/** A key with the account it speaks for. */
export interface HeldKey {
  readonly key: ApiKey;
  readonly account: Account;
  readonly hash: Buffer;
  /** When its mailbox was closed, or ends by itself; null while neither is known. */
  readonly mailboxEndsAt: EpochMs | null;
}

export interface KeyTable {
  add(key: ApiKey, hash: Buffer): void;
  find(hash: Buffer): HeldKey | undefined;
  /** Not revoked, and their mailbox open at `now`; oldest first. */
  working(account: AccountId, now: EpochMs): readonly ApiKey[];
  /** `account` null: whosever it is. False: there is no such working key. */
  revoke(account: AccountId | null, id: string, at: EpochMs): boolean;
  /** Revokes every key of one mailbox (`Mailbox.n`). Returns their ids. */
  revokeOf(mailbox: number, at: EpochMs): readonly string[];
  /** Whether the mailbox (`Mailbox.n`) is this account's and open at `now`. */
  mayOpen(account: AccountId, mailbox: number, now: EpochMs): boolean;
}

interface KeyRow {
  readonly id: string;
  readonly api: Api;
  readonly prefix: string;
  readonly name: string;
  readonly account: string;
  readonly mailbox: number | null;
  readonly created_at: number;
  readonly revoked_at: number | null;
}

interface HeldRow extends KeyRow {
  readonly secret_hash: Buffer;
  readonly phone: string;
  readonly tier: Tier;
  readonly quota: number | null;
  readonly joined_at: number;
  readonly over_at: number | null;
}

const findSql = `SELECT k.*, a.phone, a.tier, a.quota, a.created_at AS joined_at, coalesce(m.closed_at, m.ends_at) AS over_at
  FROM api_keys k JOIN accounts a ON a.id = k.account LEFT JOIN mailboxes m ON m.n = k.mailbox WHERE k.secret_hash = ?`;

const openSql = 'closed_at IS NULL AND (ends_at IS NULL OR ends_at > @now)';

const workingSql = `SELECT k.* FROM api_keys k WHERE k.account = @account AND k.revoked_at IS NULL
  AND (k.mailbox IS NULL OR EXISTS (SELECT 1 FROM mailboxes WHERE n = k.mailbox AND ${openSql})) ORDER BY k.created_at, k.id`;

export function createKeyTable(db: Database): KeyTable {
  const add = db.prepare<[object]>(
    `INSERT INTO api_keys (id, api, secret_hash, prefix, name, account, mailbox, created_at)
     VALUES (@id, @api, @hash, @prefix, @name, @account, @mailbox, @createdAt)`,
  );
  const find = db.prepare<[Buffer], HeldRow>(findSql);
  const working = db.prepare<[object], KeyRow>(workingSql);
  const revoke = db.prepare<[object]>(
    `UPDATE api_keys SET revoked_at = @at
     WHERE id = @id AND revoked_at IS NULL AND (@account IS NULL OR account = @account)`,
  );
  const revokeOf = db.prepare<[number, number], { id: string }>(
    'UPDATE api_keys SET revoked_at = ? WHERE mailbox = ? AND revoked_at IS NULL RETURNING id',
  );
  const mayOpen = db.prepare<[object], { n: number }>(
    `SELECT n FROM mailboxes WHERE n = @mailbox AND account = @account AND ${openSql}`,
  );
  return {
    add: (key, hash) => void add.run({ ...key, hash }),
    find(hash) {
      const row = find.get(hash);
      return row === undefined ? undefined : toHeldKey(row);
    },
    working: (account, now) => working.all({ account, now }).map(toKey),
    revoke: (account, id, at) => revoke.run({ account, id, at }).changes > 0,
    revokeOf: (mailbox, at) => revokeOf.all(at, mailbox).map(({ id }) => id),
    mayOpen: (account, mailbox, now) => mayOpen.get({ account, mailbox, now }) !== undefined,
  };
}

function toHeldKey(row: HeldRow): HeldKey {
  const { account: id, phone, tier, quota, joined_at } = row;
  return {
    key: toKey(row),
    account: { id, phone, tier, quota, createdAt: joined_at },
    hash: row.secret_hash,
    mailboxEndsAt: row.over_at,
  };
}

function toKey({ id, api, prefix, name, account, mailbox, created_at, revoked_at }: KeyRow): ApiKey {
  return { id, api, prefix, name, account, mailbox, createdAt: created_at, revokedAt: revoked_at };
}
