import type { Ms } from '../clock.ts';
import type { GatewayView } from '../domain/gateway-view.ts';
import type { ModemId } from '../domain/message.ts';
import { asGatewayError } from '../errors.ts';
import type { Logger } from '../log.ts';
import type { Connection } from './connection.ts';
import type { Discovery } from './homeassistant/discovery.ts';
import { type Components, PublishedRecord, type RetainedMemory } from './published-record.ts';
import { infoPayload, modemAvailability, modemStatePayload } from './retained-payload.ts';
import { isTopicOf, type Topics } from './topics.ts';

export interface RetainedOptions {
  readonly connection: Connection;
  readonly topics: Topics;
  readonly view: GatewayView;
  /** Those that there are to be: what is retained of them stays until the view has them. */
  readonly configured: readonly ModemId[];
  /** Absent: Home Assistant is told nothing, and forgets what it was told. */
  readonly discovery?: Discovery | undefined;
  readonly memory: RetainedMemory;
  readonly log: Logger;
}

/** What a retained topic is to hold. */
interface Wanted {
  readonly payload: string;
  readonly components?: Components;
}

/** The shortest time between the starts of two rounds. */
const spacing: Ms = 200;
/** How old the `seq` of `info` may get. */
const infoAge: Ms = 10_000;

/** Keeps the retained topics as the gateway is: a round publishes what differs from what the broker last acknowledged. */
export class RetainedTopics {
  readonly #options: RetainedOptions;
  /** What the broker holds, as far as we know; a topic stays listed until it was cleared. */
  readonly #held = new Map<string, string | null>();
  readonly #record: PublishedRecord;
  readonly #stop = new AbortController();
  #due: NodeJS.Timeout | null = null;
  #infoDue: NodeJS.Timeout | null = null;
  #round: Promise<void> | null = null;
  #startedAt = 0;
  #again = false;
  #info = '';
  #modems = '';

  constructor(options: RetainedOptions) {
    this.#options = options;
    this.#record = new PublishedRecord(options.memory, (topic) => isTopicOf(options.view.gateway, topic));
    for (const topic of this.#record.topics()) this.#held.set(topic, null);
  }

  /** Everything once more: the broker may have forgotten, or somebody asks. */
  refresh(): void {
    for (const topic of this.#held.keys()) this.#held.set(topic, null);
    this.#info = infoPayload(this.#options.view);
    this.changed();
  }

  /** Something of a modem changed; many changes are one round. */
  changed(): void {
    if (this.#stop.signal.aborted || this.#due !== null) return;
    if (this.#round !== null) {
      this.#again = true;
      return;
    }
    const delay = Math.max(0, this.#startedAt + spacing - performance.now());
    this.#due = setTimeout(() => this.#start(), delay).unref();
  }

  /** `seq` grew; `info` follows in a while. */
  counted(): void {
    if (this.#stop.signal.aborted) return;
    this.#infoDue ??= setTimeout(() => {
      this.#infoDue = null;
      this.#info = infoPayload(this.#options.view);
      this.changed();
    }, infoAge).unref();
  }

  /** The last words: `offline`, and the last `seq`. Rejects when aborted first. */
  async close(signal: AbortSignal): Promise<void> {
    const { connection, topics, view } = this.#options;
    this.#stop.abort();
    if (this.#due !== null) clearTimeout(this.#due);
    if (this.#infoDue !== null) clearTimeout(this.#infoDue);
    await this.#round;
    if (!connection.status.connected) return;
    await connection.publish(() => ({ topic: topics.info, payload: infoPayload(view), retain: true }), signal);
    await connection.publish(() => ({ topic: topics.availability, payload: 'offline', retain: true }), signal);
  }

  #start(): void {
    this.#due = null;
    this.#again = false;
    this.#startedAt = performance.now();
    this.#round = this.#publishDifferences()
      .catch((error) => this.#failed(error))
      .finally(() => {
        this.#round = null;
        if (this.#again) this.changed();
      });
  }

  /** A lost connection ends no round: the rest goes over the next one. */
  async #publishDifferences(): Promise<void> {
    const wanted = this.#wanted();
    const coming = this.#coming();
    for (const topic of this.#held.keys())
      if (!wanted.has(topic) && !coming.has(topic)) wanted.set(topic, { payload: '' });
    for (const [topic, { components = {} }] of wanted) this.#record.add(topic, components);
    this.#remember();
    for (const [topic, { payload }] of wanted) {
      if (this.#held.get(topic) !== payload) await this.#publish(topic, payload);
    }
    this.#remember();
  }

  async #publish(topic: string, payload: string): Promise<void> {
    const message = { topic, payload, retain: true };
    const outcome = await this.#options.connection.publish(() => message, this.#stop.signal);
    if (outcome.is === 'refused')
      this.#options.log.warn({ topic, reason: outcome.reason }, 'the MQTT broker refused a retained topic');
    else if (payload === '') this.#record.remove(topic);
    if (payload === '') this.#held.delete(topic);
    else this.#held.set(topic, payload);
  }

  /** A full disk is no reason to fall silent: only a topic that is given up before it could be noted stays behind. */
  #remember(): void {
    try {
      this.#record.save();
    } catch (error) {
      this.#options.log.warn({ err: error }, 'which MQTT topics are retained cannot be noted');
    }
  }

  #failed(error: unknown): void {
    if (this.#stop.signal.aborted || asGatewayError(error).code.startsWith('mqtt.')) return;
    this.#options.log.error({ err: error }, 'the retained topics cannot be published');
  }

  /** The topics of modems that are configured and not there yet. */
  #coming(): Set<string> {
    const { topics, view, configured, discovery } = this.#options;
    const there = new Set(view.modems().map(({ id }) => id));
    const coming = configured.filter((id) => !there.has(id));
    return new Set(
      coming.flatMap((id) => [
        topics.modemState(id),
        topics.modemAvailability(id),
        ...(discovery === undefined ? [] : [topics.discovery(id)]),
      ]),
    );
  }

  #wanted(): Map<string, Wanted> {
    const { topics, view, discovery } = this.#options;
    const modems = view.modems();
    const ids = modems.map((modem) => modem.id).join();
    if (ids !== this.#modems) this.#info = infoPayload(view);
    this.#modems = ids;
    const wanted = new Map<string, Wanted>([
      [topics.availability, { payload: 'online' }],
      [topics.info, { payload: this.#info }],
    ]);
    for (const modem of modems) {
      wanted.set(topics.modemState(modem.id), { payload: modemStatePayload(modem) });
      wanted.set(topics.modemAvailability(modem.id), { payload: modemAvailability(modem.state) });
    }
    const announced = discovery?.(modems, (topic) => this.#record.componentsOf(topic)) ?? [];
    for (const [topic, announcement] of announced) wanted.set(topic, announcement);
    return wanted;
  }
}
