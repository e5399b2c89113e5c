import type { ModemState } from '../domain/modem-state.ts';
import type { Examination } from '../modem/examination.ts';

/** What questions would have told, as far as the state of a modem holds it; null while it holds too little. */
export function examinationOf({
  phase,
  sim,
  registration,
  signalDbm,
  smsc,
  number,
  storages,
}: Pick<
  ModemState,
  'phase' | 'sim' | 'registration' | 'signalDbm' | 'smsc' | 'number' | 'storages'
>): Examination | null {
  if (phase !== 'ready' || registration === 'unknown') return null;
  const told = { sim, registration, signalDbm, smsc, number, storages };
  return { ...told, pinTries: null, pduMode: true, supply: null, time: null };
}
