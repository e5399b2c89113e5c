import type { AtSession } from '../at/session.ts';
import type { Clock } from '../clock.ts';
import type { ModemId } from '../domain/message.ts';
import type { ModemListener } from '../domain/received.ts';
import type { SimMemory } from '../domain/sim-memory.ts';
import type { Logger } from '../log.ts';
import type { Intervals } from './intervals.ts';
import type { PinMemory } from './modem.ts';
import type { Profile } from './profile.ts';
import type { StateBox } from './state.ts';

export interface Greeting {
  readonly session: AtSession;
  readonly intervals: Intervals;
}

/** What a start has to work with. */
export interface StartContext extends Greeting {
  readonly id: ModemId;
  readonly profile: Profile;
  /** Messages shall be passed on in place of being stored, where the family bears it. */
  readonly direct: boolean;
  readonly pin: string | null;
  readonly pins: PinMemory;
  readonly sims: SimMemory;
  readonly listener: Pick<ModemListener, 'alert'>;
  /** The configured number. */
  readonly number: string | null;
  /** It was named together with this very SIM. */
  readonly isBySim: boolean;
  readonly state: StateBox;
  readonly clock: Clock;
  readonly log: Logger;
  readonly signal: AbortSignal;
}
