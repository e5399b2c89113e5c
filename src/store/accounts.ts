import type { Account, AccountId, Tier } from '../domain/account.ts';
import type { Database } from './database.ts';

export interface AccountTable {
  add(account: Account): void;
  get(id: AccountId): Account | undefined;
  byPhone(phone: string): Account | undefined;
  /** Writes tier and quota. */
  change(account: Account): void;
  /** Oldest first. */
  list(): readonly Account[];
}

export interface AccountRow {
  readonly id: string;
  readonly phone: string;
  readonly tier: Tier;
  readonly quota: number | null;
  readonly created_at: number;
}

export function createAccountTable(db: Database): AccountTable {
  const add = db.prepare<[object]>(
    'INSERT INTO accounts (id, phone, tier, quota, created_at) VALUES (@id, @phone, @tier, @quota, @createdAt)',
  );
  const get = db.prepare<[string], AccountRow>('SELECT * FROM accounts WHERE id = ?');
  const byPhone = db.prepare<[string], AccountRow>('SELECT * FROM accounts WHERE phone = ?');
  const change = db.prepare<[string, number | null, string]>('UPDATE accounts SET tier = ?, quota = ? WHERE id = ?');
  const list = db.prepare<[], AccountRow>('SELECT * FROM accounts ORDER BY created_at, id');
  const optional = (row: AccountRow | undefined) => (row === undefined ? undefined : toAccount(row));
  return {
    add: (account) => void add.run(account),
    get: (id) => optional(get.get(id)),
    byPhone: (phone) => optional(byPhone.get(phone)),
    change: ({ id, tier, quota }) => void change.run(tier, quota, id),
    list: () => list.all().map(toAccount),
  };
}

export function toAccount({ id, phone, tier, quota, created_at }: AccountRow): Account {
  return { id, phone, tier, quota, createdAt: created_at };
}
