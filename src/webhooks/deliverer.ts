import { setImmediate } from 'node:timers/promises';
import type { Clock, EpochMs, Ms } from '../clock.ts';
import { asGatewayError, GatewayError } from '../errors.ts';
import type { Logger } from '../log.ts';
import type { DueMark, Outgoing, StoredAttempt } from '../store/deliveries.ts';
import type { Store } from '../store/store.ts';
import type { Vault } from '../store/vault.ts';
import { type Network, type Post, post } from './attempt.ts';
import { Lanes, type Turn } from './lanes.ts';
import { recordScheduled } from './outcome.ts';
import { signature } from './sign.ts';

export interface DelivererDeps {
  readonly store: Store;
  readonly vault: Vault;
  readonly clock: Clock;
  readonly log: Logger;
  readonly allowPrivate: boolean;
  readonly network: Network;
}

interface Job {
  /** Resolves with false where the endpoint failed; never rejects. */
  readonly work: () => Promise<boolean>;
  /** It will not run. */
  readonly drop: () => void;
}

const perWebhook = 2;
const inAll = 32;
/** Due deliveries kept in mind; what is beyond waits in the database. */
const mostKnown = 20_000;
const pageSize = 200;
/** Between two looks at a clock that somebody may set. */
const longestRest: Ms = 300_000;
/** What attempts may still take once the gateway is told to stop. */
const grace: Ms = 3000;
const storeRetry: Ms = 1000;
const beginning: DueMark = { nextAt: -1, id: '' };

/** Sends what is due: each webhook in its turn, and none of them held up by another. */
export class Deliverer {
  readonly #deps: DelivererDeps;
  readonly #lanes = new Lanes<Job>(perWebhook, inAll);
  /** Waiting in a lane, or being sent. */
  readonly #known = new Set<string>();
  readonly #flying = new Set<Promise<void>>();
  readonly #halt = new AbortController();
  #mark = beginning;
  #stopped = false;
  #wake: () => void = () => {};

  constructor(deps: DelivererDeps) {
    this.#deps = deps;
  }

  /** Something is, or may be, due. */
  wake(): void {
    this.#wake();
  }

  /** Something older may be due as well. */
  wakeAll(): void {
    this.#mark = beginning;
    this.#wake();
  }

  /** Until aborted; then what is being sent may end, within a few seconds. What was cut off is sent again after a restart. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const rest = new AbortController();
      const end = () => rest.abort();
      this.#wake = end;
      signal.addEventListener('abort', end);
      const next = this.#readDue();
      this.#start();
      await this.#rest(next, rest.signal);
      signal.removeEventListener('abort', end);
    }
    await this.#stop();
  }

  /** One attempt out of its order, of what `read` gives once its webhook has room. Rejects when the gateway stops. */
  attempt(webhook: string, read: () => Outgoing): Promise<StoredAttempt> {
    const { promise, resolve, reject } = Promise.withResolvers<StoredAttempt>();
    const drop = () => reject(stopping());
    const work = async () => {
      try {
        const attempt = await this.#post(read());
        resolve(attempt);
        return attempt.error === null;
      } catch (error) {
        reject(error);
        return true;
      }
    };
    if (this.#stopped) drop();
    else this.#lanes.add(webhook, { work, drop }, true);
    this.#start();
    return promise;
  }

  /** Puts what is due in its lanes. Returns when the next one will be. */
  #readDue(): EpochMs | undefined {
    const { store, clock } = this.#deps;
    const now = clock.now();
    if (now < this.#mark.nextAt) this.#mark = beginning;
    while (this.#known.size < mostKnown) {
      const page = store.deliveries.due(this.#mark, now, pageSize);
      for (const { id, webhook, nextAt } of page) {
        this.#mark = { nextAt, id };
        if (this.#known.has(id)) continue;
        this.#known.add(id);
        this.#lanes.add(webhook, { work: () => this.#scheduled(id), drop: () => {} });
      }
      if (page.length < pageSize) return store.deliveries.nextDue(this.#mark);
    }
    return undefined;
  }

  async #rest(next: EpochMs | undefined, signal: AbortSignal): Promise<void> {
    const { clock } = this.#deps;
    if (next === undefined) await aborted(signal);
    else await clock.sleep(Math.min(Math.max(next - clock.now(), 0), longestRest), signal).catch(() => {});
  }

  #start(): void {
    for (let turn = this.#lanes.take(); turn !== undefined; turn = this.#lanes.take()) {
      const flight = this.#fly(turn).then(() => {
        this.#flying.delete(flight);
        this.#start();
      });
      this.#flying.add(flight);
    }
  }

  async #fly(turn: Turn<Job>): Promise<void> {
    this.#lanes.leave(turn, await turn.job.work());
  }

  async #scheduled(id: string): Promise<boolean> {
    const { store, log } = this.#deps;
    try {
      // Those that end without a request must not come one upon another while modems wait.
      await setImmediate();
      const outgoing = store.deliveries.outgoing(id);
      // Gone, paused or sent by hand since it was read.
      if (outgoing?.state !== 'pending' || outgoing.nextAt === null) return true;
      const attempt = await this.#post(outgoing);
      await this.#keep(id, attempt);
      return attempt.error === null;
    } catch (error) {
      if (!this.#stopped)
        log.error({ err: error, delivery: id }, 'a webhook delivery stopped; it goes on after a restart');
      return true;
    } finally {
      this.#known.delete(id);
      this.wake();
    }
  }

  /** The endpoint has had it, so the outcome is kept trying until the store takes it. */
  async #keep(id: string, attempt: StoredAttempt): Promise<void> {
    const { store, clock, log } = this.#deps;
    for (;;) {
      try {
        recordScheduled(store, id, attempt, clock.now());
        return;
      } catch (error) {
        if (this.#stopped || !asGatewayError(error).transient) throw error;
        log.error({ err: error, delivery: id }, 'the outcome of a webhook delivery cannot be stored; trying again');
        await clock.sleep(storeRetry, this.#halt.signal);
      }
    }
  }

  async #post(outgoing: Outgoing): Promise<StoredAttempt> {
    const { clock, log, network, allowPrivate } = this.#deps;
    const at = clock.now();
    const request = this.#signed(outgoing, at);
    if (request === undefined) {
      return { at, duration: 0, status: null, error: 'the signing secret cannot be read any more: rotate it' };
    }
    const reply = await post(request, { network, allowPrivate, signal: this.#halt.signal });
    const facts = { webhook: outgoing.webhook, delivery: outgoing.id, status: reply.status, ms: reply.duration };
    if (reply.error === null) log.debug(facts, 'webhook delivered');
    else log.info(facts, 'a webhook delivery failed');
    return { at, ...reply };
  }

  /** Undefined where the secret was sealed with a key that is lost. */
  #signed({ id, url, event, body, secret }: Outgoing, at: EpochMs): Post | undefined {
    try {
      const signed = signature(this.#deps.vault.open('webhook', secret), Math.floor(at / 1000), body);
      const about = { 'op-signature': signed, 'op-delivery-id': id, 'op-event': event };
      return { url, body, headers: { 'Content-Type': 'application/json', 'User-Agent': 'sim2mqtt', ...about } };
    } catch (error) {
      if (asGatewayError(error).code === 'store.corrupt') return undefined;
      throw error;
    }
  }

  async #stop(): Promise<void> {
    this.#stopped = true;
    for (const job of this.#lanes.drain()) job.drop();
    const done = new AbortController();
    const patience = this.#deps.clock.sleep(grace, done.signal).catch(() => {});
    await Promise.race([Promise.all(this.#flying), patience]);
    done.abort();
    this.#halt.abort(stopping());
    await Promise.all(this.#flying);
  }
}

function stopping(): GatewayError {
  return new GatewayError('internal', 'the gateway is stopping', { transient: true });
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
