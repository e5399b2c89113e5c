import type { AtSession } from '../at/session.ts';
import type { Clock } from '../clock.ts';
import type { ModemId } from '../domain/message.ts';
import type { Logger } from '../log.ts';
import type { Intervals } from './intervals.ts';
import type { PinMemory } from './modem.ts';
import type { Profile } from './profile.ts';
import type { StateBox } from './state.ts';

/** What a start has to work with. */
export interface StartContext {
  readonly id: ModemId;
  readonly session: AtSession;
  readonly profile: Profile;
  readonly pin: string | null;
  readonly pins: PinMemory;
  /** The configured number. */
  readonly number: string | null;
  readonly state: StateBox;
  readonly intervals: Intervals;
  readonly clock: Clock;
  readonly log: Logger;
  readonly signal: AbortSignal;
}
