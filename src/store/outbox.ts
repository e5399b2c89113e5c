import type { EpochMs } from '../clock.ts';
import {
  type LineId,
  type MessageId,
  type ModemId,
  type OutboundError,
  type OutboundMessage,
  type OutboundStatus,
  type Priority,
  priorities,
} from '../domain/message.ts';
import type { Database } from './database.ts';

export interface NewOutboxEntry {
  readonly n: number;
  readonly modem: ModemId;
  readonly statusReport: boolean;
  readonly notAfter: EpochMs | null;
  readonly retries: number;
  /** Its row does not hold the text that is sent. */
  readonly confidential: boolean;
  /** Default `normal`. */
  readonly priority?: Priority;
  readonly at: EpochMs;
}

/** A message that waits, for who asks why. */
export interface WaitingEntry {
  readonly id: MessageId;
  readonly modem: ModemId;
  readonly createdAt: EpochMs;
  /** Not before this instant. */
  readonly nextTryAt: EpochMs;
}

/** A message that was handed to a modem: so many parts, at this instant. */
export interface HandedOver {
  readonly at: EpochMs;
  readonly parts: number;
}

/** A message with what its sending needs to know. */
export interface OutboxEntry extends OutboundMessage {
  readonly n: number;
  readonly statusReport: boolean;
  readonly retriesLeft: number;
  readonly attempts: number;
  /** Of a waiting one: not before this instant. */
  readonly nextTryAt: EpochMs;
  readonly confidential: boolean;
}

export interface Settlement {
  readonly status: OutboundStatus;
  readonly error: OutboundError | null;
  /** For `queued` again: not before this instant. */
  readonly nextTryAt?: EpochMs;
  /** Whether that spends one of the retries its caller allowed. */
  readonly usesRetry?: boolean;
  readonly at: EpochMs;
}

/** A part the network accepted, and to whom it went. */
export interface PartReport {
  readonly n: number;
  readonly sequence: number;
  readonly peer: string;
}

/** One that a report may be about. */
export interface ReportCandidate extends PartReport {
  /** When the network accepted it. */
  readonly sentAt: EpochMs;
  /** A final report came before. */
  readonly isSettled: boolean;
}

/** A message whose outcome nobody knows. */
export interface LostSight {
  readonly n: number;
  readonly peer: string;
  readonly triedAt: EpochMs;
}

export interface OutboxTable {
  add(entry: NewOutboxEntry): void;
  get(id: MessageId): OutboxEntry | undefined;
  /** The most urgent that may go now from this modem, and of those the oldest. */
  next(modem: ModemId, now: EpochMs): OutboxEntry | undefined;
  /** Whether `next` would give one. */
  hasNext(modem: ModemId, now: EpochMs): boolean;
  /** Waiting ones whose time to be sent is over. */
  overdue(now: EpochMs): readonly OutboxEntry[];
  /** Those a dead process left in `sending`. */
  inFlight(): readonly OutboxEntry[];
  /** Waiting ones whose text nobody knows but the process that queued them. */
  waitingConfidential(): readonly OutboxEntry[];
  /** What this modem was given since then, newest first. */
  handedOver(modem: ModemId, since: EpochMs): readonly HandedOver[];
  /** Those that wait for this modem in the order in which they go, at most `limit`. */
  waiting(modem: ModemId, limit: number): readonly WaitingEntry[];
  /** Waiting and in flight. */
  queued(modem: ModemId): number;
  markSending(n: number, at: EpochMs): void;
  settle(n: number, settlement: Settlement): void;
  addReferences(n: number, line: LineId | null, references: readonly number[], at: EpochMs): void;
  /** Parts accepted with this reference, those without a final report first, then the newest. */
  partsWithReference(line: LineId, reference: number, since: EpochMs): readonly ReportCandidate[];
  /** Messages of one part that left a modem with an outcome nobody knows, newest first. */
  lostSight(modem: ModemId, since: EpochMs): readonly LostSight[];
  /** Returns the TP-ST of every part so far; null where none came. */
  setPartStatus(part: PartReport, tpStatus: number): readonly (number | null)[];
  /** A report whose send has not been answered yet. */
  keepEarlyReport(line: LineId, reference: number, recipient: string, report: { tpStatus: number; at: EpochMs }): void;
  takeEarlyReport(line: LineId, reference: number, recipient: string, since: EpochMs): number | undefined;
  entry(n: number): OutboxEntry | undefined;
}

interface OutboxRow {
  readonly n: number;
  readonly id: string;
  readonly modem: string;
  readonly number: string | null;
  readonly peer: string;
  readonly text: string;
  readonly encoding: OutboundMessage['encoding'];
  readonly parts: number;
  readonly status: OutboundStatus;
  readonly status_report: number;
  readonly not_after: number | null;
  readonly retries_left: number;
  readonly attempts: number;
  readonly next_try_at: number;
  readonly error: string | null;
  readonly confidential: number;
  readonly refs: string | null;
  readonly created_at: number;
}

const selectSql = `SELECT o.n, m.id, o.modem, m.number, m.peer, m.text, m.encoding, m.parts, o.status, o.status_report, o.not_after,
  o.retries_left, o.attempts, o.next_try_at, o.error, o.confidential, m.created_at,
  (SELECT json_group_array(reference ORDER BY sequence) FROM outbox_parts p WHERE p.n = o.n) AS refs
  FROM outbox o JOIN messages m ON m.n = o.n`;

const nextSql = `SELECT n FROM outbox WHERE status = 'queued' AND modem = ? AND next_try_at <= ? AND (not_after IS NULL OR not_after > ?)
  ORDER BY priority, n LIMIT 1`;

const queuedSql = `SELECT (SELECT count(*) FROM outbox WHERE status = 'queued' AND modem = @modem)
  + (SELECT count(*) FROM outbox WHERE status = 'sending' AND modem = @modem) AS count`;

const addSql = `INSERT INTO outbox (n, modem, status, status_report, not_after, retries_left, next_try_at, updated_at, confidential, priority)
  VALUES (?, ?, 'queued', ?, ?, ?, ?, ?, ?, ?)`;

const waitingSql = `SELECT m.id, o.modem, m.created_at AS createdAt, o.next_try_at AS nextTryAt FROM outbox o JOIN messages m ON m.n = o.n
  WHERE o.status = 'queued' AND o.modem = ? ORDER BY o.priority, o.n LIMIT ?`;

const handedOverSql = `SELECT o.tried_at AS at, m.parts FROM outbox o JOIN messages m ON m.n = o.n
  WHERE o.modem = ? AND o.tried_at > ? ORDER BY o.tried_at DESC`;

const settleSql = `UPDATE outbox SET status = @status, error = @error, updated_at = @at,
  next_try_at = coalesce(@nextTryAt, next_try_at), retries_left = retries_left - @usesRetry WHERE n = @n`;

// TP-ST 32 to 63: the service centre still tries (TS 23.040 9.2.3.15).
const withReferenceSql = `SELECT p.n, p.sequence, m.peer, p.sent_at AS sentAt,
    (p.tp_status IS NOT NULL AND p.tp_status NOT BETWEEN 32 AND 63) AS isSettled
  FROM outbox_parts p JOIN messages m ON m.n = p.n
  WHERE p.reference = ? AND p.sent_at >= ? AND (p.line IS NULL OR p.line = ?)
  ORDER BY isSettled, p.sent_at DESC LIMIT 40`;

const lostSightSql = `SELECT o.n, m.peer, o.tried_at AS triedAt FROM outbox o JOIN messages m ON m.n = o.n
  WHERE o.modem = ? AND o.tried_at >= ? AND o.status = 'unknown' AND m.parts = 1 ORDER BY o.tried_at DESC LIMIT 40`;

export function createOutboxTable(db: Database): OutboxTable {
  const byId = db.prepare<[string], OutboxRow>(`${selectSql} WHERE m.id = ?`);
  const byN = db.prepare<[number], OutboxRow>(`${selectSql} WHERE o.n = ?`);
  const next = db.prepare<[string, number, number], { n: number }>(nextSql);
  const overdue = db.prepare<[number], OutboxRow>(
    `${selectSql} WHERE o.status = 'queued' AND o.not_after <= ? ORDER BY o.n`,
  );
  const inFlight = db.prepare<[], OutboxRow>(`${selectSql} WHERE o.status = 'sending' ORDER BY o.n`);
  const confidential = db.prepare<[], OutboxRow>(
    `${selectSql} WHERE o.status = 'queued' AND o.confidential = 1 ORDER BY o.n`,
  );
  const queued = db.prepare<[{ modem: string }], { count: number }>(queuedSql);
  const add = db.prepare<[number, string, number, number | null, number, number, number, number, number]>(addSql);
  const handedOver = db.prepare<[string, number], HandedOver>(handedOverSql);
  const waiting = db.prepare<[string, number], WaitingEntry>(waitingSql);
  const markSending = db.prepare<[number, number, number]>(
    "UPDATE outbox SET status = 'sending', attempts = attempts + 1, updated_at = ?, tried_at = ? WHERE n = ?",
  );
  const settle = db.prepare<[object]>(settleSql);
  return {
    add({ n, modem, statusReport, notAfter, retries, confidential, priority = 'normal', at }) {
      const rank = priorities.indexOf(priority);
      add.run(n, modem, statusReport ? 1 : 0, notAfter, retries, at, at, confidential ? 1 : 0, rank);
    },
    get: (id) => toEntry(byId.get(id)),
    entry: (n) => toEntry(byN.get(n)),
    next(modem, now) {
      const found = next.get(modem, now, now);
      return found === undefined ? undefined : toEntry(byN.get(found.n));
    },
    hasNext: (modem, now) => next.get(modem, now, now) !== undefined,
    overdue: (now) => toEntries(overdue.all(now)),
    waitingConfidential: () => toEntries(confidential.all()),
    inFlight: () => toEntries(inFlight.all()),
    handedOver: (modem, since) => handedOver.all(modem, since),
    waiting: (modem, limit) => waiting.all(modem, limit),
    queued: (modem) => queued.get({ modem })?.count ?? 0,
    markSending: (n, at) => void markSending.run(at, at, n),
    settle: (n, settlement) => void settle.run(settleColumns(n, settlement)),
    ...reportStatements(db),
  };
}

function settleColumns(n: number, { status, error, nextTryAt, usesRetry, at }: Settlement): object {
  const reason = error === null ? null : JSON.stringify(error);
  return { n, status, at, error: reason, nextTryAt: nextTryAt ?? null, usesRetry: usesRetry === true ? 1 : 0 };
}

function reportStatements(db: Database) {
  const addReference = db.prepare<[number, number, string | null, number, number]>(
    'INSERT OR REPLACE INTO outbox_parts (n, sequence, line, reference, sent_at) VALUES (?, ?, ?, ?, ?)',
  );
  const withReference = db.prepare<
    [number, number, string],
    Omit<ReportCandidate, 'isSettled'> & { isSettled: number }
  >(withReferenceSql);
  const lostSight = db.prepare<[string, number], LostSight>(lostSightSql);
  const setStatus = db.prepare<[number, number, number]>(
    'UPDATE outbox_parts SET tp_status = ? WHERE n = ? AND sequence = ?',
  );
  const statuses = db.prepare<[number], { tp_status: number | null }>(
    'SELECT tp_status FROM outbox_parts WHERE n = ? ORDER BY sequence',
  );
  const keepEarly = db.prepare<[string, number, string, number, number]>(
    'INSERT OR REPLACE INTO early_reports (line, reference, recipient, tp_status, received_at) VALUES (?, ?, ?, ?, ?)',
  );
  const takeEarly = db.prepare<[string, number, string, number], { tp_status: number }>(
    'DELETE FROM early_reports WHERE line = ? AND reference = ? AND recipient = ? AND received_at >= ? RETURNING tp_status',
  );
  return {
    addReferences(n: number, line: LineId | null, references: readonly number[], at: EpochMs) {
      for (const [index, reference] of references.entries()) addReference.run(n, index + 1, line, reference, at);
    },
    partsWithReference: (line: LineId, reference: number, since: EpochMs) =>
      withReference.all(reference, since, line).map((row) => ({ ...row, isSettled: row.isSettled === 1 })),
    lostSight: (modem: ModemId, since: EpochMs) => lostSight.all(modem, since),
    setPartStatus(part: PartReport, tpStatus: number) {
      setStatus.run(tpStatus, part.n, part.sequence);
      return statuses.all(part.n).map((row) => row.tp_status);
    },
    keepEarlyReport: (line: LineId, reference: number, recipient: string, report: { tpStatus: number; at: EpochMs }) =>
      void keepEarly.run(line, reference, recipient, report.tpStatus, report.at),
    takeEarlyReport: (line: LineId, reference: number, recipient: string, since: EpochMs) =>
      takeEarly.get(line, reference, recipient, since)?.tp_status,
  };
}

function toEntries(rows: readonly OutboxRow[]): OutboxEntry[] {
  return rows.map((row) => toEntry(row)).filter((entry) => entry !== undefined);
}

function toEntry(row: OutboxRow | undefined): OutboxEntry | undefined {
  if (row === undefined) return undefined;
  return {
    n: row.n,
    id: row.id,
    modem: row.modem,
    from: row.number,
    to: row.peer,
    text: row.text,
    encoding: row.encoding,
    segments: row.parts,
    status: row.status,
    references: row.refs === null ? [] : (JSON.parse(row.refs) as number[]),
    createdAt: row.created_at,
    notAfter: row.not_after,
    error: row.error === null ? null : (JSON.parse(row.error) as OutboundError),
    statusReport: row.status_report === 1,
    retriesLeft: row.retries_left,
    attempts: row.attempts,
    nextTryAt: row.next_try_at,
    confidential: row.confidential === 1,
  };
}
