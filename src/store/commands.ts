import type { EpochMs } from '../clock.ts';
import type { CommandReply } from '../domain/command.ts';
import type { Database } from './database.ts';
import { hashOf } from './slots.ts';

/** A request's id is taken: with another request (`differs`), with this one and answered, or still without an answer. */
export type KnownCommand = { readonly differs: boolean; readonly reply: CommandReply | null };

/** Requests that carried an idempotency key, and the replies their repeats get. */
export interface CommandTable {
  find(id: string, request: string): KnownCommand | undefined;
  add(id: string, request: string, at: EpochMs): void;
  setReply(id: string, reply: CommandReply): void;
  /** Forgets a request that had no effect, so that it may be made again. */
  remove(id: string): void;
  prune(before: EpochMs, limit: number): number;
}

export function createCommandTable(db: Database): CommandTable {
  const find = db.prepare<[string], { fingerprint: Buffer; reply: string | null }>(
    'SELECT fingerprint, reply FROM commands WHERE id = ?',
  );
  const add = db.prepare<[string, Buffer, number]>(
    'INSERT INTO commands (id, fingerprint, received_at) VALUES (?, ?, ?)',
  );
  const setReply = db.prepare<[string, string]>('UPDATE commands SET reply = ? WHERE id = ?');
  const remove = db.prepare<[string]>('DELETE FROM commands WHERE id = ?');
  const prune = db.prepare<[number, number]>(
    'DELETE FROM commands WHERE id IN (SELECT id FROM commands WHERE received_at < ? LIMIT ?)',
  );
  return {
    find(id, request) {
      const row = find.get(id);
      if (row === undefined) return undefined;
      const reply = row.reply === null ? null : (JSON.parse(row.reply) as CommandReply);
      return { differs: !row.fingerprint.equals(hashOf(request)), reply };
    },
    add: (id, request, at) => void add.run(id, hashOf(request), at),
    setReply: (id, reply) => void setReply.run(JSON.stringify(reply), id),
    remove: (id) => void remove.run(id),
    prune: (before, limit) => db.commitLazily(() => prune.run(before, limit).changes),
  };
}
