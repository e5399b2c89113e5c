import type { ResidentMemory } from '../domain/resident.ts';
import type { SimMemory } from '../domain/sim-memory.ts';
import { type AccountTable, createAccountTable } from './accounts.ts';
import { createKeyTable, type KeyTable } from './api-keys.ts';
import { type AuditTrail, createAuditTrail } from './audit.ts';
import { type CommandTable, createCommandTable } from './commands.ts';
import { createDailySends, type DailySends } from './daily-sends.ts';
import { type Database, openDatabase } from './database.ts';
import { createDeliveryTable, type DeliveryTable } from './deliveries.ts';
import { createEventLog, type EventLog } from './events.ts';
import { createLinePauses, type LinePauses } from './line-pauses.ts';
import { createMailboxMessageTable, type MailboxMessageTable } from './mailbox-messages.ts';
import { createMailboxTable, type MailboxTable } from './mailboxes.ts';
import { createMessageSearch, type MessageSearch } from './message-search.ts';
import { createMessageTable, type MessageTable } from './messages.ts';
import { createNumberTable, type NumberTable } from './numbers.ts';
import { createOperatorTable, type OperatorTable } from './operators.ts';
import { createOutboxTable, type OutboxTable } from './outbox.ts';
import { createOversight, type Oversight } from './oversight.ts';
import { createPartTable, type PartTable } from './parts.ts';
import { createPinAttempts, type PinAttempts } from './pin-attempts.ts';
import { createRecoverySteps, type RecoverySteps } from './recovery-steps.ts';
import { createResidents } from './residents.ts';
import { createRetainedTopicTable, type RetainedTopicTable } from './retained-topics.ts';
import { createSessionTable, type SessionTable } from './sessions.ts';
import { createSims } from './sims.ts';
import { createSlotLedger, type SlotLedger } from './slots.ts';
import { createUndecodableTable, type UndecodableTable } from './undecodable.ts';
import { createVerificationTable, type VerificationTable } from './verifications.ts';
import { createWebhookTable, type WebhookTable } from './webhooks.ts';

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
  readonly recovery: RecoverySteps;
  readonly residents: ResidentMemory;
  readonly sims: SimMemory;
  readonly linePauses: LinePauses;
  readonly undecodable: UndecodableTable;
  readonly retainedTopics: RetainedTopicTable;
  readonly accounts: AccountTable;
  readonly verifications: VerificationTable;
  readonly sessions: SessionTable;
  readonly keys: KeyTable;
  readonly dailySends: DailySends;
  readonly audit: AuditTrail;
  readonly webhooks: WebhookTable;
  readonly deliveries: DeliveryTable;
  readonly numbers: NumberTable;
  readonly mailboxes: MailboxTable;
  readonly mailboxMessages: MailboxMessageTable;
  readonly operators: OperatorTable;
  readonly search: MessageSearch;
  readonly oversight: Oversight;
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
    recovery: createRecoverySteps(db),
    residents: createResidents(db),
    sims: createSims(db),
    linePauses: createLinePauses(db),
    undecodable: createUndecodableTable(db),
    retainedTopics: createRetainedTopicTable(db),
    accounts: createAccountTable(db),
    verifications: createVerificationTable(db),
    sessions: createSessionTable(db),
    keys: createKeyTable(db),
    dailySends: createDailySends(db),
    audit: createAuditTrail(db),
    webhooks: createWebhookTable(db),
    deliveries: createDeliveryTable(db),
    numbers: createNumberTable(db),
    mailboxes: createMailboxTable(db),
    mailboxMessages: createMailboxMessageTable(db),
    operators: createOperatorTable(db),
    search: createMessageSearch(db),
    oversight: createOversight(db),
    check: () => void db.commitLazily(() => beat.run(new Date().toISOString())),
    close: () => db.close(),
  };
}
