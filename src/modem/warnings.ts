import type { ModemId } from '../domain/message.ts';
import type { StorageState } from '../domain/modem-state.ts';
import type { ModemListener } from '../domain/received.ts';
import type { Trouble } from './trouble.ts';

/** A storage fuller than this after a sweep needs a person. */
const nearlyFull = 0.8;

/** What is wrong with the supply of a modem. */
export type PowerFault = 'low_power' | 'high_power';

export const powerHint = 'Give the modem more power: a powered hub, a shorter cable or a supply of its own.';

/** What a modem that works needs a person for, told once. */
export class Warnings {
  readonly #modem: ModemId;
  readonly #listener: ModemListener;
  #isFull = false;
  #trouble: string | null = null;
  #power: PowerFault | null = null;

  constructor(modem: ModemId, listener: ModemListener) {
    this.#modem = modem;
    this.#listener = listener;
  }

  /** After a sweep; told again once there was room in between. */
  used(storages: readonly StorageState[]): void {
    const full = storages.find(({ used, total }) => total > 0 && used / total > nearlyFull);
    if (full !== undefined && !this.#isFull) {
      const message = `storage ${full.name} is nearly full: ${full.used} of ${full.total}`;
      const hint =
        'Messages of our own or unreadable ones fill it: delete them in a phone. A full storage receives nothing.';
      this.#listener.alert(this.#modem, { code: 'storage_full', message, hint });
    }
    this.#isFull = full !== undefined;
  }

  /** Told again once it was over, or another. */
  troubled(trouble: Trouble | null): void {
    const code = trouble?.code ?? null;
    if (trouble !== null && code !== this.#trouble) this.#listener.alert(this.#modem, trouble);
    this.#trouble = code;
  }

  /** Modems say it every few seconds. */
  power(fault: PowerFault): void {
    if (fault !== this.#power) {
      this.#listener.alert(this.#modem, powerAlert(fault, `the modem says that its supply is too ${levels[fault]}`));
    }
    this.#power = fault;
  }
}

/** `message` says how that came out. */
export function powerAlert(fault: PowerFault, message: string) {
  const hint = fault === 'low_power' ? powerHint : 'Give the modem a supply of the voltage that its maker names.';
  return { code: fault, message, hint };
}

export const levels: Readonly<Record<PowerFault, string>> = { low_power: 'low', high_power: 'high' };
