import type { EpochMs } from '../clock.ts';
import type { AccountId } from '../domain/account.ts';
import type { MessageId, OutboundError, OutboundStatus } from '../domain/message.ts';
import type { Database } from './database.ts';
import { type Direction, type MessageRow, type StoredMessage, toMessage } from './messages.ts';

/** A message with what became of it where it went out. */
export interface TracedMessage extends StoredMessage {
  readonly outbound: { readonly status: OutboundStatus; readonly error: OutboundError | null } | null;
}

export interface MessageQuery {
  /** Each of these words, or pieces of words and numbers, wherever it stands; none: every message. */
  readonly words: readonly string[];
  /** Null: both. */
  readonly direction: Direction | null;
  /** Of this line alone: its number, else its modem. */
  readonly line: string | null;
  /** Only what came before this `n`; null: from the newest on. */
  readonly before: number | null;
  readonly limit: number;
}

/** The messages of every line, for whoever may read them all. */
export interface MessageSearch {
  /** Newest first. Pieces shorter than three characters are looked for in the newest 5000 messages only. */
  find(query: MessageQuery): readonly TracedMessage[];
  /** Of one line with one peer, newest first. */
  conversation(
    line: string,
    peer: string,
    page: { readonly before: number | null; readonly limit: number },
  ): readonly TracedMessage[];
  get(id: MessageId): TracedMessage | undefined;
  /** Accounts that see a message in a mailbox which is open at `now`. */
  readers(id: MessageId, now: EpochMs): readonly AccountId[];
}

interface Row extends MessageRow {
  readonly status: OutboundStatus | null;
  readonly error: string | null;
}

const columns = 'm.*, o.status, o.error';
const outbox = 'LEFT JOIN outbox o ON o.n = m.n';
const lineOf = 'coalesce(m.number, m.modem)';
const filters = `m.n < @before AND (@direction IS NULL OR m.direction = @direction) AND (@line IS NULL OR ${lineOf} = @line)
  AND NOT EXISTS (SELECT 1 FROM json_each(@short) w
    WHERE m.text NOT LIKE w.value ESCAPE '\\' AND m.peer NOT LIKE w.value ESCAPE '\\')`;
const end = 'ORDER BY m.n DESC LIMIT @limit';

const allSql = `SELECT ${columns} FROM messages m ${outbox} WHERE ${filters} ${end}`;
const recentSql = `SELECT ${columns} FROM messages m ${outbox}
  WHERE m.n > (SELECT coalesce(max(n), 0) FROM messages) - 5000 AND ${filters} ${end}`;
// CROSS JOIN: the index gives its rows in the order of the page.
const indexedSql = `SELECT ${columns} FROM messages_text f CROSS JOIN messages m ON m.n = f.rowid ${outbox}
  WHERE f.messages_text MATCH @match AND f.rowid < @before AND ${filters} ORDER BY f.rowid DESC LIMIT @limit`;
const conversationSql = `SELECT ${columns} FROM messages m ${outbox}
  WHERE m.peer = @peer AND m.n < @before AND ${lineOf} = @line ${end}`;
const readersSql = `SELECT DISTINCT b.account FROM messages m JOIN mailbox_messages x ON x.n = m.n
  JOIN mailboxes b ON b.n = x.mailbox
  WHERE m.id = ? AND b.closed_at IS NULL AND (b.ends_at IS NULL OR b.ends_at > ?)`;

export function createMessageSearch(db: Database): MessageSearch {
  const all = db.prepare<[object], Row>(allSql);
  const recent = db.prepare<[object], Row>(recentSql);
  const indexed = db.prepare<[object], Row>(indexedSql);
  const conversation = db.prepare<[object], Row>(conversationSql);
  const get = db.prepare<[string], Row>(`SELECT ${columns} FROM messages m ${outbox} WHERE m.id = ?`);
  const readers = db.prepare<[string, number], { account: string }>(readersSql);
  return {
    find({ words, direction, line, before, limit }) {
      const [long, short] = [words.filter(isIndexed), words.filter((word) => !isIndexed(word))];
      const page = { direction, line, limit, before: before ?? Number.MAX_SAFE_INTEGER };
      const bound = { ...page, short: JSON.stringify(short.map(likePattern)) };
      if (long.length > 0) return indexed.all({ ...bound, match: long.map(quoted).join(' ') }).map(toTraced);
      return (short.length > 0 ? recent : all).all(bound).map(toTraced);
    },
    conversation: (line, peer, { before, limit }) =>
      conversation.all({ line, peer, limit, before: before ?? Number.MAX_SAFE_INTEGER }).map(toTraced),
    get(id) {
      const row = get.get(id);
      return row === undefined ? undefined : toTraced(row);
    },
    readers: (id, now) => readers.all(id, now).map(({ account }) => account),
  };
}

/** The index is of three characters in a row. */
function isIndexed(word: string): boolean {
  return [...word].length >= 3;
}

/** An FTS5 string: nothing in it is an operator. */
function quoted(word: string): string {
  return `"${word.replaceAll('"', '""')}"`;
}

function likePattern(word: string): string {
  return `%${word.replace(/[\\%_]/g, '\\$&')}%`;
}

function toTraced(row: Row): TracedMessage {
  const { status, error } = row;
  const reason = error === null ? null : (JSON.parse(error) as OutboundError);
  return { ...toMessage(row), outbound: status === null ? null : { status, error: reason } };
}
