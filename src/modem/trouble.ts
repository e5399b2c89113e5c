import type { Ms } from '../clock.ts';
import type { ModemState } from '../domain/modem-state.ts';
import type { ErrorCode } from '../errors.ts';

/** What is wrong with a modem that is ready, in the operator's words. */
export interface Trouble {
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint: string;
}

/** A cold start abroad takes three minutes: before five nothing is said and nothing done. */
export const patience: Ms = 300_000;

/** What keeps a ready modem from being of use; null where nothing does. `unregisteredFor`: how long it has had no network. */
export function troubleOf(
  { registration, signalDbm, smsc }: Pick<ModemState, 'registration' | 'signalDbm' | 'smsc'>,
  unregisteredFor: Ms,
): Trouble | null {
  if (registration === 'denied') return denied;
  if (registration === 'emergency_only') return emergencyOnly;
  if (registration === 'idle' || registration === 'searching') {
    if (unregisteredFor < patience) return null;
    return signalDbm === null ? noCoverage : noNetwork;
  }
  return smsc === null ? noServiceCentre : null;
}

const denied: Trouble = {
  code: 'network.denied',
  message: 'the network refuses this SIM',
  hint: 'Ask the operator of the SIM: it may be barred, have no plan, or this modem knows only networks that were switched off.',
};
const emergencyOnly: Trouble = {
  code: 'network.emergency_only',
  message: 'the network allows emergency calls only',
  hint: 'Ask the operator whether the SIM is active, and whether it may be used here.',
};
const noCoverage: Trouble = {
  code: 'network.no_coverage',
  message: 'the modem finds no network, and no signal',
  hint: 'Check the antenna and its plug, and move the modem to a window.',
};
const noNetwork: Trouble = {
  code: 'network.not_found',
  message: 'the modem has a signal but no network takes it',
  hint: 'Check that the plan is active and allows roaming here; modems for 2G and 3G die with those networks.',
};
const noServiceCentre: Trouble = {
  code: 'sim.no_service_centre',
  message: 'the SIM names no service centre: nothing can be sent',
  hint: 'Set `smsc` of the modem to the service centre number of its operator, as in "+12063130004".',
};
