import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Clock, type EpochMs, isoTime, type Ms } from '../clock.ts';
import { newEventId } from '../domain/ids.ts';
import { asGatewayError, type GatewayError } from '../errors.ts';
import type { Logger } from '../log.ts';
import { backupDatabase, keyBeside, removeCutOff } from '../store/copies.ts';
import type { Store } from '../store/store.ts';

export interface NightlyBackupDeps {
  /** The data folder; the copies go into `backups` below it. */
  readonly folder: string;
  /** `HH:MM`, local time. */
  readonly at: string;
  /** How many copies stay; 0: none is made. */
  readonly keep: number;
  readonly store: Pick<Store, 'db' | 'events'>;
  readonly clock: Clock;
  readonly log: Logger;
  /** There is something new in the log of facts. */
  readonly committed: () => void;
}

/** Nothing may have happened for so long before a copy is made, but it is not put off for ever. */
const quiet: Ms = 30_000;
const longestPutOff: Ms = 3_600_000;
const retryAfter: Ms = 3_600_000;
const keepOlder =
  'the database is damaged: the copies made before are kept; put one in its place with "sim2mqtt restore FILE"';
const copyName = /^nightly-\d{4}-\d{2}-\d{2}T[\d-]+Z\.db$/;

/** A checked copy of the database every night, with its key; the oldest go. One that was missed is made up for. */
export class NightlyBackup {
  readonly #deps: NightlyBackupDeps;
  readonly #backups: string;
  #due: EpochMs;
  #seq: number;
  #quietSince: EpochMs;
  #running: Promise<void> | undefined;
  readonly #stop = new AbortController();
  #failing = false;

  constructor(deps: NightlyBackupDeps) {
    this.#deps = deps;
    this.#backups = join(deps.folder, 'backups');
    const now = deps.clock.now();
    const newest = newestNightly(deps.folder);
    const isMissed = newest !== null && newest < lastTime(deps.at, now);
    this.#due = isMissed ? now : nextTime(deps.at, now);
    this.#seq = deps.store.events.lastSeq();
    this.#quietSince = now;
  }

  /** To be called every second or so. Never throws. */
  tick(): void {
    const { keep, clock } = this.#deps;
    const now = clock.now();
    if (this.#stop.signal.aborted || keep === 0 || now < this.#due) return;
    if (this.#running !== undefined || !this.#isTime(now)) return;
    this.#running = this.#make(now).finally(() => {
      this.#running = undefined;
    });
  }

  /** Resolves once no copy is being made. */
  async settled(): Promise<void> {
    await this.#running;
  }

  /** Ends a copy that is being made, at once; it leaves no file. The next start makes up for it. */
  async close(): Promise<void> {
    this.#stop.abort();
    await this.settled();
  }

  #isTime(now: EpochMs): boolean {
    const seq = this.#deps.store.events.lastSeq();
    if (seq !== this.#seq) this.#quietSince = now;
    this.#seq = seq;
    return now - this.#quietSince >= quiet || now - this.#due >= longestPutOff;
  }

  async #make(now: EpochMs): Promise<void> {
    const { folder, at, keep, log } = this.#deps;
    try {
      if (existsSync(this.#backups)) removeCutOff(this.#backups, copyName);
      const file = join(this.#backups, `nightly-${isoTime(now).replace(/[:.]/g, '-')}.db`);
      const bytes = await backupDatabase(folder, file, this.#stop.signal);
      for (const old of copiesIn(this.#backups).slice(0, -keep)) this.#remove(old);
      this.#due = nextTime(at, now);
      this.#failing = false;
      log.info({ bytes }, 'the nightly backup was made');
    } catch (thrown) {
      if (this.#stop.signal.aborted) return;
      this.#due = now + retryAfter;
      this.#failed(asGatewayError(thrown));
    }
  }

  #remove(copy: string): void {
    const file = join(this.#backups, copy);
    rmSync(file, { force: true });
    rmSync(keyBeside(file), { force: true });
  }

  /** Told once, until one succeeds again. A store that takes no event has an alert of its own. */
  #failed(error: GatewayError): void {
    const { store, clock, log, committed } = this.#deps;
    log.error({ err: error }, 'the nightly backup failed; it is tried again in an hour');
    if (this.#failing) return;
    const { code } = error;
    const hint = code === 'store.corrupt' ? keepOlder : error.hint;
    const message = `the nightly backup failed: ${error.message}`;
    const body = { type: 'alert', code, message, ...(hint === undefined ? {} : { hint }) } as const;
    try {
      store.db.commit(() => store.events.append({ id: newEventId(), modem: null, time: clock.now(), body }));
      this.#failing = true;
      committed();
    } catch (cause) {
      log.error({ err: cause }, 'the alert cannot be stored');
    }
  }
}

/** When the newest nightly copy of a data folder was made; null where there is none. */
export function newestNightly(folder: string): EpochMs | null {
  const newest = copiesIn(join(folder, 'backups')).at(-1);
  return newest === undefined ? null : madeAt(newest);
}

/** The oldest first. */
function copiesIn(backups: string): string[] {
  try {
    return readdirSync(backups)
      .filter((name) => copyName.test(name))
      .sort();
  } catch {
    return [];
  }
}

/** The last time up to `now` that the machine's clock showed `at`. */
function lastTime(at: string, now: EpochMs): EpochMs {
  const today = onDay(at, now, 0);
  return today <= now ? today : onDay(at, now, -1);
}

/** The first time after `now` that it will. */
function nextTime(at: string, now: EpochMs): EpochMs {
  const today = onDay(at, now, 0);
  return today > now ? today : onDay(at, now, 1);
}

/** By the calendar: a day may have 23 or 25 hours. */
function onDay(at: string, now: EpochMs, days: number): EpochMs {
  const [hours = 0, minutes = 0] = at.split(':').map(Number);
  const day = new Date(now);
  return new Date(day.getFullYear(), day.getMonth(), day.getDate() + days, hours, minutes).getTime();
}

/** `nightly-2026-11-22T03-30-00-000Z.db` → the instant. */
function madeAt(copy: string): EpochMs {
  return Date.parse(copy.slice('nightly-'.length, -'.db'.length).replace(/T(\d+)-(\d+)-(\d+)-/, 'T$1:$2:$3.'));
}
