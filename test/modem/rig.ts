import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ModemListener, ReceivedPdu, Slot } from '../../src/domain/received.ts';
import { createLogger } from '../../src/log.ts';
import type { Intervals } from '../../src/modem/intervals.ts';
import { LocalModem, type LocalModemDeps, type LocalModemOptions } from '../../src/modem/local-modem.ts';
import type { PinMemory } from '../../src/modem/modem.ts';
import { type Simulator, type SimulatorOptions, startSimulator } from '../../src/simulator/simulator.ts';

/** Quick enough for tests, slow enough that nothing overlaps by accident. */
export const quick: Partial<Intervals> = {
  sweep: 400,
  sweepSoon: 150,
  soonFor: 500,
  network: 300,
  searching: 200,
  settings: 400,
  heartbeat: 300,
  starting: 1_000,
  greeting: [300, 300, 300],
  simBusy: [50, 50, 100, 100, 200, 200, 200, 200],
  backOff: [0, 100, 200],
  presence: 50,
  failed: 150,
  steady: 200,
  settle: 2_000,
  stopping: 2_000,
};

/** Remembers what it is told, and can refuse to commit. */
export class Recorder implements ModemListener {
  readonly batches: (readonly ReceivedPdu[])[] = [];
  readonly deletions: Slot[] = [];
  readonly calls: { readonly ended: boolean; readonly from: string | null }[] = [];
  readonly answers: { readonly text: string; readonly replyExpected: boolean }[] = [];
  readonly alerts: { readonly code: string; readonly message: string; readonly hint?: string }[] = [];
  changes = 0;
  /** Called before a batch is committed; what it throws is thrown on. */
  before: (batch: readonly ReceivedPdu[]) => void | Promise<void> = () => undefined;

  get pdus(): readonly string[] {
    return this.batches.flat().map(({ pdu }) => pdu);
  }

  async received(batch: readonly ReceivedPdu[]): Promise<void> {
    await this.before(batch);
    this.batches.push(batch);
  }

  deleted(_line: string, slots: readonly Slot[]): void {
    this.deletions.push(...slots);
  }

  stateChanged(): void {
    this.changes += 1;
  }

  called(_modem: string, call: { readonly ended: boolean; readonly from: string | null }): void {
    this.calls.push(call);
  }

  ussd(_modem: string, answer: { readonly text: string; readonly replyExpected: boolean }): void {
    this.answers.push(answer);
  }

  alert(_modem: string, alert: { readonly code: string; readonly message: string; readonly hint?: string }): void {
    this.alerts.push(alert);
  }
}

export class MemoryOfPins implements PinMemory {
  readonly tried = new Set<string>();

  wasTried(sim: string, pin: string): boolean {
    return this.tried.has(`${sim} ${pin}`);
  }

  remember(sim: string, pin: string): void {
    this.tried.add(`${sim} ${pin}`);
  }
}

export interface Rig {
  readonly simulator: Simulator;
  readonly modem: LocalModem;
  readonly listener: Recorder;
  readonly pins: MemoryOfPins;
  /** Every line of the log, as JSON. */
  readonly logged: readonly string[];
  /** Ends the modem and waits for its life to end. */
  stop(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

export interface RigOptions {
  readonly simulator?: SimulatorOptions;
  readonly modem?: Partial<LocalModemOptions>;
  readonly deps?: Partial<LocalModemDeps>;
  /** Prepares the simulator before the modem is opened. */
  prepare?(simulator: Simulator): void;
}

const card = { iccid: '8901260000000000001', imei: '490154203237518', number: '+14165551234', smsc: '+12063130004' };

/** A simulated modem on a pseudo-terminal and a `LocalModem` on top of it, through serialport. */
export async function startRig(options: RigOptions = {}): Promise<Rig> {
  const folder = mkdtempSync(join(tmpdir(), 'modem-'));
  const link = join(folder, 'modem');
  const simulator = await startSimulator({ link, ...card, ...options.simulator });
  options.prepare?.(simulator);
  const listener = new Recorder();
  const pins = new MemoryOfPins();
  const logged: string[] = [];
  const log = createLogger({ level: 'debug', format: 'json', write: (line) => void logged.push(line) });
  const { intervals, ...modemOptions } = options.modem ?? {};
  const modem = new LocalModem(
    { id: 'm1', port: link, number: null, pin: null, intervals: { ...quick, ...intervals }, ...modemOptions },
    { listener, pins, log, ...options.deps },
  );
  const life = new AbortController();
  const run = modem.run(life.signal);
  const stop = async () => {
    life.abort();
    await run;
  };
  return {
    ...{ simulator, modem, listener, pins, logged, stop },
    async [Symbol.asyncDispose]() {
      await stop();
      await simulator.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Waits until `condition` holds. Throws after 10 s, saying what was waited for. */
export async function until(condition: () => boolean, what = condition.toString()): Promise<void> {
  const end = Date.now() + 10_000;
  while (!condition()) {
    if (Date.now() > end) throw new Error(`still waiting: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

export async function ready(rig: Rig): Promise<void> {
  await until(() => rig.modem.state.phase === 'ready', 'the modem to be ready');
}
