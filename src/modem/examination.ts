import type { AtSession } from '../at/session.ts';
import type { EpochMs } from '../clock.ts';
import type { Registration, SimState, StorageState } from '../domain/modem-state.ts';
import { asGatewayError } from '../errors.ts';
import { accepts, isRefusal, optional } from './asking.ts';
import { pduMode } from './commands/basic.ts';
import { bestRegistration, domains, registration, signal } from './commands/network.ts';
import { ownNumber, pinTries, serviceCentre, simState, simStateOfError } from './commands/sim.ts';
import { storageUse } from './commands/storage.ts';
import { networkTime, supplyVoltage } from './commands/supply.ts';
import type { Profile } from './profile.ts';

/** What questions alone tell of a modem; null where it does not tell. Nothing is entered, sent or stored. */
export interface Examination {
  readonly sim: SimState;
  /** Tries left for the PIN. */
  readonly pinTries: number | null;
  readonly registration: Registration;
  /** RSSI in dBm. */
  readonly signalDbm: number | null;
  readonly smsc: string | null;
  readonly number: string | null;
  readonly storages: readonly StorageState[];
  /** Whether it handles messages at all. */
  readonly pduMode: boolean;
  /** In millivolts. */
  readonly supply: number | null;
  /** As the network told it. */
  readonly time: EpochMs | null;
}

/** Asks a modem that answers. Throws what ends the session. */
export async function examine(session: AtSession, profile: Profile): Promise<Examination> {
  const sim = await readSim(session);
  const supply = await optional(session, supplyVoltage);
  const time = await optional(session, networkTime);
  const network = { registration: await readRegistration(session), signalDbm: await optional(session, signal) };
  const rest = { sim, supply, time, ...network };
  if (sim !== 'ready') {
    const tries = sim === 'pin_required' ? await readTries(session, profile) : null;
    return { ...rest, pinTries: tries, smsc: null, number: null, storages: [], pduMode: true };
  }
  return {
    ...rest,
    pinTries: null,
    pduMode: await accepts(session, pduMode),
    smsc: await optional(session, serviceCentre),
    number: await optional(session, ownNumber),
    storages: (await optional(session, storageUse)) ?? [],
  };
}

async function readTries(session: AtSession, profile: Profile): Promise<number | null> {
  for (const { line, reply } of profile.pinTries) {
    const tries = await optional(session, pinTries(line, reply));
    if (tries !== null) return tries;
  }
  return null;
}

async function readSim(session: AtSession): Promise<SimState> {
  try {
    return await session.run(simState);
  } catch (thrown) {
    const error = asGatewayError(thrown);
    if (!isRefusal(error)) throw error;
    return simStateOfError(error) ?? (error.code === 'at.timeout' ? 'busy' : 'unknown');
  }
}

async function readRegistration(session: AtSession): Promise<Registration> {
  const stats: number[] = [];
  for (const domain of domains) {
    const now = await optional(session, registration(domain));
    if (now !== null) stats.push(now.stat);
  }
  return bestRegistration(stats);
}
