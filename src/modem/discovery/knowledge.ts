import type { EpochMs, Ms } from '../../clock.ts';
import type { SerialPortEntry } from '../port-scan.ts';
import type { Probed } from '../probe.ts';
import type { Identity } from './identity.ts';
import { appearanceOf } from './unit.ts';

/** What a port said when it was asked last. */
export interface Known {
  readonly probed: Probed;
  readonly at: EpochMs;
  /** How often in a row it was asked without telling who it is. */
  readonly fruitless: number;
}

type Port = Pick<SerialPortEntry, 'usb' | 'path'>;

/** What is known of each port for as long as it stays plugged in. */
export class Knowledge {
  readonly #known = new Map<string, Known>();
  readonly #retries: readonly Ms[];

  /** `retries`: waits before a port that did not tell is asked again; the last one repeats. */
  constructor(retries: readonly Ms[]) {
    this.#retries = retries;
  }

  get(port: Port): Known | undefined {
    return this.#known.get(appearanceOf(port));
  }

  identity(port: Port): Identity | null {
    const probed = this.get(port)?.probed;
    return probed?.is === 'answered' ? probed.answer : null;
  }

  /** Whether this is news to whoever looks for a modem. */
  learn(port: Port, probed: Probed, now: EpochMs): boolean {
    const before = this.get(port);
    const isTold = probed.is === 'answered' && probed.answer.imei !== null && probed.answer.iccid !== null;
    const fruitless = isTold ? 0 : (before?.fruitless ?? 0) + 1;
    const was = this.identity(port);
    this.#known.set(appearanceOf(port), { probed, at: now, fruitless });
    const is = this.identity(port);
    return is !== null && (is.imei !== was?.imei || is.iccid !== was.iccid);
  }

  /** When it is worth asking; `recheck` is how long a full answer is believed. */
  dueAt(port: Port, recheck: Ms): EpochMs {
    const known = this.get(port);
    if (known === undefined) return 0;
    if (known.fruitless === 0) return known.at + recheck;
    return known.at + (this.#retries[Math.min(known.fruitless, this.#retries.length) - 1] ?? 0);
  }

  /** Forgets what is not plugged in any more. */
  keepOnly(ports: readonly Port[]): void {
    const there = new Set(ports.map(appearanceOf));
    for (const key of this.#known.keys()) if (!there.has(key)) this.#known.delete(key);
  }
}
