import type { AtSession } from '../at/session.ts';
import type { StorageState } from '../domain/modem-state.ts';
import { asGatewayError, GatewayError } from '../errors.ts';
import { isSimBusy, isUnknown, onceReady, optional, type Patience, whileSimBusy } from './asking.ts';
import { canDeleteRead, listAll, selectStorage, storageNames, storageUse } from './commands/storage.ts';

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

/**
 * With the storage of status reports where it can be listed: for a modem that stores and announces them, as an announcement may be missed.
 * Leaves the receiving one selected.
 */
export async function withReports(session: AtSession, setup: StorageSetup, patience: Patience): Promise<StorageSetup> {
  const [readable = []] = (await optional(session, storageNames)) ?? [];
  const [receiving] = setup.swept;
  if (!readable.includes(reports) || receiving === undefined) return setup;
  const select = selectStorage([reports, ...setup.others]);
  const none = { used: 0, total: 0 };
  const use = await onceReady(session, { ...select, parse: (info) => select.parse(info) ?? none }, patience);
  if (use === null) return setup;
  const listing = await optional(session, { ...listAll, timeout: 15_000 });
  await session.run(selectStorage([receiving.name, ...setup.others]));
  return listing === null ? setup : { ...setup, swept: [...setup.swept, { name: reports, ...use }] };
}

/** TS 27.005 3.2.2. */
const reports = 'SR';

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
  const measured = await measureAll(session, candidates, patience);
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

/** While the modem starts it may open one storage before the other: looked for so often beside one that it has. */
const looksBeside = 4;

/** Those that the modem has; what it refuses is asked for again, for long only where there is no other. Throws where it does not open one in time. */
async function measureAll(
  session: AtSession,
  names: readonly string[],
  patience: Patience,
): Promise<readonly Measured[]> {
  const measured: Measured[] = [];
  let left = names;
  for (let looks = 1; ; looks += 1) {
    const refused: { readonly name: string; readonly refusal: GatewayError }[] = [];
    for (const name of left) {
      const found = await measure(session, name, patience);
      if (found instanceof GatewayError) refused.push({ name, refusal: found });
      else measured.push(found);
    }
    const open = measured.length === 0 ? refused : refused.filter(({ refusal }) => !isUnknown(refusal));
    left = open.map(({ name }) => name);
    const wait = patience.waits[looks - 1];
    if (left.length === 0 || (measured.length > 0 && looks >= looksBeside)) return measured;
    if (wait === undefined) {
      const notYet = open.find(({ refusal }) => !isUnknown(refusal));
      if (measured.length === 0 && notYet !== undefined) throw notYet.refusal;
      return measured;
    }
    await patience.clock.sleep(wait, patience.signal);
  }
}

/** Selects the storage with as many names as the modem takes: three, two or one. Returns the refusal that says most where it takes none. */
async function measure(session: AtSession, name: string, patience: Patience): Promise<Measured | GatewayError> {
  let refusal = new GatewayError('at.error', `no storage ${name}`);
  for (const names of [3, 2, 1] as const) {
    const command = selectStorage(Array.from({ length: names }, () => name));
    try {
      const use = await whileSimBusy(() => session.run(command), patience);
      return { name, used: use?.used ?? 0, total: use?.total ?? 0, names };
    } catch (thrown) {
      const error = asGatewayError(thrown);
      if (!/^at\.(?:error|cme|cms)$/.test(error.code) || isSimBusy(error)) throw error;
      if (isUnknown(refusal)) refusal = error;
    }
  }
  return refusal;
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
