import type { EpochMs } from '../clock.ts';
import type { AccountId } from '../domain/account.ts';
import type { Database } from './database.ts';

export type DeliveryState = 'pending' | 'delivered' | 'failed';

export interface NewDelivery {
  readonly id: string;
  readonly webhook: string;
  /** Of the event; null for a test. */
  readonly seq: number | null;
  readonly event: string;
  readonly body: string;
  readonly at: EpochMs;
}

/** What one attempt needs to know. */
export interface Outgoing {
  readonly id: string;
  readonly webhook: string;
  readonly account: AccountId;
  readonly event: string;
  readonly body: string;
  readonly state: DeliveryState;
  /** Null: not to be tried by itself. */
  readonly nextAt: EpochMs | null;
  /** Attempts by schedule so far. */
  readonly attempts: number;
  readonly url: string;
  /** Sealed. */
  readonly secret: Buffer;
}

export interface StoredAttempt {
  readonly at: EpochMs;
  /** Ms */
  readonly duration: number;
  /** HTTP status; null where there was no answer. */
  readonly status: number | null;
  readonly error: string | null;
}

export interface StoredDelivery {
  readonly id: string;
  readonly event: string;
  readonly state: DeliveryState;
  readonly createdAt: EpochMs;
  readonly nextAt: EpochMs | null;
  /** Oldest first. */
  readonly attempts: readonly StoredAttempt[];
}

/** Where a reading of what is due has got to: order is by `nextAt`, then `id`. */
export interface DueMark {
  readonly nextAt: EpochMs;
  readonly id: string;
}

export interface Due extends DueMark {
  readonly webhook: string;
}

export interface DeliveryTable {
  /** Due at once. An event that is queued for the webhook already changes nothing. */
  add(delivery: NewDelivery): void;
  /** One that is not to be tried again, with the attempt that settled it. */
  addSettled(delivery: NewDelivery, state: DeliveryState, attempt: StoredAttempt): void;
  /** Due by `now`, after `mark`, at most `limit`. */
  due(mark: DueMark, now: EpochMs, limit: number): readonly Due[];
  /** When the next one after `mark` is due. */
  nextDue(mark: DueMark): EpochMs | undefined;
  outgoing(id: string): Outgoing | undefined;
  /** Keeps an attempt: by schedule, or out of its order. Nothing where the delivery is gone. */
  addAttempt(id: string, attempt: StoredAttempt, scheduled: boolean): void;
  /** How many are kept in each state. */
  count(): Readonly<Record<DeliveryState, number>>;
  settle(id: string, change: { readonly state: DeliveryState; readonly nextAt: EpochMs | null }, at: EpochMs): void;
  /** What waits is not tried until `resume`, and then at once. */
  pause(webhook: string): void;
  resume(webhook: string, at: EpochMs): void;
  /** Undefined unless it is this webhook's. */
  get(webhook: string, id: string): StoredDelivery | undefined;
  /** Newest first. */
  list(webhook: string, limit: number): readonly StoredDelivery[];
  /** Removes at most `limit` that ended before `before`. Returns how many. */
  prune(before: EpochMs, limit: number): number;
}

interface DeliveryRow {
  readonly id: string;
  readonly event: string;
  readonly state: DeliveryState;
  readonly created_at: number;
  readonly next_at: number | null;
}

const addSql = `INSERT INTO deliveries (id, webhook, seq, event, body, state, next_at, created_at, updated_at)
  VALUES (@id, @webhook, @seq, @event, @body, @state, @nextAt, @at, @at) ON CONFLICT DO NOTHING`;

const dueSql = `SELECT id, webhook, next_at AS nextAt FROM deliveries
  WHERE next_at IS NOT NULL AND (next_at, id) > (?, ?) AND next_at <= ? ORDER BY next_at, id LIMIT ?`;

const nextSql = `SELECT next_at AS nextAt FROM deliveries
  WHERE next_at IS NOT NULL AND (next_at, id) > (?, ?) ORDER BY next_at, id LIMIT 1`;

const outgoingSql = `SELECT d.id, d.webhook, m.account, d.event, d.body, d.state, d.next_at AS nextAt, w.url, w.secret,
  (SELECT count(*) FROM delivery_attempts a WHERE a.delivery = d.id AND a.attempt > 0) AS attempts
  FROM deliveries d JOIN webhooks w ON w.id = d.webhook JOIN mailboxes m ON m.n = w.mailbox WHERE d.id = ?`;

// Numbered upwards from 1 by schedule, downwards from -1 out of order: so that the latter do not move the schedule on.
const attemptSql = `INSERT INTO delivery_attempts (delivery, attempt, at, duration, status, error)
  SELECT d.id, CASE WHEN @scheduled THEN coalesce((SELECT max(attempt) FROM delivery_attempts WHERE delivery = d.id AND attempt > 0), 0) + 1
    ELSE coalesce((SELECT min(attempt) FROM delivery_attempts WHERE delivery = d.id AND attempt < 0), 0) - 1 END,
    @at, @duration, @status, @error FROM deliveries d WHERE d.id = @id`;

const attemptsSql = `SELECT delivery, at, duration, status, error FROM delivery_attempts
  WHERE delivery IN (SELECT value FROM json_each(?)) ORDER BY delivery, at, abs(attempt), attempt DESC`;

const pruneSql = `DELETE FROM deliveries WHERE id IN (SELECT id FROM deliveries
  WHERE created_at < @before AND updated_at < @before AND state <> 'pending' ORDER BY created_at LIMIT @limit)`;

export function createDeliveryTable(db: Database): DeliveryTable {
  const add = db.prepare<[object]>(addSql);
  const addAttempt = db.prepare<[object]>(attemptSql);
  const due = db.prepare<[number, string, number, number], Due>(dueSql);
  const next = db.prepare<[number, string], { nextAt: number }>(nextSql);
  const outgoing = db.prepare<[string], Outgoing>(outgoingSql);
  const countAll = db.prepare<[], { state: DeliveryState; count: number }>(
    'SELECT state, count(*) AS count FROM deliveries GROUP BY state',
  );
  const settle = db.prepare<[string, number | null, number, string]>(
    'UPDATE deliveries SET state = ?, next_at = ?, updated_at = ? WHERE id = ?',
  );
  const keep = (id: string, attempt: StoredAttempt, scheduled: boolean) =>
    void addAttempt.run({ ...attempt, id, scheduled: scheduled ? 1 : 0 });
  return {
    add: (delivery) => void add.run({ ...delivery, state: 'pending', nextAt: delivery.at }),
    addSettled(delivery, state, attempt) {
      add.run({ ...delivery, state, nextAt: null });
      keep(delivery.id, attempt, true);
    },
    due: ({ nextAt, id }, now, limit) => due.all(nextAt, id, now, limit),
    nextDue: ({ nextAt, id }) => next.get(nextAt, id)?.nextAt,
    outgoing: (id) => outgoing.get(id),
    addAttempt: keep,
    count: () => ({
      ...{ pending: 0, delivered: 0, failed: 0 },
      ...Object.fromEntries(countAll.all().map(({ state, count }) => [state, count])),
    }),
    settle: (id, { state, nextAt }, at) => void settle.run(state, nextAt, at, id),
    ...pausing(db),
    ...log(db),
  };
}

function pausing(db: Database): Pick<DeliveryTable, 'pause' | 'resume'> {
  const pause = db.prepare<[string]>(
    "UPDATE deliveries SET next_at = NULL WHERE webhook = ? AND state = 'pending' AND next_at IS NOT NULL",
  );
  const resume = db.prepare<[number, string]>(
    "UPDATE deliveries SET next_at = ? WHERE webhook = ? AND state = 'pending' AND next_at IS NULL",
  );
  return {
    pause: (webhook) => void pause.run(webhook),
    resume: (webhook, at) => void resume.run(at, webhook),
  };
}

function log(db: Database): Pick<DeliveryTable, 'get' | 'list' | 'prune'> {
  const columns = 'SELECT id, event, state, created_at, next_at FROM deliveries';
  const get = db.prepare<[string, string], DeliveryRow>(`${columns} WHERE id = ? AND webhook = ?`);
  const list = db.prepare<[string, number], DeliveryRow>(
    `${columns} WHERE webhook = ? ORDER BY created_at DESC, id DESC LIMIT ?`,
  );
  const attempts = db.prepare<[string], StoredAttempt & { readonly delivery: string }>(attemptsSql);
  const prune = db.prepare<[object]>(pruneSql);
  const complete = (rows: readonly DeliveryRow[]) => {
    const found = Map.groupBy(attempts.all(JSON.stringify(rows.map(({ id }) => id))), ({ delivery }) => delivery);
    return rows.map((row) => toDelivery(row, found.get(row.id) ?? []));
  };
  return {
    get(webhook, id) {
      const row = get.get(id, webhook);
      return row === undefined ? undefined : complete([row])[0];
    },
    list: (webhook, limit) => complete(list.all(webhook, limit)),
    prune: (before, limit) => db.commitLazily(() => prune.run({ before, limit }).changes),
  };
}

function toDelivery(row: DeliveryRow, attempts: readonly StoredAttempt[]): StoredDelivery {
  const { id, event, state, created_at, next_at } = row;
  const plain = attempts.map(({ at, duration, status, error }) => ({ at, duration, status, error }));
  return { id, event, state, createdAt: created_at, nextAt: next_at, attempts: plain };
}
