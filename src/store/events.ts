import type { EpochMs } from '../clock.ts';
import type { EventBody, LoggedEvent } from '../domain/event.ts';
import type { ModemId } from '../domain/message.ts';
import type { Database } from './database.ts';

export interface NewEvent {
  readonly id: string;
  readonly modem: ModemId | null;
  readonly time: EpochMs;
  readonly body: EventBody;
}

interface EventRow {
  readonly seq: number;
  readonly id: string;
  readonly modem: string | null;
  readonly time: number;
  readonly body: string;
}

/** The log of facts, and how far each sink has read it. */
export interface EventLog {
  append(event: NewEvent): void;
  /** Oldest first. */
  after(seq: number, limit: number): readonly LoggedEvent[];
  lastSeq(): number;
  /** The last event the sink has taken; a new sink starts at the present end. */
  cursor(sink: string): number;
  advance(sink: string, seq: number): void;
  /** Removes events older than `before` that every sink has taken; at most `limit`. Returns how many. */
  prune(before: EpochMs, limit: number): number;
}

const pruneSql = `DELETE FROM events WHERE seq IN (
  SELECT seq FROM events WHERE time < ? AND seq <= (SELECT coalesce(min(seq), 0) FROM cursors) ORDER BY seq LIMIT ?)`;

export function createEventLog(db: Database): EventLog {
  const insert = db.prepare<[string, string | null, number, string]>(
    'INSERT INTO events (id, modem, time, body) VALUES (?, ?, ?, ?)',
  );
  const select = db.prepare<[number, number], EventRow>('SELECT * FROM events WHERE seq > ? ORDER BY seq LIMIT ?');
  const last = db.prepare<[], { seq: number }>("SELECT seq FROM sqlite_sequence WHERE name = 'events'");
  const cursor = db.prepare<[string], { seq: number }>('SELECT seq FROM cursors WHERE sink = ?');
  const setCursor = db.prepare<[string, number]>(
    'INSERT INTO cursors (sink, seq) VALUES (?, ?) ON CONFLICT (sink) DO UPDATE SET seq = excluded.seq',
  );
  const prune = db.prepare<[number, number]>(pruneSql);
  const lastSeq = () => last.get()?.seq ?? 0;
  return {
    append: ({ id, modem, time, body }) => void insert.run(id, modem, time, JSON.stringify(body)),
    after: (seq, limit) => select.all(seq, limit).map(toEvent),
    lastSeq,
    cursor(sink) {
      const known = cursor.get(sink);
      if (known !== undefined) return known.seq;
      const start = lastSeq();
      db.commit(() => setCursor.run(sink, start));
      return start;
    },
    advance: (sink, seq) => db.commitLazily(() => void setCursor.run(sink, seq)),
    prune: (before, limit) => db.commitLazily(() => prune.run(before, limit).changes),
  };
}

function toEvent(row: EventRow): LoggedEvent {
  const { body, ...rest } = row;
  return { ...rest, body: JSON.parse(body) as EventBody };
}
