import { join } from 'node:path';
import type { BytePort } from '../../at/port.ts';
import { type Clock, type Ms, systemClock } from '../../clock.ts';
import type { ModemId } from '../../domain/message.ts';
import type { ResidentMemory } from '../../domain/resident.ts';
import type { Logger } from '../../log.ts';
import { openPort } from '../open-port.ts';
import type { SerialPortEntry } from '../port-scan.ts';
import { type Probed, probeAttempts } from '../probe.ts';
import type { SerialPortOptions } from '../serial-port.ts';
import { Changes } from './changes.ts';
import { Claims } from './claims.ts';
import { DevWatch } from './dev-watch.ts';
import type { Identity } from './identity.ts';
import { Inventory } from './inventory.ts';
import { Knowledge } from './knowledge.ts';
import { LineRates } from './line-rates.ts';
import { type Answered, PortOpener } from './port-opener.ts';
import { Prober } from './prober.ts';
import { Residents } from './residents.ts';
import { type UnitKey, unitOf, unitsOf } from './unit.ts';

export interface DiscoveryIntervals {
  /** How often the ports are looked through while a modem is missing, where the system tells of new ones. */
  readonly slow: Ms;
  /** The same where it does not. */
  readonly blind: Ms;
  /** How often a path that is no known hardware is looked for. */
  readonly presence: Ms;
  /** How long an answer is believed while a SIM is missing: SIMs move without a word. */
  readonly recheck: Ms;
  /** Waits before a port that did not tell who it is is asked again. */
  readonly retries: readonly Ms[];
  /** Each wait for `AT`. */
  readonly attempts: readonly Ms[];
}

export const defaultDiscoveryIntervals: DiscoveryIntervals = {
  slow: 30_000,
  blind: 5_000,
  presence: 1_000,
  recheck: 20_000,
  retries: [1_000, 2_000, 5_000, 10_000, 30_000, 60_000, 300_000],
  attempts: probeAttempts,
};

export interface DiscoveryOptions {
  readonly log: Logger;
  readonly clock?: Clock;
  /** Stands for `/` (tests). */
  readonly root?: string;
  readonly openPort?: ((path: string, options: SerialPortOptions) => Promise<BytePort>) | undefined;
  readonly intervals?: Partial<DiscoveryIntervals>;
  /** Which module each modem was in earlier runs; default: nobody knows. */
  readonly memory?: ResidentMemory;
}

export interface Search {
  /** Whose it is: a device kept for it may be asked. */
  readonly modem: ModemId;
  wanted(who: Identity): boolean;
  /** Which ports may be asked and taken; default all. */
  among?(port: SerialPortEntry): boolean;
  /** How long a full answer is believed; default for ever. */
  readonly recheck?: Ms;
  readonly signal: AbortSignal;
}

/** For something to have changed since `version`. */
export interface Waiting extends Pick<Search, 'modem' | 'recheck' | 'signal'> {
  readonly version: number;
}

/** Finds modems on the ports of this machine. Does nothing, and opens nothing, until somebody looks for one that is not where it was. */
export class Discovery {
  readonly root: string;
  readonly clock: Clock;
  readonly intervals: DiscoveryIntervals;
  readonly changes = new Changes();
  readonly claims = new Claims();
  readonly residents: Residents;
  readonly rates = new LineRates();
  readonly knowledge: Knowledge;
  readonly inventory: Inventory;
  readonly prober: Prober;
  readonly opener: PortOpener;
  readonly #openPort: (path: string, options: SerialPortOptions) => Promise<BytePort>;
  readonly #watch: DevWatch;

  constructor(options: DiscoveryOptions) {
    const { log, root = '/', clock = systemClock, memory } = options;
    this.residents = new Residents(log, memory);
    this.root = root;
    this.clock = clock;
    this.intervals = { ...defaultDiscoveryIntervals, ...options.intervals };
    this.#openPort = options.openPort ?? openPort;
    this.#watch = new DevWatch(root, () => this.changes.tell());
    this.knowledge = new Knowledge(this.intervals.retries);
    this.inventory = new Inventory(root, (ports) => this.knowledge.keepOnly(ports));
    const owner = (port: SerialPortEntry) => this.inventory.reservedFor(port);
    this.opener = new PortOpener({
      ...{ root, clock, log, changes: this.changes, claims: this.claims, openPort: this.#openPort },
      rateOf: (port) => this.rates.of(port, owner(port)),
      idle: (unit) => this.prober.running(unit),
      answered: (port, who) => this.#answered(port, who),
      mute: (port) => this.#learn(port, { is: 'mute', heard: 'nothing' }),
    });
    this.prober = new Prober({
      ...{ log, clock, attempts: this.intervals.attempts, knowledge: this.knowledge },
      open: (port, rate) => this.opener.open(port, rate),
      ratesOf: (port) => this.rates.toAsk(port, owner(port)),
      answeredAt: (port, rate) => this.rates.answered(port, rate),
      learn: (port, probed) => this.#learn(port, probed),
    });
  }

  close(): void {
    this.#watch.close();
  }

  /** Where the wanted modem is: known from before, or found by asking every free device at once. Null where it is on none. */
  async find(search: Search): Promise<SerialPortEntry | null> {
    const { signal, wanted, among = () => true, recheck = Number.POSITIVE_INFINITY } = search;
    const mayAsk = (port: SerialPortEntry) => this.#mayAsk(port, search.modem);
    const asked = new Set<UnitKey>();
    while (!signal.aborted) {
      const ports = (await this.inventory.scan()).filter(among);
      const found = ports.find((port) => {
        const who = this.knowledge.identity(port);
        return who !== null && wanted(who);
      });
      if (found !== undefined) return found;
      for (const [unit, members] of unitsOf(ports)) {
        if (asked.has(unit) || this.prober.dueAt(members, { recheck, mayAsk }) > this.clock.now()) continue;
        asked.add(unit);
        void this.prober.ask(unit, members, { recheck, mayAsk });
      }
      const running = [...asked].map((unit) => this.prober.running(unit)).filter((one) => one !== undefined);
      if (running.length === 0) return null;
      await Promise.race(running);
    }
    return null;
  }

  /** Resolves when something was plugged in or learned since `version`, when a port is due to be asked, or after a while. */
  async change({ version, modem, recheck = Number.POSITIVE_INFINITY, signal }: Waiting): Promise<void> {
    this.#watch.start();
    const { slow, blind, presence } = this.intervals;
    const mayAsk = (port: SerialPortEntry) => this.#mayAsk(port, modem);
    const units = [...unitsOf(this.inventory.ports).values()];
    const due = units.map((members) => this.prober.dueAt(members, { recheck, mayAsk }));
    const soonest = Math.max(Math.min(...due) - this.clock.now(), presence);
    const limit = Math.min(this.#watch.isAlive ? slow : blind, soonest);
    await this.changes.after(version, { clock: this.clock, limit, signal });
  }

  /** A path as it is, at the rate that is configured for what it names. */
  openPlain(path: string): Promise<BytePort> {
    if (!path.startsWith('/')) return this.#openPort(path, {});
    const port = this.inventory.ports.find((one) => one.path === path);
    const owner = port === undefined ? this.inventory.ownerOf(path) : this.inventory.reservedFor(port);
    return this.#openPort(join(this.root, path), { baudRate: this.rates.of(port ?? { path, usb: null }, owner) });
  }

  /** Whether no other modem of ours has it or will be back on it, and its driver is not known to hang. */
  #mayAsk(port: SerialPortEntry, modem: ModemId): boolean {
    if (this.claims.holder(unitOf(port)) !== null || this.#isKept(port, modem)) return false;
    return port.accessible && this.opener.quarantined(port) === null;
  }

  /** For the modem that was here last, unless it is elsewhere by now; for one that was nowhere yet, by its path. */
  #isKept(port: SerialPortEntry, modem: ModemId): boolean {
    const resident = this.residents.residentOf(port);
    if (resident !== null) return resident !== modem && !this.claims.holds(resident);
    const owner = this.inventory.reservedFor(port);
    return owner !== null && owner !== modem && !this.residents.wasReady(owner);
  }

  #learn(port: SerialPortEntry, probed: Probed): void {
    if (this.knowledge.learn(port, probed, this.clock.now())) this.changes.tell();
  }

  #answered(port: SerialPortEntry, { imei, iccid }: Answered): void {
    const probed = this.knowledge.get(port)?.probed;
    const before = probed?.is === 'answered' && probed.answer.imei === imei ? probed.answer : null;
    const card = iccid === undefined ? (before?.iccid ?? null) : iccid;
    this.#learn(port, { is: 'answered', answer: { model: before?.model ?? null, imei, iccid: card } });
  }
}
