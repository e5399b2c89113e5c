import type { BytePort } from '../../at/port.ts';
import type { Clock, EpochMs, Ms } from '../../clock.ts';
import type { Logger } from '../../log.ts';
import type { SerialPortEntry } from '../port-scan.ts';
import { type Probed, probe } from '../probe.ts';
import { candidates, fingerprintOf, isLastResort } from './fingerprint.ts';
import type { Knowledge } from './knowledge.ts';
import { type UnitKey, unitOf } from './unit.ts';

export interface ProberDeps {
  readonly log: Logger;
  readonly clock: Clock;
  readonly attempts: readonly Ms[];
  readonly knowledge: Knowledge;
  open(port: SerialPortEntry, rate: number): Promise<BytePort>;
  /** In baud: at which it may answer. */
  ratesOf(port: SerialPortEntry): readonly number[];
  answeredAt(port: SerialPortEntry, rate: number): void;
  learn(port: SerialPortEntry, probed: Probed): void;
}

export interface Asking {
  /** How long a full answer is believed. */
  readonly recheck: Ms;
  /** Every port, also behind one that answers. */
  readonly all?: boolean;
  mayAsk(port: SerialPortEntry): boolean;
}

/** A port that was silent so often may not be the one that answers. */
export const patience = 2;
/** Who asks for everything twice in so short a time gets the same answer. */
const fresh: Ms = 15_000;

/** Asks ports who they are: one port of a device at a time, devices at the same time. */
export class Prober {
  readonly #deps: ProberDeps;
  readonly #running = new Map<UnitKey, Promise<void>>();

  constructor(deps: ProberDeps) {
    this.#deps = deps;
  }

  /** The asking of this device that is under way. Never rejects. */
  running(unit: UnitKey): Promise<void> | undefined {
    return this.#running.get(unit);
  }

  /** When it is worth asking this device; Infinity where nothing of it may be asked. */
  dueAt(ports: readonly SerialPortEntry[], { recheck, mayAsk }: Asking): EpochMs {
    const { knowledge } = this.#deps;
    const may = candidates(ports).filter(mayAsk);
    const answered = may.filter((port) => knowledge.identity(port) !== null);
    const likely = this.#isDesperate(ports) ? may : may.filter((port) => !isLastResort(port));
    return Math.min(...(answered.length > 0 ? answered : likely).map((port) => knowledge.dueAt(port, recheck)));
  }

  /** Asks the ports of one device, the likeliest first, until one answers. Joins an asking that is under way. Never rejects. */
  ask(unit: UnitKey, ports: readonly SerialPortEntry[], asking: Asking): Promise<void> {
    const before = this.#running.get(unit);
    if (before !== undefined) return before;
    const work = this.#askEach(ports, asking).finally(() => this.#running.delete(unit));
    this.#running.set(unit, work);
    return work;
  }

  /** The first of these rates at which somebody answers; null where nobody does, or `signal` came first. Never rejects. */
  async rateOf(port: SerialPortEntry, rates: readonly number[], signal?: AbortSignal): Promise<number | null> {
    const unit = unitOf(port);
    // Who else waited for the same may be asking by now.
    for (let before = this.#running.get(unit); before !== undefined; before = this.#running.get(unit)) await before;
    const { attempts } = this.#deps;
    let found: number | null = null;
    const work = (async () => {
      for (const rate of rates) {
        if (signal?.aborted) return;
        const { is } = await this.#askAt(port, rate, attempts.slice(0, 2));
        if (is === 'answered') found = rate;
        if (is !== 'mute') return;
      }
    })().finally(() => this.#running.delete(unit));
    this.#running.set(unit, work);
    await work;
    return found;
  }

  async #askEach(ports: readonly SerialPortEntry[], { recheck, all = false, mayAsk }: Asking): Promise<void> {
    const { knowledge, learn, clock } = this.#deps;
    let answered = false;
    for (const port of candidates(ports)) {
      if (!mayAsk(port)) continue;
      if (isLastResort(port) && (answered || !(all || this.#isDesperate(ports)))) continue;
      const due = all ? (knowledge.get(port)?.at ?? -fresh) + fresh : knowledge.dueAt(port, recheck);
      if (due <= clock.now()) learn(port, await this.#askOne(port));
      answered ||= knowledge.identity(port) !== null;
      if (answered && !all) return;
    }
  }

  /** Whether those that should have answered were silent again and again. */
  #isDesperate(ports: readonly SerialPortEntry[]): boolean {
    const likely = ports.filter((port) => !isLastResort(port));
    return likely.every((port) => (this.#deps.knowledge.get(port)?.fruitless ?? 0) >= patience);
  }

  async #askOne(port: SerialPortEntry): Promise<Probed> {
    const { ratesOf, answeredAt, attempts } = this.#deps;
    let first: Probed | undefined;
    for (const rate of ratesOf(port)) {
      const probed = await this.#askAt(port, rate, attempts);
      if (probed.is === 'answered') answeredAt(port, rate);
      if (probed.is !== 'mute') return probed;
      first ??= probed;
    }
    return first ?? { is: 'mute', heard: 'nothing' };
  }

  #askAt(port: SerialPortEntry, rate: number, attempts: readonly Ms[]): Promise<Probed> {
    const { log, clock, open } = this.#deps;
    const iccid = fingerprintOf(port.usb)?.iccid;
    return probe({ open: () => open(port, rate), log, clock, attempts, iccid });
  }
}
