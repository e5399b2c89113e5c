import type { Clock, EpochMs, Ms } from '../../clock.ts';
import type { ModemId } from '../../domain/message.ts';
import type { ModemListener } from '../../domain/received.ts';
import { levels, type PowerFault, powerAlert } from '../warnings.ts';

const hour: Ms = 3_600_000;
/** So many within an hour are no accident. */
const many = 3;

export interface RestartsDeps {
  readonly modem: ModemId;
  readonly listener: Pick<ModemListener, 'alert'>;
  readonly clock: Clock;
}

/** Restarts of one modem that nobody asked for: most come of its supply. The operator hears of it once an hour. */
export class Restarts {
  readonly #deps: RestartsDeps;
  #recent: readonly EpochMs[] = [];
  #toldAt: EpochMs | null = null;

  constructor(deps: RestartsDeps) {
    this.#deps = deps;
  }

  /** `cause`: null where the modem did not tell. */
  happened(cause: PowerFault | null): void {
    const { modem, listener, clock } = this.#deps;
    const now = clock.now();
    this.#recent = [...this.#recent.filter((at) => at <= now && now - at < hour), now];
    if (cause === null && this.#recent.length < many) return;
    if (this.#toldAt !== null && this.#toldAt <= now && now - this.#toldAt < hour) return;
    this.#toldAt = now;
    const message =
      cause === null
        ? `the modem restarted by itself ${this.#recent.length} times within an hour`
        : `the modem switched itself off: its supply is too ${levels[cause]}`;
    listener.alert(modem, powerAlert(cause ?? 'low_power', message));
  }
}
