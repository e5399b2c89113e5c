import { type Clock, systemClock } from '../clock.ts';
import { GatewayError } from '../errors.ts';
import type { Logger } from '../log.ts';
import { type Link, type LinkOptions, type Outgoing, openLink, type PublishOutcome } from './link.ts';
import { acceptsConnections } from './reachable.ts';
import { type Ending, freshRetry, type MqttVersion, retryAfter, sessionTakenOver } from './retry.ts';

export interface ConnectionOptions extends LinkOptions {
  /** What each outage starts with; 5 falls back to 4 where the broker refuses it. */
  readonly version: MqttVersion;
  readonly log: Logger;
  readonly clock?: Clock;
  /** A new link is up; resolves with a problem that leaves it usable, or null. */
  joined(link: Link): Promise<string | null>;
  /** Once: another client uses our client id. */
  takenOver(): void;
}

interface Waiter {
  readonly resolve: (link: Link) => void;
  readonly reject: (reason: unknown) => void;
}

export type Answer = Exclude<PublishOutcome, { is: 'lost' }>;

/** Keeps one link to the broker: opens it, and after each end opens the next, with bounded back-off. */
export class Connection {
  readonly #options: ConnectionOptions;
  readonly #clock: Clock;
  readonly #stop = new AbortController();
  readonly #waiters = new Set<Waiter>();
  #link: Link | null = null;
  #problem: string | null = null;
  #final: GatewayError | null = null;
  #reported = false;
  #running: Promise<void> = Promise.resolve();

  constructor(options: ConnectionOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
  }

  start(): void {
    this.#running = this.#run();
  }

  get status(): { readonly connected: boolean; readonly problem?: string } {
    const connected = this.#link !== null && !this.#link.over;
    return this.#problem === null ? { connected } : { connected, problem: this.#problem };
  }

  /** The link that is up, or the next one. Rejects when aborted, closed (`mqtt.refused`) or taken over (`mqtt.taken_over`). */
  link(signal: AbortSignal): Promise<Link> {
    if (signal.aborted) return Promise.reject(signal.reason);
    if (this.#link !== null && !this.#link.over) return Promise.resolve(this.#link);
    if (this.#final !== null) return Promise.reject(this.#final);
    return new Promise((resolve, reject) => {
      const aborted = () => waiter.reject(signal.reason);
      const settle = () => {
        this.#waiters.delete(waiter);
        signal.removeEventListener('abort', aborted);
      };
      const waiter: Waiter = {
        resolve(link) {
          settle();
          resolve(link);
        },
        reject(reason) {
          settle();
          reject(reason);
        },
      };
      signal.addEventListener('abort', aborted, { once: true });
      this.#waiters.add(waiter);
    });
  }

  /** Publishes over as many links as it takes until the broker answers. Rejects as `link` does. */
  async publish(message: () => Outgoing, signal: AbortSignal): Promise<Answer> {
    for (;;) {
      const link = await this.link(signal);
      const outcome = await untilAborted(link.publish(message()), signal);
      if (outcome.is !== 'lost') return outcome;
    }
  }

  /** Says goodbye where there is somebody to say it to. In bounded time; never rejects. */
  async close(): Promise<void> {
    this.#finish(new GatewayError('mqtt.refused', 'The MQTT connection is closed.', { transient: true }));
    this.#stop.abort();
    await this.#link?.close();
    await this.#running;
  }

  async #run(): Promise<void> {
    let state = freshRetry(this.#options.version);
    while (!this.#stop.signal.aborted) {
      const ending = await this.#once(state.version);
      if (this.#stop.signal.aborted) return;
      if (ending.is === 'lost' && ending.reason === sessionTakenOver) return this.#giveUp();
      const retry = retryAfter(state, ending, this.#options.version);
      state = retry.state;
      this.#note(ending, retry.delay, retry.flapping);
      await this.#clock.sleep(retry.delay, this.#stop.signal).catch(() => {});
    }
  }

  async #once(version: MqttVersion): Promise<Ending> {
    const attempt = await openLink(this.#options, version, this.#stop.signal);
    if ('ending' in attempt) return attempt.ending;
    const { link } = attempt;
    if (this.#stop.signal.aborted) await link.close();
    else this.#joined(link, version);
    const ending = await link.ended;
    this.#link = null;
    if (ending.reason !== null) return ending;
    return { ...ending, singled: await acceptsConnections(this.#options.url, this.#stop.signal) };
  }

  #joined(link: Link, version: MqttVersion): void {
    this.#link = link;
    this.#problem = null;
    this.#options.log.info({ version: version === 5 ? '5.0' : '3.1.1' }, 'connected to the MQTT broker');
    for (const waiter of this.#waiters) waiter.resolve(link);
    this.#options.joined(link).then((problem) => {
      if (problem === null || this.#link !== link) return;
      this.#problem = problem;
      this.#options.log.warn({ problem }, 'the MQTT broker gives us less than we need');
    });
  }

  #note(ending: Ending, delay: number, flapping: boolean): void {
    const news = this.#problem !== ending.problem;
    this.#problem = flapping
      ? `${ending.problem}, again and again: another client may use the client id ${this.#options.clientId}`
      : ending.problem;
    if (delay === 0) return;
    const facts = { problem: this.#problem, retry_ms: Math.round(delay) };
    if (news) this.#options.log.warn(facts, 'no connection to the MQTT broker');
    else this.#options.log.debug(facts, 'still no connection to the MQTT broker');
    if (flapping) this.#report();
  }

  #giveUp(): void {
    const hint = `Give each gateway its own name: two clients use the client id ${this.#options.clientId}.`;
    this.#finish(new GatewayError('mqtt.taken_over', 'Another MQTT client took over our client id.', { hint }));
    this.#problem = `taken over by another client with the client id ${this.#options.clientId}`;
    this.#options.log.error({ problem: this.#problem }, 'publishing over MQTT has stopped until the next start');
    this.#report();
  }

  #report(): void {
    if (this.#reported) return;
    this.#reported = true;
    this.#options.takenOver();
  }

  #finish(error: GatewayError): void {
    this.#final ??= error;
    for (const waiter of this.#waiters) waiter.reject(this.#final);
  }
}

/** The promise's own end, or the signal's reason when that comes first. */
export async function untilAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const abort = () => reject(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
