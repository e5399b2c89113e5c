import type { AtSession } from '../at/session.ts';
import type { StorageState } from '../domain/modem-state.ts';
import { asGatewayError, GatewayError } from '../errors.ts';
import { isSimBusy, optional, type Patience, whileSimBusy } from './asking.ts';
import { canDeleteRead, selectStorage, storageNames, storageUse } from './commands/storage.ts';

/** How the modem keeps messages, as found out at its start. */
export interface StorageSetup {
  /** Those to sweep; the receiving one first: what is in another came when that one was full. */
  readonly swept: readonly StorageState[];
  /** Where new messages go: mem3. */
  readonly receiving: string;
  /** What to name after mem1 when another storage is chosen for reading. */
  readonly others: readonly string[];
  /** `AT+CMGD=<i>,1` is known. */
  readonly canDeleteRead: boolean;
}

interface Measured extends StorageState {
  /** How many names the modem took. */
  readonly names: 1 | 2 | 3;
}

/** Chooses the larger storage for reception and leaves it selected for reading. Throws `modem.no_sms` where there is none. */
export async function setUpStorage(
  session: AtSession,
  wanted: readonly string[],
  patience: Patience,
): Promise<StorageSetup> {
  const names = (await optional(session, storageNames)) ?? [];
  const now = (await optional(session, storageUse)) ?? [];
  const [readable = [], , receivable = readable] = names;
  const known = wanted.filter((name) => readable.length === 0 || readable.includes(name));
  const candidates = known.length > 0 ? known : [...new Set(now.map(({ name }) => name))];
  const measured: Measured[] = [];
  for (const name of candidates) {
    const found = await measure(session, name, patience);
    if (found !== null) measured.push(found);
  }
  const chosen = choose(measured, receivable);
  if (chosen === undefined) {
    throw new GatewayError('modem.no_sms', 'the modem has no storage for messages', {
      hint: 'Some modules carry data only; check that this one and its SIM can do SMS.',
    });
  }
  const triple = Array.from({ length: chosen.names }, () => chosen.name);
  if (measured.at(-1) !== chosen) await session.run(selectStorage(triple));
  const set = (await optional(session, storageUse)) ?? [];
  return {
    swept: [chosen, ...measured.filter(({ name }) => name !== chosen.name)].map(({ name, used, total }) => ({
      name,
      used,
      total,
    })),
    receiving: set[2]?.name ?? chosen.name,
    others: triple.slice(1),
    canDeleteRead: (await optional(session, canDeleteRead)) ?? false,
  };
}

/** Selects the storage with as many names as the modem takes: three, two or one. Null where it has no such storage. */
async function measure(session: AtSession, name: string, patience: Patience): Promise<Measured | null> {
  for (const names of [3, 2, 1] as const) {
    const command = selectStorage(Array.from({ length: names }, () => name));
    try {
      const use = await whileSimBusy(() => session.run(command), patience);
      return { name, used: use?.used ?? 0, total: use?.total ?? 0, names };
    } catch (thrown) {
      const error = asGatewayError(thrown);
      if (!/^at\.(?:error|cme|cms)$/.test(error.code) || isSimBusy(error)) throw error;
    }
  }
  return null;
}

function choose(measured: readonly Measured[], receivable: readonly string[]): Measured | undefined {
  const may = measured.filter(
    ({ name, names }) => names === 3 && (receivable.length === 0 || receivable.includes(name)),
  );
  const among = may.length > 0 ? may : measured;
  return among.reduce<Measured | undefined>(
    (best, next) => (best === undefined || next.total > best.total ? next : best),
    undefined,
  );
}
