import type { AtSession } from '../at/session.ts';
import { accepts, optional, type Patience, whileSimBusy } from './asking.ts';
import {
  allowedIndications,
  currentIndications,
  type Indications,
  indicationCandidates,
  setIndications,
} from './commands/indications.ts';

/** The first setting that the modem takes and keeps; null where it announces nothing and only sweeps find messages. */
export async function setUpIndications(
  session: AtSession,
  preferred: readonly Indications[],
  patience: Patience,
): Promise<Indications | null> {
  const allowed = (await whileSimBusy(() => optional(session, allowedIndications), patience)) ?? [];
  for (const values of [...preferred, ...indicationCandidates(allowed)]) {
    if (!(await accepts(session, setIndications(values)))) continue;
    const kept = await optional(session, currentIndications);
    if (kept === null || keeps(kept, values)) return values;
  }
  return null;
}

/** Whether the settings read are those made: as many as were named. */
export function keeps(read: Indications, made: Indications): boolean {
  return made.every((value, at) => read[at] === value);
}
