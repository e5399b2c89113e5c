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

  /** Asks at the other rates where that `isDue`, and as long as one of them is known to be the right one. Throws `port.baud`. */
  async check(port: SerialPortEntry, isDue: boolean): Promise<void> {
    if (!isUart(port)) return;
    const { prober, rates } = this.#discovery;
    const appearance = appearanceOf(port);
    const own = rates.of(port, this.#modem);
    const known = this.#other?.appearance === appearance ? this.#other.rate : null;
    if (known === null && !isDue) return;
    const rate = await prober.rateOf(port, known === null ? usedRates.filter((one) => one !== own) : [known]);
    this.#other = rate === null ? null : { appearance, rate };
    if (rate !== null) throw otherRate(rate, own);
  }
}

function otherRate(rate: number, own: number): GatewayError {
  return new GatewayError('port.baud', `the modem answers at ${rate} baud, not at ${own}: set baud: ${rate}`, {
    hint: `Set \`baud: ${rate}\` for this modem.`,
  });
}
