import type { ModemFamily } from '../../src/domain/modem-family.ts';
import { familyNamed } from '../../src/modem/profiles/families.ts';
import type { SimulatorProfile } from '../../src/simulator/profile.ts';
import { simulatedFamily } from '../../src/simulator/profiles/families.ts';
import type { Simulator } from '../../src/simulator/simulator.ts';
import { type Rig, type RigOptions, ready, startRig, until } from './rig.ts';

export interface FamilyRig extends Rig {
  /** What the modem answers from now on: may be changed. */
  readonly simulated: { -readonly [K in keyof SimulatorProfile]: SimulatorProfile[K] };
  /** Where the simulated modem receives. */
  readonly receives: 'SM' | 'ME';
}

/** No sweep comes to the rescue. */
export const noSweep = { sweep: 60_000, sweepSoon: 60_000, settings: 60_000 };

/** Some card of each family is small: enough of what is stored beside. */
const sizes = (profile: SimulatorProfile, size: number) => ({
  SM: profile.readable.includes('SM') ? size : 0,
  ME: profile.readable.includes('ME') ? size : 0,
});

/** A modem of that family on a pseudo-terminal, recognised by what it says, without the pauses that it would want. */
export async function startFamily(
  id: ModemFamily,
  options: RigOptions & { readonly size?: number } = {},
): Promise<FamilyRig> {
  const simulated = { ...simulatedFamily(id) };
  const storages = options.size === undefined ? {} : { storages: sizes(simulated, options.size) };
  const profile = familyNamed(id);
  const paused = profile.gap > 0 ? { profile: { ...profile, gap: 0 } } : {};
  const rig = await startRig({
    ...options,
    simulator: { profile: simulated, ...storages, ...options.simulator },
    modem: { ...paused, ...options.modem },
  });
  const largest = simulated.receivable.toSorted(
    (one, other) => rig.simulator.stores[other].capacity - rig.simulator.stores[one].capacity,
  );
  return { ...rig, simulated, receives: largest[0] ?? 'SM', [Symbol.asyncDispose]: () => rig[Symbol.asyncDispose]() };
}

/** Ready, and what was stored before is read. */
export async function settledFamily(rig: FamilyRig): Promise<void> {
  await ready(rig);
  await rig.modem.refresh();
}

export function stored({ SM, ME }: Simulator['stores']): number {
  return SM.used + ME.used;
}

/** Every one of these PDUs came, each once, and none is stored any more. */
export async function allCame(rig: FamilyRig, pdus: readonly string[]): Promise<void> {
  const missing = () => pdus.filter((pdu) => !rig.listener.pdus.includes(pdu)).length;
  await until(() => missing() === 0 && stored(rig.simulator.stores) === 0, 'every message');
}

/** A DELIVER of "hello" from +14155550000, `n` in its time stamp so that no two are alike. */
export function deliver(n: number): string {
  const swapped = (value: number) => [...String(value).padStart(2, '0')].reverse().join('');
  return `07912160130300F4040B914151550500F00000621112${swapped(12)}${swapped(Math.floor(n / 60))}${swapped(n % 60)}0005E8329BFD06`;
}

/** "hello" to +14155551234; the second one asks for a report. */
export const hello = { pdu: '0001000B915114555521F3000005E8329BFD06', tpduLength: 18 };
export const reported = { pdu: '0021000B915114555521F3000005E8329BFD06', tpduLength: 18 };
