import type { Clock, Ms } from '../clock.ts';
import type { AccountId } from '../domain/account.ts';
import type { LoggedEvent } from '../domain/event.ts';
import type { MessageId, ModemId } from '../domain/message.ts';
import type { Logger } from '../log.ts';
import type { Store } from '../store/store.ts';

/** An event as a page sees it: the seq it goes on from, and what to look at again. */
export interface LiveEvent {
  readonly event: LoggedEvent;
  /** The message it is about. */
  readonly message: MessageId | null;
  /** Accounts that see that message. */
  readonly readers: readonly AccountId[];
}

/** A page that is open. What it is given it takes at once, or not at all. */
export interface Watcher {
  events(batch: readonly LiveEvent[]): void;
  modem(id: ModemId): void;
  /** There is more behind it than it can be told: it must look at everything again. `seq`: where it goes on. */
  missed(seq: number): void;
}

/** What has just been committed, for pages that are open: none of them ever holds the gateway up. */
export interface LiveEvents {
  /** There is, or may be, something new in the log. */
  wake(): void;
  modemChanged(id: ModemId): void;
  /** `after`: the last `seq` it had; null: from now on. Returns how to stop. */
  watch(watcher: Watcher, after: number | null): () => void;
  lastSeq(): number;
  close(): void;
}

export interface LiveEventsDeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Logger;
}

/** What comes at once is told at once. */
const pause: Ms = 50;
const batchSize = 200;
const mostMissed = 1000;

/** Reads the log only while somebody watches, and sets a timer only when there is something to tell. */
export function createLiveEvents(deps: LiveEventsDeps): LiveEvents {
  return new Feed(deps);
}

class Feed implements LiveEvents {
  readonly #deps: LiveEventsDeps;
  readonly #cursors = new Map<Watcher, number>();
  readonly #modems = new Set<ModemId>();
  #timer: NodeJS.Timeout | undefined;

  constructor(deps: LiveEventsDeps) {
    this.#deps = deps;
  }

  lastSeq(): number {
    return this.#deps.store.events.lastSeq();
  }

  wake(): void {
    if (this.#cursors.size === 0 || this.#timer !== undefined) return;
    this.#timer = setTimeout(() => this.#tell(), pause);
  }

  modemChanged(id: ModemId): void {
    if (this.#cursors.size === 0) return;
    this.#modems.add(id);
    this.wake();
  }

  watch(watcher: Watcher, after: number | null): () => void {
    const last = this.lastSeq();
    const behind = after === null ? 0 : last - after;
    if (behind < 0 || behind > mostMissed) watcher.missed(last);
    this.#cursors.set(watcher, behind < 0 || behind > mostMissed ? last : last - behind);
    if (behind > 0) this.wake();
    return () => {
      this.#cursors.delete(watcher);
      if (this.#cursors.size === 0) this.close();
    };
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#modems.clear();
  }

  #tell(): void {
    this.#timer = undefined;
    const modems = [...this.#modems];
    this.#modems.clear();
    for (const watcher of [...this.#cursors.keys()]) for (const id of modems) watcher.modem(id);
    try {
      if (this.#tellEvents()) this.wake();
    } catch (error) {
      this.#deps.log.warn(
        { err: error },
        'the pages that are open cannot be told what is new; the next event tries again',
      );
    }
  }

  /** One reading for all of them. True: there is more. */
  #tellEvents(): boolean {
    const { store, clock } = this.#deps;
    const oldest = Math.min(...this.#cursors.values());
    if (!Number.isFinite(oldest)) return false;
    const logged = store.events.after(oldest, batchSize);
    const now = clock.now();
    const batch = logged.map((event): LiveEvent => {
      const message = messageOf(event);
      return { event, message, readers: message === null ? [] : store.search.readers(message, now) };
    });
    const last = logged.at(-1)?.seq ?? oldest;
    for (const [watcher, cursor] of [...this.#cursors]) {
      const fresh = batch.filter(({ event }) => event.seq > cursor);
      if (fresh.length === 0) continue;
      this.#cursors.set(watcher, last);
      watcher.events(fresh);
    }
    return logged.length === batchSize;
  }
}

function messageOf({ id, body }: LoggedEvent): MessageId | null {
  if (body.type === 'sms_received' || body.type === 'sms_partial') return id;
  return 'messageId' in body ? body.messageId : null;
}
