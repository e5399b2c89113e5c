/** People, their credentials, the numbers they use, what they may see, their webhooks, and who did what. */
export const sql = `
CREATE TABLE accounts (
  id TEXT PRIMARY KEY,
  phone TEXT NOT NULL UNIQUE,
  tier TEXT NOT NULL CHECK (tier IN ('free', 'paid')),
  -- Rentals a calendar month; NULL: what the tier gives.
  quota INTEGER,
  created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- A code texted to a phone. code_mac is keyed: a million codes are tried in a second.
-- source is a keyed hash of the address that asked. message_id is the text that carries the code.
CREATE TABLE verifications (
  id TEXT PRIMARY KEY,
  phone TEXT NOT NULL,
  source BLOB NOT NULL,
  code_mac BLOB NOT NULL,
  message_id TEXT,
  wrong_codes INTEGER NOT NULL DEFAULT 0,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  used_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX verifications_by_phone ON verifications (phone, created_at);
CREATE INDEX verifications_by_source ON verifications (source, created_at);
CREATE INDEX verifications_by_age ON verifications (created_at);

CREATE TABLE sessions (
  id TEXT PRIMARY KEY,
  token_hash BLOB NOT NULL UNIQUE,
  account TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX sessions_by_end ON sessions (expires_at);

-- The pool. A number stays when its modem leaves the configuration; modem is NULL then.
CREATE TABLE numbers (
  id TEXT PRIMARY KEY,
  e164 TEXT NOT NULL UNIQUE,
  modem TEXT,
  offer TEXT NOT NULL CHECK (offer IN ('shared', 'lease', 'private')),
  region TEXT
) STRICT, WITHOUT ROWID;

-- What one account has of one number: a share of a shared one, a lease, or a lease with an end (a rental).
-- It sees what is delivered to its mailbox, and nothing else; a new lease is a new mailbox.
CREATE TABLE mailboxes (
  n INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  account TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  number TEXT NOT NULL REFERENCES numbers (id),
  kind TEXT NOT NULL CHECK (kind IN ('shared', 'lease', 'rental')),
  opened_at INTEGER NOT NULL,
  ends_at INTEGER,
  closed_at INTEGER
) STRICT;
-- Exclusivity is the database's business: one open lease or rental a number, one share an account.
CREATE UNIQUE INDEX mailboxes_exclusive ON mailboxes (number) WHERE closed_at IS NULL AND kind <> 'shared';
CREATE UNIQUE INDEX mailboxes_shared ON mailboxes (account, number) WHERE closed_at IS NULL AND kind = 'shared';
CREATE INDEX mailboxes_by_number ON mailboxes (number, opened_at);
CREATE INDEX mailboxes_by_account ON mailboxes (account, opened_at);
CREATE INDEX mailboxes_ending ON mailboxes (ends_at) WHERE closed_at IS NULL AND ends_at IS NOT NULL;

-- Who may see which message: decided when it is received or sent, never later.
-- code_taken: a wait has given its one-time code out.
CREATE TABLE mailbox_messages (
  mailbox INTEGER NOT NULL REFERENCES mailboxes (n) ON DELETE CASCADE,
  n INTEGER NOT NULL REFERENCES messages (n) ON DELETE CASCADE,
  direction TEXT NOT NULL CHECK (direction IN ('in', 'out')),
  code_taken INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (mailbox, n)
) STRICT, WITHOUT ROWID;
CREATE INDEX mailbox_messages_by_direction ON mailbox_messages (mailbox, direction, n);
CREATE INDEX mailbox_messages_by_message ON mailbox_messages (n);

-- Whom a shared mailbox has texted: their answers are for it.
CREATE TABLE correspondents (
  peer_key TEXT NOT NULL,
  mailbox INTEGER NOT NULL REFERENCES mailboxes (n) ON DELETE CASCADE,
  peer TEXT NOT NULL,
  PRIMARY KEY (peer_key, mailbox, peer)
) STRICT, WITHOUT ROWID;
CREATE INDEX correspondents_by_mailbox ON correspondents (mailbox);

-- Secrets are kept as SHA-256 of 190 random bits; mailbox is NULL for keys that rent their numbers.
CREATE TABLE api_keys (
  id TEXT PRIMARY KEY,
  api TEXT NOT NULL CHECK (api IN ('op', 'agent-otp')),
  secret_hash BLOB NOT NULL UNIQUE,
  prefix TEXT NOT NULL,
  name TEXT NOT NULL,
  account TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  mailbox INTEGER REFERENCES mailboxes (n) ON DELETE CASCADE,
  created_at INTEGER NOT NULL,
  revoked_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX api_keys_by_account ON api_keys (account, created_at);
CREATE INDEX api_keys_by_mailbox ON api_keys (mailbox);

-- A text that is not written down: what waits of it after a restart cannot be sent any more.
ALTER TABLE outbox ADD COLUMN confidential INTEGER NOT NULL DEFAULT 0;

-- When the first part came: who held the number then is who the message is for.
ALTER TABLE part_sets ADD COLUMN opened_at INTEGER;

-- Messages an account sent on one day (UTC, YYYY-MM-DD).
CREATE TABLE daily_sends (
  account TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  day TEXT NOT NULL,
  sent INTEGER NOT NULL,
  PRIMARY KEY (account, day)
) STRICT, WITHOUT ROWID;

-- secret is sealed with the key that lies beside the database.
CREATE TABLE webhooks (
  id TEXT PRIMARY KEY,
  mailbox INTEGER NOT NULL UNIQUE REFERENCES mailboxes (n) ON DELETE CASCADE,
  url TEXT NOT NULL,
  events TEXT NOT NULL,
  enabled INTEGER NOT NULL,
  secret BLOB NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- One event for one webhook; its id is what receivers know it by. next_at is NULL once it is delivered or given up.
CREATE TABLE deliveries (
  id TEXT PRIMARY KEY,
  webhook TEXT NOT NULL REFERENCES webhooks (id) ON DELETE CASCADE,
  seq INTEGER,
  event TEXT NOT NULL,
  body TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('pending', 'delivered', 'failed')),
  next_at INTEGER,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX deliveries_once ON deliveries (webhook, seq) WHERE seq IS NOT NULL;
CREATE INDEX deliveries_due ON deliveries (next_at) WHERE next_at IS NOT NULL;
CREATE INDEX deliveries_by_webhook ON deliveries (webhook, created_at);
CREATE INDEX deliveries_by_age ON deliveries (created_at);

-- Why each attempt ended as it did: status is HTTP's, error is ours.
CREATE TABLE delivery_attempts (
  delivery TEXT NOT NULL REFERENCES deliveries (id) ON DELETE CASCADE,
  attempt INTEGER NOT NULL,
  at INTEGER NOT NULL,
  duration INTEGER NOT NULL,
  status INTEGER,
  error TEXT,
  PRIMARY KEY (delivery, attempt)
) STRICT, WITHOUT ROWID;

-- For the operator. Never a code, a text or a secret.
CREATE TABLE audit (
  n INTEGER PRIMARY KEY AUTOINCREMENT,
  at INTEGER NOT NULL,
  account TEXT,
  action TEXT NOT NULL,
  subject TEXT NOT NULL,
  via TEXT NOT NULL
) STRICT;
CREATE INDEX audit_by_age ON audit (at);
-- Who read which code, once: a client that polls writes nothing.
CREATE UNIQUE INDEX audit_reads ON audit (account, subject) WHERE action = 'code.read';
`;
