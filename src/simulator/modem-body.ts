import type { Ms } from '../clock.ts';
import type { ArmedFaults } from './armed-faults.ts';
import type { SimulatorProfile } from './profile.ts';
import type { Settings } from './settings.ts';
import type { SimCard } from './sim-card.ts';
import type { Storage, StorageName } from './stores.ts';

/** Who the modem says it is. */
export interface Equipment {
  readonly imei: string;
  /** EF_MSISDN; empty where the card does not know its number. */
  readonly number: string;
  readonly operator: { readonly name: string; readonly numeric: string };
}

/** The modem without its network: what the radio side and calls look at and change. */
export interface ModemBody {
  readonly profile: SimulatorProfile;
  readonly equipment: Equipment;
  settings: Settings;
  readonly card: SimCard;
  readonly stores: Readonly<Record<StorageName, Storage>>;
  readonly faults: ArmedFaults;
  /** Service centre address as on the card. */
  serviceCentre: string;
  /** After Ctrl-Z until the network has answered, on top of the latency of every command. */
  readonly sendLatency: Ms;
  now(): Ms;
  /** One or more lines nobody asked for; they wait while a command or a prompt holds the line. */
  unsolicited(...lines: readonly string[]): void;
  /** As after a power cycle: the line is mute for `downFor`, then the boot lines come. */
  reboot(downFor: Ms, busyFor: Ms): void;
}
