import { isDeepStrictEqual } from 'node:util';
import type { Clock } from '../clock.ts';
import type { ModemIdentity, ModemPhase, ModemState } from '../domain/modem-state.ts';

/** The fields that a change may name; `since` follows the phase. */
export type StateChange = Partial<Omit<ModemState, 'since'>>;

export const noIdentity: ModemIdentity = { manufacturer: null, model: null, revision: null, imei: null };

/** What a session found out, forgotten when it ends: the next may meet another SIM. */
export const forgotten = {
  sim: 'unknown',
  registration: 'unknown',
  domains: {},
  operator: null,
  technology: null,
  signalDbm: null,
} as const satisfies StateChange;

/** What is known of the modem now; tells of a change only where one is. */
export class StateBox {
  #current: ModemState;
  readonly #clock: Clock;
  readonly #changed: () => void;

  constructor(start: { port: string; number: string | null }, clock: Clock, changed: () => void) {
    this.#clock = clock;
    this.#changed = changed;
    this.#current = {
      phase: 'stopped',
      problem: null,
      port: start.port,
      identity: noIdentity,
      line: null,
      ...forgotten,
      number: start.number,
      smsc: null,
      storages: [],
      since: clock.now(),
    };
  }

  get current(): ModemState {
    return this.#current;
  }

  update(change: StateChange): void {
    const next = { ...this.#current, ...change };
    if (isDeepStrictEqual(next, this.#current)) return;
    this.#current = next.phase === this.#current.phase ? next : { ...next, since: this.#clock.now() };
    this.#changed();
  }

  /** Enters a phase; `problem` is why it is not a better one. */
  enter(phase: ModemPhase, problem: ModemState['problem'] = null): void {
    this.update({ phase, problem });
  }
}
