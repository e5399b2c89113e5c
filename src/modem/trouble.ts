import type { EpochMs, Ms } from '../clock.ts';
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

/** While other services still search, a refusal may be one of a network that the SIM only passes. */
const passing: Ms = 60_000;
/** After a refusal the modem tries by itself, and nothing that is done to it helps. */
const refusedFor: Ms = 1_800_000;

type Reception = Pick<ModemState, 'registration' | 'domains' | 'signalDbm' | 'smsc'>;

/** What keeps a ready modem from being of use, which for the network depends on how long it lasts. */
export class Troubles {
  #unregisteredSince: EpochMs | null = null;
  #deniedSince: EpochMs | null = null;
  #refusedAt: EpochMs | null = null;

  /** Null where nothing does. */
  judge(reception: Reception, now: EpochMs): Trouble | null {
    const { registration, signalDbm, smsc } = reception;
    if (registration === 'emergency_only') return emergencyOnly;
    if (registration !== 'denied' && registration !== 'idle' && registration !== 'searching') {
      this.#unregisteredSince = null;
      this.#deniedSince = null;
      this.#refusedAt = null;
      return smsc === null ? noServiceCentre : null;
    }
    this.#unregisteredSince ??= now;
    if (registration === 'denied' && this.#isRefused(reception, now)) {
      this.#refusedAt = now;
      this.#unregisteredSince = null;
    }
    if (this.#refusedAt !== null && now - this.#refusedAt < refusedFor) return denied;
    if (this.#unregisteredSince === null || now - this.#unregisteredSince < patience) return null;
    return signalDbm === null ? noCoverage : noNetwork;
  }

  #isRefused({ domains }: Reception, now: EpochMs): boolean {
    this.#deniedSince ??= now;
    return !Object.values(domains).includes(2) || now - this.#deniedSince >= passing;
  }
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
