import type { EpochMs } from '../clock.ts';
import type { AccountId } from '../domain/account.ts';
import type { Database } from './database.ts';

/** An endpoint of one mailbox, with whose it is. */
export interface StoredWebhook {
  readonly id: string;
  /** `mailboxes.n`, and the id and E.164 form of its number. */
  readonly mailbox: number;
  readonly number: string;
  readonly e164: string;
  readonly account: AccountId;
  readonly url: string;
  readonly events: readonly string[];
  readonly enabled: boolean;
  /** Sealed. */
  readonly secret: Buffer;
  readonly createdAt: EpochMs;
}

export interface NewWebhook {
  readonly id: string;
  readonly mailbox: number;
  readonly url: string;
  readonly events: readonly string[];
  readonly secret: Buffer;
  readonly at: EpochMs;
}

export interface WebhookTable {
  /** False where the mailbox has one already. */
  add(webhook: NewWebhook): boolean;
  /** Undefined unless it is this account's. */
  get(account: AccountId, id: string): StoredWebhook | undefined;
  /** Oldest first. */
  list(account: AccountId): readonly StoredWebhook[];
  set(id: string, change: Pick<StoredWebhook, 'url' | 'events' | 'enabled'>, at: EpochMs): void;
  setSecret(id: string, secret: Buffer, at: EpochMs): void;
  /** With everything queued for it. */
  remove(id: string): void;
  /** The webhook of a mailbox that is closed now. */
  removeOf(mailbox: number): void;
  /** Whether there is any to tell. */
  any(): boolean;
  /** Ids of those of these mailboxes that are to be told of `event`. */
  subscribed(mailboxes: readonly number[], event: string): readonly string[];
}

interface WebhookRow {
  readonly id: string;
  readonly mailbox: number;
  readonly number: string;
  readonly e164: string;
  readonly account: string;
  readonly url: string;
  readonly events: string;
  readonly enabled: number;
  readonly secret: Buffer;
  readonly created_at: number;
}

const selectSql = `SELECT w.id, w.mailbox, m.number, n.e164, m.account, w.url, w.events, w.enabled, w.secret, w.created_at
  FROM webhooks w JOIN mailboxes m ON m.n = w.mailbox AND m.closed_at IS NULL JOIN numbers n ON n.id = m.number`;

const addSql = `INSERT INTO webhooks (id, mailbox, url, events, enabled, secret, created_at, updated_at)
  VALUES (@id, @mailbox, @url, @events, 1, @secret, @at, @at) ON CONFLICT (mailbox) DO NOTHING`;

const subscribedSql = `SELECT w.id FROM json_each(?) j JOIN webhooks w ON w.mailbox = j.value
  WHERE w.enabled = 1 AND EXISTS (SELECT 1 FROM json_each(w.events) e WHERE e.value = ?)`;

export function createWebhookTable(db: Database): WebhookTable {
  const add = db.prepare<[object]>(addSql);
  const get = db.prepare<[string, string], WebhookRow>(`${selectSql} WHERE w.id = ? AND m.account = ?`);
  const list = db.prepare<[string], WebhookRow>(`${selectSql} WHERE m.account = ? ORDER BY w.created_at, w.id`);
  const set = db.prepare<[string, string, number, number, string]>(
    'UPDATE webhooks SET url = ?, events = ?, enabled = ?, updated_at = ? WHERE id = ?',
  );
  const setSecret = db.prepare<[Buffer, number, string]>('UPDATE webhooks SET secret = ?, updated_at = ? WHERE id = ?');
  const remove = db.prepare<[string]>('DELETE FROM webhooks WHERE id = ?');
  const removeOf = db.prepare<[number]>('DELETE FROM webhooks WHERE mailbox = ?');
  const any = db.prepare<[], { one: number }>('SELECT 1 AS one FROM webhooks LIMIT 1');
  const subscribed = db.prepare<[string, string], { id: string }>(subscribedSql);
  return {
    add: (webhook) => add.run({ ...webhook, events: JSON.stringify(webhook.events) }).changes === 1,
    get(account, id) {
      const row = get.get(id, account);
      return row === undefined ? undefined : toWebhook(row);
    },
    list: (account) => list.all(account).map(toWebhook),
    set: (id, { url, events, enabled }, at) => void set.run(url, JSON.stringify(events), enabled ? 1 : 0, at, id),
    setSecret: (id, secret, at) => void setSecret.run(secret, at, id),
    remove: (id) => void remove.run(id),
    removeOf: (mailbox) => void removeOf.run(mailbox),
    any: () => any.get() !== undefined,
    subscribed: (mailboxes, event) => subscribed.all(JSON.stringify(mailboxes), event).map(({ id }) => id),
  };
}

function toWebhook({ events, enabled, created_at, ...same }: WebhookRow): StoredWebhook {
  return { ...same, events: JSON.parse(events) as string[], enabled: enabled === 1, createdAt: created_at };
}
