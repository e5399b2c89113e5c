/** Messages, the ledger of read slots, parts, the outbox, the event log and what guards them. */
export const sql = `
CREATE TABLE meta (
  key TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Which PDU a slot held when it was last committed, until the slot is known to be empty.
-- The same hash there again is the same message read again; anything else is a new one.
CREATE TABLE slots (
  line TEXT NOT NULL,
  storage TEXT NOT NULL,
  slot INTEGER NOT NULL,
  hash BLOB NOT NULL,
  read_at INTEGER NOT NULL,
  PRIMARY KEY (line, storage, slot)
) STRICT, WITHOUT ROWID;

-- Both directions. n is the order of arrival; peer is the other side, number our own.
CREATE TABLE messages (
  n INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  direction TEXT NOT NULL CHECK (direction IN ('in', 'out')),
  modem TEXT NOT NULL,
  line TEXT,
  number TEXT,
  peer TEXT NOT NULL,
  text TEXT NOT NULL,
  encoding TEXT NOT NULL CHECK (encoding IN ('gsm7', 'ucs2', '8bit')),
  parts INTEGER NOT NULL,
  smsc_time TEXT,
  partial INTEGER NOT NULL DEFAULT 0,
  otp_code TEXT,
  otp_rule TEXT,
  otp_confidence REAL,
  otp_service TEXT,
  created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX messages_by_peer ON messages (peer, n);
CREATE INDEX messages_by_age ON messages (created_at);

-- A message that comes in parts, from its first part on. message_id is its id from the start.
CREATE TABLE part_sets (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  message_id TEXT NOT NULL UNIQUE,
  modem TEXT NOT NULL,
  line TEXT NOT NULL,
  number TEXT,
  peer TEXT NOT NULL,
  concat_key TEXT NOT NULL,
  total INTEGER NOT NULL,
  smsc_time INTEGER,
  state TEXT NOT NULL CHECK (state IN ('open', 'partial', 'complete')),
  updated_at INTEGER NOT NULL
) STRICT;
CREATE INDEX part_sets_by_key ON part_sets (line, concat_key, id);
CREATE INDEX part_sets_waiting ON part_sets (updated_at) WHERE state = 'open';

CREATE TABLE parts (
  set_id INTEGER NOT NULL REFERENCES part_sets (id) ON DELETE CASCADE,
  sequence INTEGER NOT NULL,
  pdu TEXT NOT NULL,
  pdu_hash BLOB NOT NULL,
  data_hash BLOB NOT NULL,
  PRIMARY KEY (set_id, sequence)
) STRICT, WITHOUT ROWID;

-- PDUs that nobody could read, as they came.
CREATE TABLE undecodable (
  id TEXT PRIMARY KEY,
  modem TEXT NOT NULL,
  line TEXT NOT NULL,
  pdu TEXT NOT NULL,
  reason TEXT NOT NULL,
  received_at INTEGER NOT NULL
) STRICT;

-- What is to be sent, and what became of it. One row a message of direction 'out'.
CREATE TABLE outbox (
  n INTEGER PRIMARY KEY REFERENCES messages (n) ON DELETE CASCADE,
  modem TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('queued', 'sending', 'sent', 'delivered', 'failed', 'unknown', 'expired')),
  status_report INTEGER NOT NULL,
  not_after INTEGER,
  retries_left INTEGER NOT NULL,
  next_try_at INTEGER NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0,
  error TEXT,
  updated_at INTEGER NOT NULL
) STRICT;
CREATE INDEX outbox_waiting ON outbox (modem, n) WHERE status = 'queued';
CREATE INDEX outbox_sending ON outbox (n) WHERE status = 'sending';

-- TP-MR of each part the network accepted, and what its status report said (TP-ST).
CREATE TABLE outbox_parts (
  n INTEGER NOT NULL REFERENCES outbox (n) ON DELETE CASCADE,
  sequence INTEGER NOT NULL,
  line TEXT,
  reference INTEGER NOT NULL,
  sent_at INTEGER NOT NULL,
  tp_status INTEGER,
  PRIMARY KEY (n, sequence)
) STRICT, WITHOUT ROWID;
CREATE INDEX outbox_parts_by_reference ON outbox_parts (reference, sent_at);

-- Reports that came before the answer of the send they belong to.
CREATE TABLE early_reports (
  line TEXT NOT NULL,
  reference INTEGER NOT NULL,
  recipient TEXT NOT NULL,
  tp_status INTEGER NOT NULL,
  received_at INTEGER NOT NULL,
  PRIMARY KEY (line, reference, recipient)
) STRICT, WITHOUT ROWID;

-- The log of facts. AUTOINCREMENT: a seq is never given twice, also after old ones are gone.
CREATE TABLE events (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL,
  modem TEXT,
  time INTEGER NOT NULL,
  body TEXT NOT NULL
) STRICT;
CREATE INDEX events_by_age ON events (time);

CREATE TABLE cursors (
  sink TEXT PRIMARY KEY,
  seq INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Requests that carried an id, with the reply a repeat gets.
CREATE TABLE commands (
  id TEXT PRIMARY KEY,
  fingerprint BLOB NOT NULL,
  reply TEXT,
  received_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX commands_by_age ON commands (received_at);

CREATE TABLE pin_attempts (
  sim TEXT NOT NULL,
  pin_hash BLOB NOT NULL,
  tried_at INTEGER NOT NULL,
  PRIMARY KEY (sim, pin_hash)
) STRICT, WITHOUT ROWID;
`;
