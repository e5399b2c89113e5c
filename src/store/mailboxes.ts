import type { EpochMs } from '../clock.ts';
import type { AccountId } from '../domain/account.ts';
import type { Mailbox, NumberId, Offer } from '../domain/number.ts';
import type { Database } from './database.ts';

export interface NewMailbox {
  readonly id: string;
  readonly account: AccountId;
  readonly number: NumberId;
  readonly kind: Mailbox['kind'];
  readonly openedAt: EpochMs;
  readonly endsAt: EpochMs | null;
}

/** A share of a number, and one of the peers it has texted. */
export interface Share {
  readonly mailbox: Mailbox;
  readonly peer: string;
}

/** "Exclusive" are leases and rentals. "Open" is what is not closed: a rental may be over all the same. */
export interface MailboxTable {
  /** Undefined where that cannot be: the number is held, or this account has its share. */
  open(mailbox: NewMailbox): Mailbox | undefined;
  get(n: number): Mailbox | undefined;
  close(n: number, at: EpochMs): void;
  /** The open exclusive one. */
  holder(number: NumberId): Mailbox | undefined;
  /** The exclusive one opened last, at `at` or before, closed or not. */
  lastHolder(number: NumberId, at: EpochMs): Mailbox | undefined;
  /** Whether another account had an exclusive one at some time from `from` to `to`, both included. */
  heldByAnother(
    number: NumberId,
    account: AccountId,
    during: { readonly from: EpochMs; readonly to: EpochMs },
  ): boolean;
  /** The open exclusive ones of an account, oldest first. */
  heldBy(account: AccountId): readonly Mailbox[];
  /** The open share. */
  share(account: AccountId, number: NumberId): Mailbox | undefined;
  /** Every open one. */
  openOf(number: NumberId): readonly Mailbox[];
  /** Open ones whose end has come. */
  over(now: EpochMs): readonly Mailbox[];
  /** Rentals opened at `since` or later. */
  rentalsSince(account: AccountId, since: EpochMs): number;
  addCorrespondent(mailbox: number, peer: string, peerKey: string): void;
  /** Open shares that have texted peers with this key. */
  sharesWith(number: NumberId, peerKey: string): readonly Share[];
}

interface MailboxRow {
  readonly n: number;
  readonly id: string;
  readonly account: string;
  readonly kind: Mailbox['kind'];
  readonly opened_at: number;
  readonly ends_at: number | null;
  readonly closed_at: number | null;
  readonly number: string;
  readonly e164: string;
  readonly region: string | null;
  readonly offer: Offer;
  readonly modem: string | null;
}

const columns = `b.n, b.id, b.account, b.kind, b.opened_at, b.ends_at, b.closed_at, b.number,
  p.e164, p.region, p.offer, p.modem`;
const selectSql = `SELECT ${columns} FROM mailboxes b JOIN numbers p ON p.id = b.number`;

const openSql = `INSERT INTO mailboxes (id, account, number, kind, opened_at, ends_at)
  VALUES (@id, @account, @number, @kind, @openedAt, @endsAt) ON CONFLICT DO NOTHING`;

// From the few numbers to the one open mailbox of each: an account may have had thousands.
const heldBySql = `SELECT ${columns} FROM numbers p CROSS JOIN mailboxes b
  ON b.number = p.id AND b.closed_at IS NULL AND b.kind <> 'shared' WHERE b.account = ? ORDER BY b.n`;

const heldByAnotherSql = `SELECT EXISTS (SELECT 1 FROM mailboxes
  WHERE number = @number AND opened_at <= @to AND kind <> 'shared' AND account <> @account
    AND (closed_at IS NULL OR closed_at >= @from)) AS held`;

const sharesWithSql = `SELECT ${columns}, c.peer FROM correspondents c
  JOIN mailboxes b ON b.n = c.mailbox JOIN numbers p ON p.id = b.number
  WHERE c.peer_key = ? AND b.number = ? AND b.kind = 'shared' AND b.closed_at IS NULL ORDER BY b.n`;

export function createMailboxTable(db: Database): MailboxTable {
  const open = db.prepare<[NewMailbox]>(openSql);
  const get = db.prepare<[number], MailboxRow>(`${selectSql} WHERE b.n = ?`);
  const close = db.prepare<[number, number]>('UPDATE mailboxes SET closed_at = ? WHERE n = ? AND closed_at IS NULL');
  const openOf = db.prepare<[string], MailboxRow>(`${selectSql} WHERE b.number = ? AND b.closed_at IS NULL`);
  const over = db.prepare<[number], MailboxRow>(
    `${selectSql} WHERE b.ends_at <= ? AND b.closed_at IS NULL AND b.ends_at IS NOT NULL`,
  );
  const rentals = db.prepare<[string, number], { count: number }>(
    "SELECT count(*) AS count FROM mailboxes WHERE account = ? AND opened_at >= ? AND kind = 'rental'",
  );
  return {
    open(mailbox) {
      const { changes, lastInsertRowid } = open.run(mailbox);
      return changes === 0 ? undefined : toMailbox(get.get(Number(lastInsertRowid)));
    },
    get: (n) => toMailbox(get.get(n)),
    close: (n, at) => void close.run(at, n),
    openOf: (number) => toMailboxes(openOf.all(number)),
    over: (now) => toMailboxes(over.all(now)),
    rentalsSince: (account, since) => rentals.get(account, since)?.count ?? 0,
    ...holderStatements(db),
    ...shareStatements(db),
  };
}

function holderStatements(db: Database) {
  const holder = db.prepare<[string], MailboxRow>(
    `${selectSql} WHERE b.number = ? AND b.closed_at IS NULL AND b.kind <> 'shared'`,
  );
  const last = db.prepare<[string, number], MailboxRow>(
    `${selectSql} WHERE b.number = ? AND b.opened_at <= ? AND b.kind <> 'shared' ORDER BY b.opened_at DESC, b.n DESC LIMIT 1`,
  );
  const byAnother = db.prepare<[object], { held: number }>(heldByAnotherSql);
  const heldBy = db.prepare<[string], MailboxRow>(heldBySql);
  return {
    holder: (number: NumberId) => toMailbox(holder.get(number)),
    lastHolder: (number: NumberId, at: EpochMs) => toMailbox(last.get(number, at)),
    heldByAnother: (number: NumberId, account: AccountId, during: { from: EpochMs; to: EpochMs }) =>
      byAnother.get({ number, account, ...during })?.held === 1,
    heldBy: (account: AccountId) => toMailboxes(heldBy.all(account)),
  };
}

function shareStatements(db: Database) {
  const share = db.prepare<[string, string], MailboxRow>(
    `${selectSql} WHERE b.account = ? AND b.number = ? AND b.closed_at IS NULL AND b.kind = 'shared'`,
  );
  const add = db.prepare<[string, number, string]>(
    'INSERT OR IGNORE INTO correspondents (peer_key, mailbox, peer) VALUES (?, ?, ?)',
  );
  const sharesWith = db.prepare<[string, string], MailboxRow & { peer: string }>(sharesWithSql);
  return {
    share: (account: AccountId, number: NumberId) => toMailbox(share.get(account, number)),
    addCorrespondent: (mailbox: number, peer: string, peerKey: string) => void add.run(peerKey, mailbox, peer),
    sharesWith: (number: NumberId, peerKey: string) =>
      sharesWith.all(peerKey, number).map((row) => ({ mailbox: fromRow(row), peer: row.peer })),
  };
}

function toMailboxes(rows: readonly MailboxRow[]): Mailbox[] {
  return rows.map((row) => fromRow(row));
}

function toMailbox(row: MailboxRow | undefined): Mailbox | undefined {
  return row === undefined ? undefined : fromRow(row);
}

function fromRow(row: MailboxRow): Mailbox {
  return {
    n: row.n,
    id: row.id,
    account: row.account,
    number: { id: row.number, e164: row.e164, region: row.region, offer: row.offer, modem: row.modem },
    kind: row.kind,
    openedAt: row.opened_at,
    endsAt: row.ends_at,
    closedAt: row.closed_at,
  };
}
