import { join } from 'node:path';
import type { TestContext } from 'vitest';
import { createLogger } from '../../../src/log.ts';
import { Discovery, type DiscoveryIntervals, type DiscoveryOptions } from '../../../src/modem/discovery/discovery.ts';
import { createFinder } from '../../../src/modem/discovery/finder.ts';
import { LocalModem, type LocalModemDeps, type LocalModemOptions } from '../../../src/modem/local-modem.ts';
import { openPtyLine } from '../../../src/simulator/pty-line.ts';
import { type Simulator, type SimulatorOptions, startSimulator } from '../../../src/simulator/simulator.ts';
import { MemoryOfPins, quick, Recorder, until } from '../rig.ts';
import { FakeMachine } from './fake-machine.ts';

export const quickDiscovery: Partial<DiscoveryIntervals> = {
  slow: 1_000,
  blind: 200,
  presence: 50,
  recheck: 400,
  retries: [100, 200, 400],
  attempts: [200, 300],
};

const log = createLogger({ write: () => undefined });

/** A machine of its own with simulated modems on it, all gone when the test ends. */
export class Stage {
  readonly machine = new FakeMachine();
  readonly discovery: Discovery;
  readonly #life = new AbortController();
  readonly #lives: Promise<void>[] = [];
  readonly #ends: (() => unknown)[] = [];
  readonly #lines = new Map<Simulator, string>();

  constructor(options: Partial<DiscoveryOptions> = {}) {
    const { intervals, ...rest } = options;
    this.discovery = new Discovery({
      log,
      root: this.machine.root,
      intervals: { ...quickDiscovery, ...intervals },
      ...rest,
    });
  }

  async simulator(options: SimulatorOptions = {}): Promise<Simulator> {
    const link = join(this.machine.root, `line${this.#lines.size}`);
    const simulator = await startSimulator({ link, ...options });
    this.#lines.set(simulator, link);
    this.#ends.push(() => simulator.close());
    return simulator;
  }

  /** Its end of the cable: follows it from one terminal to the next. */
  lineOf(simulator: Simulator): string {
    return this.#lines.get(simulator) ?? '';
  }

  /** A terminal where nothing ever answers. */
  async mute(): Promise<string> {
    const line = await openPtyLine(() => undefined);
    this.#ends.push(() => line.close());
    return line.path;
  }

  /** A modem of the gateway for each address, and what they told. */
  modems(
    addresses: Readonly<Record<string, string>>,
    more: Partial<LocalModemOptions> = {},
    deps: Partial<LocalModemDeps> = {},
  ) {
    const listener = new Recorder();
    const finders = Object.entries(addresses).map(
      ([id, port]) => [id, createFinder(this.discovery, id, port)] as const,
    );
    const modems = finders.map(([id, finder]) => {
      const options = {
        id,
        port: addresses[id] ?? '',
        number: null,
        pin: null,
        ...more,
        intervals: { ...quick, ...more.intervals },
      };
      const { root } = this.machine;
      const modem = new LocalModem(options, { listener, pins: new MemoryOfPins(), log, finder, root, ...deps });
      this.#lives.push(modem.run(this.#life.signal));
      return [id, modem] as const;
    });
    return { listener, ...Object.fromEntries(modems) } as Record<string, LocalModem> & { listener: Recorder };
  }

  async end(): Promise<void> {
    this.#life.abort();
    await Promise.all(this.#lives);
    this.discovery.close();
    for (const end of this.#ends.reverse()) await end();
    this.machine[Symbol.dispose]();
  }
}

/** `finished` is that of the test: they run side by side. */
export function createStage(finished: TestContext['onTestFinished'], options: Partial<DiscoveryOptions> = {}): Stage {
  const stage = new Stage(options);
  finished(() => stage.end());
  return stage;
}

export async function readyWith(modem: LocalModem | undefined, imei: string): Promise<void> {
  await until(() => modem?.state.phase === 'ready' && modem.state.identity.imei === imei, `${modem?.id} to be ready`);
}
