import type { EpochMs } from '../clock.ts';
import type { MessageId } from '../domain/message.ts';
import type { Database } from './database.ts';

export interface NewVerification {
  readonly id: string;
  /** E.164 */
  readonly phone: string;
  /** Keyed hash of the address that asked. */
  readonly source: Buffer;
  /** Keyed hash of the code. */
  readonly codeMac: Buffer;
  /** The text that carries the code. */
  readonly messageId: MessageId;
  readonly createdAt: EpochMs;
  readonly expiresAt: EpochMs;
}

export interface StoredVerification {
  readonly id: string;
  readonly phone: string;
  readonly codeMac: Buffer;
  readonly messageId: MessageId | null;
  readonly wrongCodes: number;
  readonly expiresAt: EpochMs;
  readonly used: boolean;
}

/** Verifications begun after `since` and not after `until`: at most `limit`, newest first. */
export interface RecentQuery {
  readonly since: EpochMs;
  readonly until: EpochMs;
  readonly limit: number;
}

export interface VerificationTable {
  add(verification: NewVerification): void;
  get(id: string): StoredVerification | undefined;
  addWrongCode(id: string): void;
  markUsed(id: string, at: EpochMs): void;
  /** When those of one phone began. */
  recentOfPhone(phone: string, query: RecentQuery): readonly EpochMs[];
  /** When those asked for from one source began. */
  recentOfSource(source: Buffer, query: RecentQuery): readonly EpochMs[];
  prune(before: EpochMs, limit: number): number;
}

interface VerificationRow {
  readonly id: string;
  readonly phone: string;
  readonly code_mac: Buffer;
  readonly message_id: string | null;
  readonly wrong_codes: number;
  readonly expires_at: number;
  readonly used_at: number | null;
}

const addSql = `INSERT INTO verifications (id, phone, source, code_mac, message_id, created_at, expires_at)
  VALUES (@id, @phone, @source, @codeMac, @messageId, @createdAt, @expiresAt)`;

const recentSql = (column: 'phone' | 'source') => `SELECT created_at FROM verifications
  WHERE ${column} = @of AND created_at > @since AND created_at <= @until ORDER BY created_at DESC LIMIT @limit`;

export function createVerificationTable(db: Database): VerificationTable {
  const add = db.prepare<[object]>(addSql);
  const get = db.prepare<[string], VerificationRow>('SELECT * FROM verifications WHERE id = ?');
  const wrong = db.prepare<[string]>('UPDATE verifications SET wrong_codes = wrong_codes + 1 WHERE id = ?');
  const used = db.prepare<[number, string]>('UPDATE verifications SET used_at = ? WHERE id = ?');
  const ofPhone = db.prepare<[object], { created_at: number }>(recentSql('phone'));
  const ofSource = db.prepare<[object], { created_at: number }>(recentSql('source'));
  const prune = db.prepare<[number, number]>(
    'DELETE FROM verifications WHERE id IN (SELECT id FROM verifications WHERE created_at < ? LIMIT ?)',
  );
  return {
    add: (verification) => void add.run(verification),
    get(id) {
      const row = get.get(id);
      return row === undefined ? undefined : toVerification(row);
    },
    addWrongCode: (id) => void wrong.run(id),
    markUsed: (id, at) => void used.run(at, id),
    recentOfPhone: (phone, query) => ofPhone.all({ of: phone, ...query }).map((row) => row.created_at),
    recentOfSource: (source, query) => ofSource.all({ of: source, ...query }).map((row) => row.created_at),
    prune: (before, limit) => db.commitLazily(() => prune.run(before, limit).changes),
  };
}

function toVerification(row: VerificationRow): StoredVerification {
  return {
    id: row.id,
    phone: row.phone,
    codeMac: row.code_mac,
    messageId: row.message_id,
    wrongCodes: row.wrong_codes,
    expiresAt: row.expires_at,
    used: row.used_at !== null,
  };
}
