import type { SimulatorProfile } from './profile.ts';
import type { StorageName } from './stores.ts';

/** What a reset sets back. */
export interface Settings {
  echo: boolean;
  verbose: boolean;
  quiet: boolean;
  cmee: 0 | 1 | 2;
  fun: number;
  /** Of the domain named by its command. */
  registrationReports: Record<'+CREG' | '+CGREG' | '+CEREG', number>;
  operatorFormat: number;
  cscs: string;
  csms: number;
  cgsms: number;
  cmms: number;
  /** mem1 reads and deletes, mem2 writes and sends, mem3 receives (TS 27.005 3.2.2). */
  storages: [StorageName, StorageName, StorageName];
  /** The names it tells of them. */
  storagesTold: [string, string, string];
  /** mode, mt, bm, ds, bfr (TS 27.005 3.4.1). */
  cnmi: [number, number, number, number, number];
  clip: number;
  crc: number;
  cusd: number;
  packedUssd: boolean;
}

export function settingsAfterReset(profile: SimulatorProfile): Settings {
  const [first = profile.storage] = profile.receivable;
  const { storageTold: told } = profile;
  const receiving = profile.receivable.includes(profile.storage) ? profile.storage : first;
  return {
    echo: true,
    verbose: true,
    quiet: false,
    cmee: 0,
    fun: 1,
    registrationReports: { '+CREG': 0, '+CGREG': 0, '+CEREG': 0 },
    operatorFormat: profile.operator[0],
    cscs: profile.charset,
    csms: 0,
    cgsms: 3,
    cmms: 0,
    storages: [profile.storage, profile.storage, receiving],
    storagesTold: told === null ? [profile.storage, profile.storage, receiving] : [told, told, told],
    cnmi: [2, 1, 0, 0, 0],
    clip: 0,
    crc: 0,
    cusd: 0,
    packedUssd: profile.packedUssd !== 'never',
  };
}
