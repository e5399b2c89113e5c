import type { Clock } from '../clock.ts';
import type { ModemId } from '../domain/message.ts';
import type { ModemListener } from '../domain/received.ts';
import type { SimMemory } from '../domain/sim-memory.ts';
import type { GatewayError } from '../errors.ts';
import type { Logger } from '../log.ts';
import type { Announcing } from './announcing.ts';
import type { CallPolicy } from './calls.ts';
import type { Delivery } from './delivery.ts';
import type { Intervals } from './intervals.ts';
import type { PinMemory } from './modem.ts';
import type { FoundPort } from './port-finder.ts';
import type { Profile } from './profile.ts';
import type { Recovery } from './recovery/recovery.ts';
import type { Restarts } from './recovery/restarts.ts';
import type { StateBox } from './state.ts';

/** What each connection of one modem gets. */
export interface ConnectionDeps {
  readonly id: ModemId;
  /** Null: the family is recognised. */
  readonly profile: Profile | null;
  /** Messages shall be passed on in place of being stored, where the family bears it. */
  readonly direct: boolean;
  readonly pin: string | null;
  readonly pins: PinMemory;
  readonly sims: SimMemory;
  readonly number: string | null;
  /** The port is configured as `iccid:…`: the number is that SIM's. */
  readonly isBySim: boolean;
  /** The service centre to set where the modem names none; null: unknown. */
  readonly smsc: string | null;
  /** What happens to a call once it was told. */
  readonly calls: CallPolicy;
  readonly recovery: Recovery;
  readonly restarts: Restarts;
  readonly announcing: Announcing;
  readonly listener: ModemListener;
  readonly delivery: Delivery;
  readonly state: StateBox;
  readonly intervals: Intervals;
  readonly clock: Clock;
  readonly log: Logger;
  /** 0 to 1, another one for each modem. */
  readonly phase: number;
  readonly found?: Pick<FoundPort, 'check' | 'identified' | 'usb'>;
  /** A command has ended, well or not: this modem's life goes on. */
  ticked?(): void;
  /** Told at once when it is over for a modem that was ready; a send in flight may still end. */
  ended(why: GatewayError): void;
}
