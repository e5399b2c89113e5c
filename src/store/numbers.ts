import type { ModemId } from '../domain/message.ts';
import type { NumberId, Offer, PoolNumber } from '../domain/number.ts';
import type { Database } from './database.ts';

export interface NumberTable {
  /** Oldest first. */
  all(): readonly PoolNumber[];
  get(id: NumberId): PoolNumber | undefined;
  byE164(e164: string): PoolNumber | undefined;
  add(number: PoolNumber): void;
  change(id: NumberId, change: { readonly modem: ModemId | null; readonly offer: Offer }): void;
}

const columns = 'id, e164, region, offer, modem';

export function createNumberTable(db: Database): NumberTable {
  const all = db.prepare<[], PoolNumber>(`SELECT ${columns} FROM numbers ORDER BY id`);
  const get = db.prepare<[string], PoolNumber>(`SELECT ${columns} FROM numbers WHERE id = ?`);
  const byE164 = db.prepare<[string], PoolNumber>(`SELECT ${columns} FROM numbers WHERE e164 = ?`);
  const add = db.prepare<[PoolNumber]>(
    'INSERT INTO numbers (id, e164, region, offer, modem) VALUES (@id, @e164, @region, @offer, @modem)',
  );
  const change = db.prepare<[string | null, string, string]>('UPDATE numbers SET modem = ?, offer = ? WHERE id = ?');
  return {
    all: () => all.all(),
    get: (id) => get.get(id),
    byE164: (e164) => byE164.get(e164),
    add: (number) => void add.run(number),
    change: (id, { modem, offer }) => void change.run(modem, offer, id),
  };
}
