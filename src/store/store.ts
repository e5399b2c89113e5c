import { type CommandTable, createCommandTable } from './commands.ts';
import { type Database, openDatabase } from './database.ts';
import { createEventLog, type EventLog } from './events.ts';
import { createMessageTable, type MessageTable } from './messages.ts';
import { createOutboxTable, type OutboxTable } from './outbox.ts';
import { createPartTable, type PartTable } from './parts.ts';
import { createPinAttempts, type PinAttempts } from './pin-attempts.ts';
import { createSlotLedger, type SlotLedger } from './slots.ts';
import { createUndecodableTable, type UndecodableTable } from './undecodable.ts';

/** The only truth: every table group over one connection. */
export interface Store {
  readonly db: Database;
  readonly slots: SlotLedger;
  readonly messages: MessageTable;
  readonly parts: PartTable;
  readonly outbox: OutboxTable;
  readonly events: EventLog;
  readonly commands: CommandTable;
  readonly pins: PinAttempts;
  readonly undecodable: UndecodableTable;
  /** Writes and takes back; throws `store.full` or `store.locked` when that fails. */
  check(): void;
  close(): void;
}

/** Throws what `openDatabase` throws. */
export function openStore(folder: string): Store {
  const db = openDatabase(folder);
  const beat = db.prepare<[string]>("INSERT OR REPLACE INTO meta (key, value) VALUES ('checked_at', ?)");
  return {
    db,
    slots: createSlotLedger(db),
    messages: createMessageTable(db),
    parts: createPartTable(db),
    outbox: createOutboxTable(db),
    events: createEventLog(db),
    commands: createCommandTable(db),
    pins: createPinAttempts(db),
    undecodable: createUndecodableTable(db),
    check: () => void db.commitLazily(() => beat.run(new Date().toISOString())),
    close: () => db.close(),
  };
}
