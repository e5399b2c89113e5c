import type { ReceivedPdu } from '../domain/received.ts';
import type { Database } from './database.ts';

/** PDUs that could not be read, kept as they came. */
export interface UndecodableTable {
  add(id: string, pdu: ReceivedPdu, reason: string): void;
}

export function createUndecodableTable(db: Database): UndecodableTable {
  const add = db.prepare<[string, string, string, string, string, number]>(
    'INSERT INTO undecodable (id, modem, line, pdu, reason, received_at) VALUES (?, ?, ?, ?, ?, ?)',
  );
  return {
    add: (id, { modem, line, pdu, receivedAt }, reason) => void add.run(id, modem, line, pdu, reason, receivedAt),
  };
}
