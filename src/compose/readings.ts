import { readdirSync, statfsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { LoggedEvent } from '../domain/event.ts';
import { newestNightly } from '../gateway/nightly-backup.ts';
import type { HouseReadings, Metrics } from '../http/metrics.ts';
import { databaseName } from '../store/database.ts';
import type { Core } from './core.ts';

/** What a scrape of the metrics reads beside the modems. */
export function readHouse({ folder, numbers, store }: Pick<Core, 'folder' | 'numbers' | 'store'>): HouseReadings {
  const files = readdirSync(folder).filter((name) => name.startsWith(databaseName) && !name.includes('.before-'));
  return {
    waits: numbers.waiting(),
    databaseBytes: files.reduce((sum, name) => sum + sizeOf(join(folder, name)), 0),
    freeBytes: freeBytes(folder),
    lastBackup: newestNightly(folder),
    webhookDeliveries: store.deliveries.count(),
  };
}

/** Counts each event once, when it is committed; a replay is none. Call it after each commit. */
export function createFactCounter({ store }: Pick<Core, 'store'>, { counters }: Metrics): { wake(): void } {
  let seq = store.events.lastSeq();
  return {
    wake() {
      for (let batch = next(); batch.length > 0; batch = next()) {
        for (const event of batch) counters.fact(event);
        seq = batch.at(-1)?.seq ?? seq;
      }
    },
  };
  function next(): readonly LoggedEvent[] {
    return store.events.after(seq, 100);
  }
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}

function freeBytes(folder: string): number | null {
  try {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize;
  } catch {
    return null;
  }
}
