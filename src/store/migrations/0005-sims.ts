/** Which SIM is which, and whose number is whose. */
export const sql = `
-- On which card (by its ICCID) a subscriber was last: a start at which the card does not tell knows it by its IMSI.
CREATE TABLE subscribers (
  imsi TEXT PRIMARY KEY,
  line TEXT NOT NULL
) STRICT, WITHOUT ROWID;

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
