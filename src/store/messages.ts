import type { EpochMs } from '../clock.ts';
import type { Encoding, InboundMessage, LineId, MessageId, ModemId, OtpFinding } from '../domain/message.ts';
import type { Database } from './database.ts';

export type Direction = 'in' | 'out';

/** A row of either direction; `n` is the order of arrival. */
export interface StoredMessage {
  readonly n: number;
  readonly id: MessageId;
  readonly direction: Direction;
  readonly modem: ModemId;
  readonly number: string | null;
  readonly peer: string;
  readonly text: string;
  readonly encoding: Encoding;
  readonly parts: number;
  readonly smscTime: string | null;
  readonly partial: boolean;
  readonly otp: OtpFinding | null;
  readonly createdAt: EpochMs;
}

export interface NewOutbound {
  readonly id: MessageId;
  readonly modem: ModemId;
  readonly number: string | null;
  readonly peer: string;
  readonly text: string;
  readonly encoding: Encoding;
  readonly parts: number;
  readonly createdAt: EpochMs;
}

export interface MessageTable {
  /** A later call with the same id (a partial message made whole) replaces text, parts and code. `n` is the row's. */
  saveInbound(message: InboundMessage, line: LineId): { readonly n: number; readonly isNew: boolean };
  /** Returns the row's `n`. */
  addOutbound(message: NewOutbound): number;
  get(id: MessageId): StoredMessage | undefined;
  /** The modem that last exchanged a message with this peer. */
  lastModemWith(peer: string): ModemId | undefined;
  /** Removes at most `limit` settled messages older than `before`. Returns how many. */
  prune(before: EpochMs, limit: number): number;
}

export interface MessageRow {
  readonly n: number;
  readonly id: string;
  readonly direction: Direction;
  readonly modem: string;
  readonly number: string | null;
  readonly peer: string;
  readonly text: string;
  readonly encoding: Encoding;
  readonly parts: number;
  readonly smsc_time: string | null;
  readonly partial: number;
  readonly otp_code: string | null;
  readonly otp_rule: string | null;
  readonly otp_confidence: number | null;
  readonly otp_service: string | null;
  readonly created_at: number;
}

const saveSql = `INSERT INTO messages
  (id, direction, modem, line, number, peer, text, encoding, parts, smsc_time, partial, otp_code, otp_rule, otp_confidence, otp_service, created_at)
  VALUES (@id, 'in', @modem, @line, @to, @from, @text, @encoding, @parts, @smscTime, @partial, @code, @rule, @confidence, @service, @receivedAt)
  ON CONFLICT (id) DO UPDATE SET text = excluded.text, encoding = excluded.encoding, partial = excluded.partial,
    smsc_time = excluded.smsc_time, otp_code = excluded.otp_code, otp_rule = excluded.otp_rule,
    otp_confidence = excluded.otp_confidence, otp_service = excluded.otp_service`;

const addSql = `INSERT INTO messages (id, direction, modem, number, peer, text, encoding, parts, created_at)
  VALUES (@id, 'out', @modem, @number, @peer, @text, @encoding, @parts, @createdAt)`;

const pruneSql = `DELETE FROM messages WHERE n IN (
  SELECT m.n FROM messages m LEFT JOIN outbox o ON o.n = m.n
  WHERE m.created_at < ? AND (o.status IS NULL OR o.status NOT IN ('queued', 'sending')) ORDER BY m.created_at LIMIT ?)`;

export function createMessageTable(db: Database): MessageTable {
  const save = db.prepare<[object]>(saveSql);
  const add = db.prepare<[object]>(addSql);
  const find = db.prepare<[string], { n: number }>('SELECT n FROM messages WHERE id = ?');
  const get = db.prepare<[string], MessageRow>('SELECT * FROM messages WHERE id = ?');
  const last = db.prepare<[string], { modem: string }>(
    'SELECT modem FROM messages WHERE peer = ? ORDER BY n DESC LIMIT 1',
  );
  const prune = db.prepare<[number, number]>(pruneSql);
  return {
    saveInbound(message, line) {
      const known = find.get(message.id);
      const { lastInsertRowid } = save.run(inboundColumns(message, line));
      return known === undefined ? { n: Number(lastInsertRowid), isNew: true } : { n: known.n, isNew: false };
    },
    addOutbound: (message) => Number(add.run(message).lastInsertRowid),
    get(id) {
      const row = get.get(id);
      return row === undefined ? undefined : toMessage(row);
    },
    lastModemWith: (peer) => last.get(peer)?.modem,
    prune: (before, limit) => db.commitLazily(() => prune.run(before, limit).changes),
  };
}

function inboundColumns(message: InboundMessage, line: LineId): object {
  const { otp, partial, ...columns } = message;
  return {
    ...columns,
    line,
    partial: partial ? 1 : 0,
    code: otp?.code ?? null,
    rule: otp?.rule ?? null,
    confidence: otp?.confidence ?? null,
    service: otp?.service ?? null,
  };
}

export function toMessage(row: MessageRow): StoredMessage {
  const { smsc_time, partial, otp_code, otp_rule, otp_confidence, otp_service, created_at, ...same } = row;
  return {
    n: same.n,
    id: same.id,
    direction: same.direction,
    modem: same.modem,
    number: same.number,
    peer: same.peer,
    text: same.text,
    encoding: same.encoding,
    parts: same.parts,
    smscTime: smsc_time,
    partial: partial === 1,
    otp: otp_code === null ? null : toFinding(otp_code, otp_rule, otp_confidence, otp_service),
    createdAt: created_at,
  };
}

function toFinding(code: string, rule: string | null, confidence: number | null, service: string | null): OtpFinding {
  return { code, rule: rule ?? '', confidence: confidence ?? 0, ...(service === null ? {} : { service }) };
}
