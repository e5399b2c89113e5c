import { channelOf, type EventSink, type LoggedEvent } from '../domain/event.ts';
import { GatewayError } from '../errors.ts';
import type { Logger } from '../log.ts';
import { type Connection, untilAborted } from './connection.ts';
import type { Link, Outgoing } from './link.ts';
import { eventPayload, expiryOf, withoutBulk } from './payload.ts';
import type { Privacy } from './privacy.ts';
import { packetTooLarge } from './retry.ts';
import type { Topics } from './topics.ts';

export interface PublisherOptions {
  readonly connection: Connection;
  readonly topics: Topics;
  readonly gateway: string;
  readonly privacy: Privacy;
  readonly log: Logger;
  /** Called after the broker has acknowledged an event. */
  published(event: LoggedEvent): void;
}

/** What to do with an event after one attempt: `shrink` means that the broker will not take it at this size. */
type Verdict = 'done' | 'again' | 'shrink';

const payloadFormatInvalid = 0x99;
/** Some brokers just close the connection on a packet that is too large for them; a smaller one is never suspected. */
const suspiciousSize = 16_384;
const lossesBeforeShrinking = 2;

/** Publishes the log of events, one at a time: `deliver` resolves on PUBACK, over as many connections as that takes. */
export class Publisher implements EventSink {
  readonly name = 'mqtt';
  readonly #options: PublisherOptions;
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: PublisherOptions) {
    this.#options = options;
  }

  /** Rejects with the signal's reason, with `mqtt.refused` (PUBACK with an error; once closed) or with `mqtt.taken_over`. */
  deliver(event: LoggedEvent, signal: AbortSignal): Promise<void> {
    const delivery = this.#last.then(() => this.#deliver(event, signal));
    this.#last = delivery.catch(() => {});
    return delivery;
  }

  async #deliver(event: LoggedEvent, signal: AbortSignal): Promise<void> {
    const { connection, gateway, privacy, log } = this.#options;
    const payload = eventPayload(event, gateway, privacy);
    const whole = this.#message(event, JSON.stringify(payload));
    let message = whole;
    for (let losses = 0; ; ) {
      const link = await connection.link(signal);
      const verdict = await this.#attempt(link, message, signal);
      if (verdict === 'done') break;
      losses += 1;
      const suspected = message.payload.length > suspiciousSize && losses >= lossesBeforeShrinking;
      if (verdict === 'again' && !suspected) continue;
      if (message !== whole) {
        log.error({ seq: event.seq, type: event.body.type }, 'the MQTT broker takes this event in no size; left out');
        break;
      }
      log.warn({ seq: event.seq, type: event.body.type }, 'the MQTT broker takes this event only without its text');
      message = this.#message(event, JSON.stringify(withoutBulk(payload)));
    }
    this.#options.published(event);
  }

  async #attempt(link: Link, message: Outgoing, signal: AbortSignal): Promise<Verdict> {
    const outcome = await untilAborted(link.publish(message), signal);
    if (outcome.is === 'acknowledged') return 'done';
    if (outcome.is === 'lost') return (await link.ended).reason === packetTooLarge ? 'shrink' : 'again';
    if (outcome.reason === packetTooLarge || outcome.reason === payloadFormatInvalid) return 'shrink';
    throw new GatewayError('mqtt.refused', 'The MQTT broker refused an event.', {
      transient: true,
      details: { reason: outcome.reason },
      hint: `Look at the broker's access rules for ${message.topic}.`,
    });
  }

  #message(event: LoggedEvent, payload: string): Outgoing {
    return { topic: this.#options.topics.event(event), payload, expiry: expiryOf(channelOf(event.body.type)) };
  }
}
