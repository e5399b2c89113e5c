import type { EpochMs } from '../clock.ts';
import type { LineId, MessageId, ModemId } from '../domain/message.ts';
import type { Database } from './database.ts';
import { hashOf } from './slots.ts';

/** One part of a message that came in several (TS 23.040 9.2.3.24.1). */
export interface NewPart {
  readonly modem: ModemId;
  readonly line: LineId;
  readonly number: string | null;
  readonly peer: string;
  /** Sender, reference, its width and the total: equal for all parts of one message. */
  readonly concatKey: string;
  readonly total: number;
  /** 1 to `total`. */
  readonly sequence: number;
  readonly pdu: string;
  /** The part's own user data, to know a repeat by. */
  readonly data: Uint8Array;
  /** The service centre's time; all parts of one message carry nearly the same. */
  readonly smscTime: EpochMs | null;
  readonly receivedAt: EpochMs;
}

export interface PartSet {
  readonly id: number;
  readonly messageId: MessageId;
  readonly modem: ModemId;
  readonly line: LineId;
  readonly number: string | null;
  readonly peer: string;
  readonly total: number;
  readonly state: 'open' | 'partial' | 'complete';
  /** When its first part came; null where an older version of the gateway kept it. */
  readonly openedAt: EpochMs | null;
  /** PDUs by sequence; those not yet here are missing. */
  readonly pdus: ReadonlyMap<number, string>;
}

export interface PartTable {
  /** Keeps the part. Gives its set when that made it whole; undefined while parts are missing or when it was a repeat. */
  add(part: NewPart, newId: () => MessageId): PartSet | undefined;
  /** Sets that have waited for a part since before `before`. */
  overdue(before: EpochMs): readonly PartSet[];
  /** The set was given out incomplete; parts that still come make it whole. */
  markPartial(set: PartSet): void;
  /** Removes at most `limit` sets untouched since `before` that were given out. */
  prune(before: EpochMs, limit: number): number;
}

interface SetRow {
  readonly id: number;
  readonly message_id: string;
  readonly modem: string;
  readonly line: string;
  readonly number: string | null;
  readonly peer: string;
  readonly total: number;
  readonly smsc_time: number | null;
  readonly state: PartSet['state'];
  readonly opened_at: number | null;
}

interface PartRow {
  readonly sequence: number;
  readonly pdu: string;
  readonly pdu_hash: Buffer;
  readonly data_hash: Buffer;
}

/** References repeat after 255 messages; parts stamped further apart than this are of different ones. */
const sameMessageWindow = 6 * 3600_000;

const newestSql = 'SELECT * FROM part_sets WHERE line = ? AND concat_key = ? ORDER BY id DESC LIMIT 4';
const addSetSql = `INSERT INTO part_sets (message_id, modem, line, number, peer, concat_key, total, smsc_time, state, opened_at, updated_at)
  VALUES (@messageId, @modem, @line, @number, @peer, @concatKey, @total, @smscTime, 'open', @receivedAt, @receivedAt)`;
const addPartSql = 'INSERT INTO parts (set_id, sequence, pdu, pdu_hash, data_hash) VALUES (?, ?, ?, ?, ?)';
const pruneSql = `DELETE FROM part_sets WHERE id IN (
  SELECT id FROM part_sets WHERE state <> 'open' AND updated_at < ? LIMIT ?)`;

export function createPartTable(db: Database): PartTable {
  const newest = db.prepare<[string, string], SetRow>(newestSql);
  const addSet = db.prepare<[object]>(addSetSql);
  const getSet = db.prepare<[number | bigint], SetRow>('SELECT * FROM part_sets WHERE id = ?');
  const addPart = db.prepare<[number, number, string, Buffer, Buffer]>(addPartSql);
  const partsOf = db.prepare<[number], PartRow>('SELECT * FROM parts WHERE set_id = ? ORDER BY sequence');
  const touch = db.prepare<[string, number, number]>('UPDATE part_sets SET state = ?, updated_at = ? WHERE id = ?');
  const setState = db.prepare<[string, number]>('UPDATE part_sets SET state = ? WHERE id = ?');
  const overdue = db.prepare<[number], SetRow>(
    "SELECT * FROM part_sets WHERE state = 'open' AND updated_at < ? ORDER BY id",
  );
  const prune = db.prepare<[number, number]>(pruneSql);

  function toSet(row: SetRow): PartSet {
    const { message_id, opened_at, smsc_time: _, ...same } = row;
    return {
      ...same,
      messageId: message_id,
      openedAt: opened_at,
      pdus: new Map(partsOf.all(row.id).map((part) => [part.sequence, part.pdu])),
    };
  }

  /** The set this part belongs to, `repeat` when it is there already, undefined when it begins a new one. */
  function place(part: NewPart): SetRow | 'repeat' | undefined {
    const pduHash = hashOf(part.pdu);
    const dataHash = hashOf(part.data);
    for (const row of newest.all(part.line, part.concatKey)) {
      if (tooFarApart(row.smsc_time, part.smscTime)) continue;
      const there = partsOf.all(row.id).find(({ sequence }) => sequence === part.sequence);
      if (there === undefined) return row.state === 'complete' ? undefined : row;
      if (there.pdu_hash.equals(pduHash)) return 'repeat';
      if (row.state !== 'complete' && there.data_hash.equals(dataHash)) return 'repeat';
    }
    return undefined;
  }

  function openSet(part: NewPart, messageId: MessageId): SetRow {
    const { pdu: _pdu, data: _data, sequence: _sequence, ...columns } = part;
    const row = getSet.get(addSet.run({ ...columns, messageId }).lastInsertRowid);
    if (row === undefined) throw new Error('a row just inserted is not there');
    return row;
  }

  return {
    add(part, newId) {
      const placed = place(part);
      if (placed === 'repeat') return undefined;
      const row = placed ?? openSet(part, newId());
      addPart.run(row.id, part.sequence, part.pdu, hashOf(part.pdu), hashOf(part.data));
      const set = toSet(row);
      const whole = set.pdus.size === set.total;
      touch.run(whole ? 'complete' : row.state, part.receivedAt, row.id);
      return whole ? set : undefined;
    },
    overdue: (before) => overdue.all(before).map(toSet),
    markPartial: (set) => void setState.run('partial', set.id),
    prune: (before, limit) => db.commitLazily(() => prune.run(before, limit).changes),
  };
}

function tooFarApart(one: EpochMs | null, other: EpochMs | null): boolean {
  return one !== null && other !== null && Math.abs(one - other) > sameMessageWindow;
}
