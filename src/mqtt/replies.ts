import { type Ms, systemClock } from '../clock.ts';
import type { CommandReply } from '../domain/command.ts';
import type { Logger } from '../log.ts';
import type { Connection } from './connection.ts';

export interface Destination {
  readonly topics: readonly string[];
  /** Echoed with each copy (MQTT 5.0 4.10.1). */
  readonly correlation: Buffer | null;
}

const lifetime: Ms = 60_000;
const mostWaiting = 512;

/** Publishes replies; one that finds no connection waits for it as long as anybody would wait for the reply. */
export class Replies {
  readonly #connection: Connection;
  readonly #log: Logger;
  readonly #stop = new AbortController();
  readonly #waiting = new Set<Promise<void>>();

  constructor(connection: Connection, log: Logger) {
    this.#connection = connection;
    this.#log = log;
  }

  send(reply: CommandReply, { topics, correlation }: Destination): void {
    const payload = JSON.stringify(reply);
    for (const topic of topics) {
      if (this.#waiting.size >= mostWaiting) {
        this.#log.warn('too many replies wait for the MQTT broker; one was dropped');
        continue;
      }
      const sending: Promise<void> = this.#publish(topic, payload, correlation).finally(() =>
        this.#waiting.delete(sending),
      );
      this.#waiting.add(sending);
    }
  }

  /** Resolves when the replies that wait are out or given up. */
  async settle(): Promise<void> {
    await Promise.all(this.#waiting);
  }

  close(): void {
    this.#stop.abort();
  }

  async #publish(topic: string, payload: string, correlation: Buffer | null): Promise<void> {
    const until = systemClock.now() + lifetime;
    const message = () => {
      const left = Math.ceil((until - systemClock.now()) / 1_000);
      return { topic, payload, correlation, expiry: Math.min(Math.max(left, 1), lifetime / 1_000) };
    };
    try {
      const signal = AbortSignal.any([this.#stop.signal, AbortSignal.timeout(lifetime)]);
      const outcome = await this.#connection.publish(message, signal);
      if (outcome.is === 'refused') this.#log.warn({ reason: outcome.reason }, 'the MQTT broker refused a reply');
    } catch {
      this.#log.warn('a reply found no MQTT broker and was dropped');
    }
  }
}
