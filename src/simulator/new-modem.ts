import { createArmedFaults } from './armed-faults.ts';
import { createCallState } from './call-state.ts';
import { identityOf } from './identity.ts';
import type { ModemBody } from './modem-body.ts';
import type { ModemState } from './modem-state.ts';
import { Network } from './network.ts';
import type { SimulatorOptions } from './options.ts';
import { genericProfile } from './profile.ts';
import { settingsAfterReset } from './settings.ts';
import { createSimCard } from './sim-card.ts';
import { createStorage } from './stores.ts';
import type { Timeline } from './timeline.ts';

const defaults = {
  number: '+14165551234',
  smsc: '+12063130004',
  operator: { name: 'Simulated', numeric: '00101' },
} as const;

/** A modem that is switched on and not yet wired to a line. */
export function newModem(
  options: SimulatorOptions,
  timeline: Timeline,
  wiring: Pick<ModemState, 'unsolicited' | 'reboot'>,
): ModemState {
  const profile = options.profile ?? genericProfile;
  const capacities = options.storages ?? profile.capacities;
  const identity = identityOf(options.number || options.link || defaults.number);
  const { number, imei, operator, ...card } = { ...defaults, ...identity, ...options };
  const body: ModemBody = {
    profile,
    equipment: { imei, number, operator },
    settings: settingsAfterReset(profile),
    card: createSimCard({ iccid: card.iccid, imsi: card.imsi, pin: options.pin ?? '' }),
    stores: {
      SM: createStorage(capacities.SM, profile.firstIndex),
      ME: createStorage(capacities.ME, profile.firstIndex),
    },
    faults: createArmedFaults(timeline.now),
    serviceCentre: card.smsc,
    sendLatency: options.sendLatency ?? 0,
    now: timeline.now,
    ...wiring,
  };
  const network = new Network(body, timeline);
  network.stat = options.registration ?? 1;
  return Object.assign(body, { network, calls: createCallState(body, timeline) });
}
