/** Which SIM is which, and whose number is whose. */
export const sql = `
-- Which line a SIM is, by its IMSI or its ICCID: it is the same at a start at which it tells less or more than before.
CREATE TABLE sim_lines (
  sim TEXT PRIMARY KEY,
  line TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- The lines without ICCID that the modems had last keep their names.
INSERT INTO sim_lines (sim, line)
SELECT DISTINCT substr(line, 6), line FROM messages
WHERE n IN (SELECT max(n) FROM messages WHERE line IS NOT NULL GROUP BY modem) AND line LIKE 'imsi:%';

-- The number that each modem of the configuration had last (null: none), and the SIM that was in it then.
CREATE TABLE modem_sims (
  modem TEXT PRIMARY KEY,
  line TEXT NOT NULL,
  number TEXT
) STRICT, WITHOUT ROWID;

-- The number that was configured for each SIM: it goes with the SIM.
CREATE TABLE sim_numbers (
  line TEXT PRIMARY KEY,
  number TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Configured numbers that seem not to be a SIM's own, once the operator was told.
CREATE TABLE number_doubts (
  line TEXT NOT NULL,
  number TEXT NOT NULL,
  PRIMARY KEY (line, number)
) STRICT, WITHOUT ROWID;
`;
