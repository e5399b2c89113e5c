/** Operators' tokens, the sessions of the console, and the search of messages. */
export const sql = `
-- Secrets are kept as SHA-256 of 190 random bits.
CREATE TABLE operator_tokens (
  id TEXT PRIMARY KEY,
  secret_hash BLOB NOT NULL UNIQUE,
  prefix TEXT NOT NULL,
  name TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  revoked_at INTEGER
) STRICT, WITHOUT ROWID;

CREATE TABLE operator_sessions (
  id TEXT PRIMARY KEY,
  secret_hash BLOB NOT NULL UNIQUE,
  token TEXT NOT NULL REFERENCES operator_tokens (id) ON DELETE CASCADE,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX operator_sessions_by_token ON operator_sessions (token);
CREATE INDEX operator_sessions_by_end ON operator_sessions (expires_at);

-- Any three characters in a row: finds the middle of a number, and words of scripts that put no spaces between them.
CREATE VIRTUAL TABLE messages_text USING fts5 (
  peer, text, content = 'messages', content_rowid = 'n', tokenize = 'trigram remove_diacritics 1'
);
CREATE TRIGGER messages_text_added AFTER INSERT ON messages BEGIN
  INSERT INTO messages_text (rowid, peer, text) VALUES (new.n, new.peer, new.text);
END;
CREATE TRIGGER messages_text_removed AFTER DELETE ON messages BEGIN
  INSERT INTO messages_text (messages_text, rowid, peer, text) VALUES ('delete', old.n, old.peer, old.text);
END;
CREATE TRIGGER messages_text_changed AFTER UPDATE OF n, peer, text ON messages BEGIN
  INSERT INTO messages_text (messages_text, rowid, peer, text) VALUES ('delete', old.n, old.peer, old.text);
  INSERT INTO messages_text (rowid, peer, text) VALUES (new.n, new.peer, new.text);
END;
INSERT INTO messages_text (messages_text) VALUES ('rebuild');
`;
