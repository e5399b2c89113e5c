import type { Clock, Ms } from '../clock.ts';
import type { EventSink, LoggedEvent } from '../domain/event.ts';
import type { Logger } from '../log.ts';
import type { EventLog } from '../store/events.ts';

export interface EventPumpDeps {
  readonly events: EventLog;
  readonly sink: EventSink;
  readonly clock: Clock;
  readonly log: Logger;
}

interface Replay {
  readonly after: number;
  readonly limit: number;
  readonly done: (range: Replayed) => void;
}

/** What a replay gave out again; `last` is where a next one begins. */
export interface Replayed {
  readonly count: number;
  readonly last: number;
}

const batchSize = 100;
const firstWait: Ms = 250;
const longestWait: Ms = 30_000;

/** Gives one sink the log in order, one event at a time, from where its cursor stands. */
export class EventPump {
  readonly #deps: EventPumpDeps;
  readonly #replays: Replay[] = [];
  #wake: () => void = () => {};

  constructor(deps: EventPumpDeps) {
    this.#deps = deps;
  }

  /** There is, or may be, something new. */
  wake(): void {
    this.#wake();
  }

  /** Gives the sink events after `after` again, between new ones. Resolves when it has taken them. */
  replay(after: number, limit: number): Promise<Replayed> {
    return new Promise((resolve) => {
      this.#replays.push({ after, limit, done: resolve });
      this.wake();
    });
  }

  /** Until aborted. An event in the sink's hands then stays before the cursor and comes again. */
  async run(signal: AbortSignal): Promise<void> {
    const { events, sink } = this.#deps;
    let cursor = events.cursor(sink.name);
    while (!signal.aborted) {
      const woken = new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      const batch = events.after(cursor, batchSize);
      for (const event of batch) {
        if (!(await this.#deliver(event, signal))) return;
        cursor = event.seq;
        this.#advance(cursor);
      }
      if (!(await this.#replayAll(cursor, signal))) return;
      if (batch.length === 0) await untilWokenOrAborted(woken, signal);
    }
  }

  /** A store that takes nothing now stops no event: the cursor is stored with a later one, and a restart before that repeats some. */
  #advance(cursor: number): void {
    const { events, sink, log } = this.#deps;
    try {
      events.advance(sink.name, cursor);
    } catch (error) {
      log.warn({ err: error, sink: sink.name, seq: cursor }, 'how far events were taken cannot be stored');
    }
  }

  async #replayAll(cursor: number, signal: AbortSignal): Promise<boolean> {
    for (let replay = this.#replays.shift(); replay !== undefined; replay = this.#replays.shift()) {
      const batch = this.#deps.events.after(replay.after, replay.limit).filter(({ seq }) => seq <= cursor);
      for (const event of batch) if (!(await this.#deliver(event, signal))) return false;
      replay.done({ count: batch.length, last: batch.at(-1)?.seq ?? replay.after });
    }
    return true;
  }

  /** Keeps offering the event, ever more slowly, until it is taken. False when aborted. */
  async #deliver(event: LoggedEvent, signal: AbortSignal): Promise<boolean> {
    const { sink, clock, log } = this.#deps;
    for (let wait = firstWait; !signal.aborted; wait = Math.min(wait * 2, longestWait)) {
      try {
        await sink.deliver(event, signal);
        return true;
      } catch (error) {
        if (signal.aborted) return false;
        log.warn({ err: error, sink: sink.name, seq: event.seq, again_in_ms: wait }, 'an event was not taken');
        await clock.sleep(wait, signal).catch(() => {});
      }
    }
    return false;
  }
}

function untilWokenOrAborted(woken: Promise<void>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      signal.removeEventListener('abort', done);
      resolve();
    };
    signal.addEventListener('abort', done, { once: true });
    void woken.then(done);
    if (signal.aborted) done();
  });
}
