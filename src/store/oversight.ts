import type { EpochMs } from '../clock.ts';
import type { Api } from '../domain/account.ts';
import type { Mailbox, Offer } from '../domain/number.ts';
import type { Database } from './database.ts';

/** A number of the pool and who uses it now. */
export interface HeldNumber {
  readonly id: string;
  readonly e164: string;
  readonly region: string | null;
  readonly offer: Offer;
  readonly modem: string | null;
  /** Who holds it alone: phone, kind, since when and until when. */
  readonly holder: {
    readonly phone: string;
    readonly kind: Mailbox['kind'];
    readonly since: EpochMs;
    readonly until: EpochMs | null;
  } | null;
  /** Accounts that share it. */
  readonly shares: number;
}

export interface OwnedKey {
  readonly id: string;
  readonly api: Api;
  readonly prefix: string;
  readonly name: string;
  readonly phone: string;
  /** The one number it opens. */
  readonly number: string | null;
  readonly createdAt: EpochMs;
}

export interface OwnedWebhook {
  readonly id: string;
  readonly account: string;
  readonly phone: string;
  readonly number: string;
  readonly url: string;
  readonly events: readonly string[];
  readonly enabled: boolean;
  /** Deliveries that wait, and that were given up. */
  readonly waiting: number;
  readonly failed: number;
}

/** A page of a list that is sorted by id: what comes after `after`. */
export interface IdPage {
  readonly after: string;
  readonly limit: number;
}

/** What belongs to whom, over all accounts: to look at, not to change. */
export interface Oversight {
  numbers(now: EpochMs): readonly HeldNumber[];
  /** Those that work, by id: the oldest first. */
  keys(page: IdPage, now: EpochMs): readonly OwnedKey[];
  webhooks(page: IdPage): readonly OwnedWebhook[];
  webhook(id: string): OwnedWebhook | undefined;
}

interface NumberRow extends Omit<HeldNumber, 'holder'> {
  readonly phone: string | null;
  readonly kind: Mailbox['kind'] | null;
  readonly since: number | null;
  readonly until: number | null;
}

interface WebhookRow extends Omit<OwnedWebhook, 'events' | 'enabled'> {
  readonly events: string;
  readonly enabled: number;
}

const open = (mailbox: string) =>
  `${mailbox}.closed_at IS NULL AND (${mailbox}.ends_at IS NULL OR ${mailbox}.ends_at > @now)`;

const numbersSql = `SELECT p.id, p.e164, p.region, p.offer, p.modem, a.phone, b.kind, b.opened_at AS since, b.ends_at AS until,
  (SELECT count(*) FROM mailboxes s WHERE s.number = p.id AND s.kind = 'shared' AND s.closed_at IS NULL) AS shares
  FROM numbers p LEFT JOIN mailboxes b ON b.number = p.id AND b.kind <> 'shared' AND ${open('b')}
  LEFT JOIN accounts a ON a.id = b.account ORDER BY p.id`;

const keysSql = `SELECT k.id, k.api, k.prefix, k.name, a.phone, p.e164 AS number, k.created_at AS createdAt
  FROM api_keys k JOIN accounts a ON a.id = k.account
  LEFT JOIN mailboxes b ON b.n = k.mailbox LEFT JOIN numbers p ON p.id = b.number
  WHERE k.id > @after AND k.revoked_at IS NULL AND (k.mailbox IS NULL OR (${open('b')})) ORDER BY k.id LIMIT @limit`;

const webhooksSql = `SELECT w.id, b.account, a.phone, p.e164 AS number, w.url, w.events, w.enabled,
  (SELECT count(*) FROM deliveries d WHERE d.webhook = w.id AND d.state = 'pending') AS waiting,
  (SELECT count(*) FROM deliveries d WHERE d.webhook = w.id AND d.state = 'failed') AS failed
  FROM webhooks w JOIN mailboxes b ON b.n = w.mailbox AND b.closed_at IS NULL
  JOIN numbers p ON p.id = b.number JOIN accounts a ON a.id = b.account`;

export function createOversight(db: Database): Oversight {
  const numbers = db.prepare<[object], NumberRow>(numbersSql);
  const keys = db.prepare<[object], OwnedKey>(keysSql);
  const webhooks = db.prepare<[string, number], WebhookRow>(`${webhooksSql} WHERE w.id > ? ORDER BY w.id LIMIT ?`);
  const webhook = db.prepare<[string], WebhookRow>(`${webhooksSql} WHERE w.id = ?`);
  return {
    numbers: (now) => numbers.all({ now }).map(toHeldNumber),
    keys: ({ after, limit }, now) => keys.all({ after, limit, now }),
    webhooks: ({ after, limit }) => webhooks.all(after, limit).map(toWebhook),
    webhook(id) {
      const row = webhook.get(id);
      return row === undefined ? undefined : toWebhook(row);
    },
  };
}

function toHeldNumber({ phone, kind, since, until, ...number }: NumberRow): HeldNumber {
  const holder = phone === null || kind === null || since === null ? null : { phone, kind, since, until };
  return { ...number, holder };
}

function toWebhook({ events, enabled, ...same }: WebhookRow): OwnedWebhook {
  return { ...same, events: JSON.parse(events) as string[], enabled: enabled === 1 };
}
