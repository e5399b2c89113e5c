import { createHmac } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import type { EpochMs } from '../clock.ts';
import { GatewayError } from '../errors.ts';
import { databaseName } from './database.ts';
import { migrations } from './migrations/migrations.ts';

/** What a look at the database tells without changing it. */
export interface Inspection {
  /** How many secrets need the key that lies beside the database. */
  readonly sealed: number;
  /** The service centre's time of the newest message that came; null where none did. */
  readonly newestStamp: EpochMs | null;
  /** Alerts since `since`: what they are about and their code. */
  readonly alerts: readonly { readonly subject: string; readonly code: string }[];
  /** Whether this PIN was tried on this SIM. */
  wasTried(sim: string, pin: string): boolean;
}

/** Null where there is no database yet. Throws `store.newer`, `store.corrupt`. */
export function inspectDatabase(folder: string, since: EpochMs): { inspection: Inspection; close(): void } | null {
  const file = join(folder, databaseName);
  if (!existsSync(file)) return null;
  let sqlite: Sqlite.Database | undefined;
  try {
    sqlite = new Sqlite(file, { readonly: true, timeout: 5000 });
    const opened = sqlite;
    const version = Number(opened.pragma('user_version', { simple: true }));
    if (version > migrations.length) {
      throw new GatewayError(
        'store.newer',
        `the database has schema ${version}, this sim2mqtt knows ${migrations.length}`,
      );
    }
    return { inspection: read(opened, version, since), close: () => opened.close() };
  } catch (error) {
    sqlite?.close();
    if (error instanceof GatewayError) throw error;
    throw new GatewayError('store.corrupt', 'the database cannot be read', {
      hint: 'restore a backup: sim2mqtt restore FILE',
      cause: error,
    });
  }
}

const schemaWithWebhooks = 2;

function read(sqlite: Sqlite.Database, version: number, since: EpochMs): Inspection {
  const one = <T>(sql: string, ...values: unknown[]) => sqlite.prepare<unknown[], T>(sql).get(...values);
  const newest =
    "SELECT smsc_time AS stamp FROM messages WHERE direction = 'in' AND smsc_time IS NOT NULL ORDER BY n DESC LIMIT 1";
  const stamp = version === 0 ? undefined : one<{ stamp: string }>(newest)?.stamp;
  const key = version === 0 ? undefined : one<{ value: string }>("SELECT value FROM meta WHERE key = 'pin_key'")?.value;
  const sealed =
    version < schemaWithWebhooks ? 0 : (one<{ count: number }>('SELECT count(*) AS count FROM webhooks')?.count ?? 0);
  const alerts =
    version === 0
      ? []
      : sqlite.prepare<[number], { body: string }>('SELECT body FROM events WHERE time >= ?').all(since);
  return {
    sealed,
    newestStamp: stamp === undefined || Number.isNaN(Date.parse(stamp)) ? null : Date.parse(stamp),
    alerts: alerts.map(({ body }) => JSON.parse(body)).filter(({ type }) => type === 'alert'),
    wasTried(sim, pin) {
      if (key === undefined) return false;
      const hash = createHmac('sha256', key).update(`${sim}\0${pin}`).digest();
      return one('SELECT sim FROM pin_attempts WHERE sim = ? AND pin_hash = ?', sim, hash) !== undefined;
    },
  };
}
