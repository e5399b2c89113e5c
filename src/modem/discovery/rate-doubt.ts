import type { ModemId } from '../../domain/message.ts';
import { GatewayError } from '../../errors.ts';
import type { SerialPortEntry } from '../port-scan.ts';
import type { Discovery } from './discovery.ts';
import { isUart, usedRates } from './line-rates.ts';
import { appearanceOf } from './unit.ts';

/** Whether one modem that stays mute answers at another rate than it is asked at. The operator decides: it may be set so on purpose. */
export class RateDoubt {
  readonly #discovery: Discovery;
  readonly #modem: ModemId;
  /** Where it did. */
  #other: { readonly appearance: string; readonly rate: number } | null = null;

  constructor(discovery: Discovery, modem: ModemId) {
    this.#discovery = discovery;
    this.#modem = modem;
  }

  /**
   * Asks at its own and the other rates where that `isDue`, and as long as one of them is known to be the right one.
   * Throws `port.baud`, or the reason of `signal`.
   */
  async check(port: SerialPortEntry, isDue: boolean, signal: AbortSignal): Promise<void> {
    if (!isUart(port)) return;
    const { prober, rates: lineRates } = this.#discovery;
    const appearance = appearanceOf(port);
    const own = lineRates.of(port, this.#modem);
    const known = this.#other?.appearance === appearance ? this.#other.rate : null;
    if (known === null && !isDue) return;
    // Its own one first: a modem that was starting, and takes whatever rate it is asked at, is right as it is set.
    const rates = new Set([own, ...(known === null ? usedRates : [known])]);
    const rate = await prober.rateOf(port, [...rates], signal);
    signal.throwIfAborted();
    this.#other = rate === null || rate === own ? null : { appearance, rate };
    if (this.#other !== null) throw otherRate(this.#other.rate, own);
  }
}

function otherRate(rate: number, own: number): GatewayError {
  return new GatewayError('port.baud', `the modem answers at ${rate} baud, not at ${own}: set baud: ${rate}`, {
    hint: `Set \`baud: ${rate}\` for this modem.`,
  });
}
