import type { MessageId, OutboundError, OutboundStatus } from '../domain/message.ts';
import type { MailboxMessage } from '../domain/number.ts';
import type { Database } from './database.ts';
import { type Direction, type MessageRow, toMessage } from './messages.ts';

export interface MailboxPage {
  /** Null: both. */
  readonly direction: Direction | null;
  /** Only what came before this `n`; null: from the newest on. */
  readonly before: number | null;
  readonly limit: number;
}

/** Who may see which message. A row is added when the message is received or sent, and goes with the message. */
export interface MailboxMessageTable {
  add(mailbox: number, n: number, direction: Direction): void;
  /** Newest first; the cost is that of `limit` rows. */
  list(mailbox: number, page: MailboxPage): readonly MailboxMessage[];
  /** With one peer, newest first; the cost is that of the messages with this peer. */
  conversation(mailbox: number, peer: string, page: Pick<MailboxPage, 'before' | 'limit'>): readonly MailboxMessage[];
  /** Undefined also where the message is another mailbox's. */
  get(mailbox: number, id: MessageId): MailboxMessage | undefined;
  /** `Mailbox.n` of everyone who sees a message. */
  mailboxesOf(id: MessageId): readonly number[];
  /** Received messages with a one-time code that was not taken yet, oldest first. */
  codes(mailbox: number): readonly MailboxMessage[];
  takeCode(mailbox: number, n: number): void;
}

interface Row extends MessageRow {
  readonly status: OutboundStatus | null;
  readonly error: string | null;
  readonly sent_at: number | null;
}

const columns = `m.*, o.status, o.error, (SELECT max(p.sent_at) FROM outbox_parts p WHERE p.n = x.n) AS sent_at`;
const joined = 'CROSS JOIN messages m ON m.n = x.n LEFT JOIN outbox o ON o.n = x.n';
// CROSS JOIN: SQLite must walk the mailbox, which is in the order of the page, and never all messages.
const selectSql = `SELECT ${columns} FROM mailbox_messages x ${joined}`;

const listSql = `${selectSql} WHERE x.mailbox = ? AND x.n < ? ORDER BY x.n DESC LIMIT ?`;
const listOneWaySql = `${selectSql} WHERE x.mailbox = ? AND x.direction = ? AND x.n < ? ORDER BY x.n DESC LIMIT ?`;
const conversationSql = `SELECT ${columns} FROM messages m CROSS JOIN mailbox_messages x ON x.n = m.n AND x.mailbox = ?
  LEFT JOIN outbox o ON o.n = m.n WHERE m.peer = ? AND m.n < ? ORDER BY m.n DESC LIMIT ?`;
const codesSql = `${selectSql} WHERE x.mailbox = ? AND x.direction = 'in' AND x.code_taken = 0 AND m.otp_code IS NOT NULL
  ORDER BY x.n`;
const getSql = `SELECT ${columns} FROM messages m CROSS JOIN mailbox_messages x ON x.n = m.n LEFT JOIN outbox o ON o.n = m.n
  WHERE m.id = ? AND x.mailbox = ?`;

export function createMailboxMessageTable(db: Database): MailboxMessageTable {
  const add = db.prepare<[number, number, string]>(
    'INSERT INTO mailbox_messages (mailbox, n, direction) VALUES (?, ?, ?)',
  );
  const list = db.prepare<[number, number, number], Row>(listSql);
  const listOneWay = db.prepare<[number, string, number, number], Row>(listOneWaySql);
  const conversation = db.prepare<[number, string, number, number], Row>(conversationSql);
  const get = db.prepare<[string, number], Row>(getSql);
  const codes = db.prepare<[number], Row>(codesSql);
  const take = db.prepare<[number, number]>('UPDATE mailbox_messages SET code_taken = 1 WHERE mailbox = ? AND n = ?');
  const mailboxesOf = db.prepare<[string], { mailbox: number }>(
    'SELECT mailbox FROM mailbox_messages WHERE n = (SELECT n FROM messages WHERE id = ?) ORDER BY mailbox',
  );
  return {
    add: (mailbox, n, direction) => void add.run(mailbox, n, direction),
    list(mailbox, { direction, before, limit }) {
      const end = before ?? Number.MAX_SAFE_INTEGER;
      const rows = direction === null ? list.all(mailbox, end, limit) : listOneWay.all(mailbox, direction, end, limit);
      return rows.map((row) => fromRow(row));
    },
    conversation: (mailbox, peer, { before, limit }) =>
      conversation.all(mailbox, peer, before ?? Number.MAX_SAFE_INTEGER, limit).map((row) => fromRow(row)),
    get(mailbox, id) {
      const row = get.get(id, mailbox);
      return row === undefined ? undefined : fromRow(row);
    },
    mailboxesOf: (id) => mailboxesOf.all(id).map(({ mailbox }) => mailbox),
    codes: (mailbox) => codes.all(mailbox).map((row) => fromRow(row)),
    takeCode: (mailbox, n) => void take.run(mailbox, n),
  };
}

function fromRow(row: Row): MailboxMessage {
  const { n, id, direction, number, peer, text, createdAt, partial, otp } = toMessage(row);
  return { n, id, direction, number: number ?? '', peer, text, createdAt, partial, otp, outbound: outboundOf(row) };
}

function outboundOf({ status, error, sent_at }: Row): MailboxMessage['outbound'] {
  if (status === null) return null;
  const reason = error === null ? null : (JSON.parse(error) as OutboundError);
  return { status, error: reason, sentAt: sent_at, delivery: deliveryOf(status, reason) };
}

/** TP-ST (TS 23.040 9.2.3.15) comes in a report: only of what the network had accepted. */
function deliveryOf(status: OutboundStatus, error: OutboundError | null): 'delivered' | 'failed' | null {
  if (status === 'delivered') return 'delivered';
  return status === 'failed' && error?.code.startsWith('tp-st.') === true ? 'failed' : null;
}
