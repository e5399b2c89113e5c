import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Ms } from '../clock.ts';
import { GatewayError } from '../errors.ts';
import { serveControl } from '../simulator/control.ts';
import type { SimulatorProfile } from '../simulator/profile.ts';
import { simulatedFamily } from '../simulator/profiles/families.ts';
import { type Simulator, startSimulator } from '../simulator/simulator.ts';

export interface SimulateOptions {
  readonly modems: number;
  /** Folder for `modem0`, `modem1`, … and `control.sock`; made where it is missing. */
  readonly link: string;
  readonly latency?: Ms;
  readonly baud?: number;
  readonly sendLatency?: Ms;
  /** A modem family, or a variant of one; default generic. */
  readonly profile?: string;
}

/** Runs simulated modems and their control socket until the signal aborts. Throws `usage`, `port.busy`. */
export async function simulate(options: SimulateOptions, signal: AbortSignal): Promise<void> {
  if (!Number.isInteger(options.modems) || options.modems < 1 || options.modems > 256) {
    throw new GatewayError('usage', '--modems takes a number from 1 to 256');
  }
  const profile = simulatedFamily(options.profile ?? 'generic');
  mkdirSync(options.link, { recursive: true });
  const simulators: Simulator[] = [];
  const socketPath = join(options.link, 'control.sock');
  const control = await serveControl(socketPath, simulators);
  try {
    for (let index = 0; index < options.modems; index++) simulators.push(await startNumbered(index, profile, options));
    for (const index of simulators.keys()) process.stdout.write(`modem ${join(options.link, `modem${index}`)}\n`);
    process.stdout.write(`control ${socketPath}\n`);
    if (!signal.aborted) await once(signal, 'abort');
  } finally {
    await control.close();
    await Promise.all(simulators.map((simulator) => simulator.close()));
  }
}

/** Each with a number, and so with a card and an IMEI, of its own. */
function startNumbered(index: number, profile: SimulatorProfile, options: SimulateOptions): Promise<Simulator> {
  return startSimulator({
    profile,
    link: join(options.link, `modem${index}`),
    number: `+14165551${String(index).padStart(3, '0')}`,
    commandLatency: options.latency ?? 0,
    baud: options.baud ?? 0,
    sendLatency: options.sendLatency ?? 0,
  });
}
