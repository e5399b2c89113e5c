/** Order and pace of what is sent, and what was done to bring modems back. */
export const sql = `
-- 0 high, 1 normal, 2 low: who waits goes in this order, then in that of arrival.
ALTER TABLE outbox ADD COLUMN priority INTEGER NOT NULL DEFAULT 1 CHECK (priority IN (0, 1, 2));
-- When it was handed to the modem last: what the pace of a line is counted from.
ALTER TABLE outbox ADD COLUMN tried_at INTEGER;
DROP INDEX outbox_waiting;
CREATE INDEX outbox_waiting ON outbox (modem, priority, n) WHERE status = 'queued';
CREATE INDEX outbox_tried ON outbox (modem, tried_at) WHERE tried_at IS NOT NULL;

-- Each step of recovery that was taken, so that a restart forgets neither a pause between two of them nor how many a day had.
CREATE TABLE recovery_steps (
  modem TEXT NOT NULL,
  rung TEXT NOT NULL,
  at INTEGER NOT NULL,
  reason TEXT NOT NULL,
  PRIMARY KEY (modem, rung, at)
) STRICT, WITHOUT ROWID;
`;
