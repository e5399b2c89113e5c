import type { AtSession } from '../at/session.ts';
import { accepts, onceReady, optional, type Patience } from './asking.ts';
import { acknowledgedMessageService, plainMessageService } from './commands/basic.ts';
import {
  type Allowed,
  allowedIndications,
  allows,
  currentIndications,
  type Indications,
  indicationCandidates,
  setIndications,
} from './commands/indications.ts';
import type { Profile } from './profile.ts';

/** How a modem tells of messages. */
export interface IndicationSetup {
  /** As set; null where it announces nothing and only sweeps find messages. */
  readonly indications: Indications | null;
  /** Messages are passed on without being stored, and each has to be acknowledged. */
  readonly isDirect: boolean;
}

/** The first setting that the modem takes and keeps, and where `direct` is wanted one that passes messages on, if it bears that. */
export async function setUpIndications(
  session: AtSession,
  profile: Profile,
  { direct, patience }: { readonly direct: boolean; readonly patience: Patience },
): Promise<IndicationSetup> {
  const allowed = (await onceReady(session, allowedIndications, patience)) ?? [];
  const passing = direct ? profile.direct.filter((values) => allows(allowed, values)) : [];
  if (passing.length > 0 && (await accepts(session, acknowledgedMessageService))) {
    const indications = await firstKept(session, passing, patience);
    if (indications !== null) return { indications, isDirect: true };
  }
  await accepts(session, plainMessageService);
  return { indications: await firstKept(session, stored(profile, allowed), patience), isDirect: false };
}

/** Status reports are stored and announced (<ds> 2). */
export function storesReports({ indications }: IndicationSetup): boolean {
  return indications?.[3] === 2;
}

function stored(profile: Profile, allowed: Allowed): readonly Indications[] {
  return [...profile.indications, ...indicationCandidates(allowed, profile.reports)];
}

async function firstKept(
  session: AtSession,
  candidates: readonly Indications[],
  patience: Patience,
): Promise<Indications | null> {
  for (const values of candidates) {
    const taken = await onceReady(session, { ...setIndications(values), parse: () => true }, patience);
    if (taken === null) continue;
    const kept = await optional(session, currentIndications);
    if (kept === null || keeps(kept, values)) return values;
  }
  return null;
}

/** Whether the settings read are those made: as many as were named. */
export function keeps(read: Indications, made: Indications): boolean {
  return made.every((value, at) => read[at] === value);
}
