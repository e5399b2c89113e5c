import { existsSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import type { ModemId, OutboundStatus } from '../domain/message.ts';
import { databaseName } from './database.ts';
import { type MessageRow, type StoredMessage, toMessage } from './messages.ts';

export interface ListedMessage extends StoredMessage {
  /** Of an outbound message; null of an inbound one. */
  readonly status: OutboundStatus | null;
}

const sql = `SELECT m.*, o.status FROM messages m LEFT JOIN outbox o ON o.n = m.n
  WHERE @modem IS NULL OR m.modem = @modem ORDER BY m.n DESC LIMIT @limit`;

/** Messages of a data folder, newest first, without disturbing the daemon that may be at work on it. */
export function listMessages(folder: string, filter: { modem?: ModemId; limit: number }): readonly ListedMessage[] {
  const file = join(folder, databaseName);
  if (!existsSync(file)) return [];
  const sqlite = new Sqlite(file, { readonly: true, timeout: 5000 });
  try {
    const rows = sqlite.prepare<[object], MessageRow & { status: OutboundStatus | null }>(sql);
    return rows
      .all({ modem: filter.modem ?? null, limit: filter.limit })
      .map((row) => ({ ...toMessage(row), status: row.status }));
  } finally {
    sqlite.close();
  }
}
