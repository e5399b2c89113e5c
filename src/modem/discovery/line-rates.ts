import type { ModemId } from '../../domain/message.ts';
import type { SerialPortEntry } from '../port-scan.ts';
import { fingerprintOf } from './fingerprint.ts';
import { appearanceOf } from './unit.ts';

type Port = Pick<SerialPortEntry, 'usb' | 'path'>;

/** In baud, the likeliest first. */
export const usedRates: readonly number[] = [115_200, 9_600, 57_600, 38_400, 19_200, 460_800];
const usualRate = 115_200;

/** Whether its rate matters: behind other ports of USB devices there is no line. */
export function isUart({ usb }: Pick<SerialPortEntry, 'usb'>): boolean {
  return usb === null || fingerprintOf(usb)?.is === 'bridge';
}

/** How fast each port is driven, in baud. */
export class LineRates {
  readonly #configured = new Map<ModemId, number>();
  readonly #answered = new Map<string, number>();

  configure(modem: ModemId, rate: number): void {
    this.#configured.set(modem, rate);
  }

  /** `owner`: whose port the configuration says it is. */
  of(port: Port, owner: ModemId | null): number {
    return this.configured(owner) ?? this.#answered.get(appearanceOf(port)) ?? usualRate;
  }

  /** Null where nothing is configured for that modem. */
  configured(modem: ModemId | null): number | null {
    return modem === null ? null : (this.#configured.get(modem) ?? null);
  }

  /** At which it is asked who is there: a modem that is looked for everywhere may be behind any line. */
  toAsk(port: Port, owner: ModemId | null): readonly number[] {
    const own = this.configured(owner);
    if (own !== null) return [own];
    return isUart(port) ? [...new Set([usualRate, ...this.#configured.values()])] : [usualRate];
  }

  answered(port: Port, rate: number): void {
    this.#answered.set(appearanceOf(port), rate);
  }
}
