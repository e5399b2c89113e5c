import type { PinMemory } from './modem.ts';

/**
 * Which tries of a PIN were made, and which of them were right: a right one may be given again after each power cycle, any other never.
 * Kept in a memory that only knows "tried": try number n of a PIN is one entry, its success another.
 */
export class PinRecord {
  readonly #memory: PinMemory;
  /** Under which names a try is written down, and under which an earlier one counts. */
  readonly #names: { readonly written: readonly string[]; readonly read: readonly string[] };

  /**
   * The ICCID may be unreadable while the SIM is locked, and readable the next time. A try made blindly counts for whatever card
   * the modem holds later; one made on a known card counts against that card, and against a blind try.
   */
  constructor(memory: PinMemory, card: { readonly iccid: string | null; readonly modem: string }) {
    const { iccid, modem } = card;
    this.#memory = memory;
    this.#names =
      iccid === null
        ? { written: [modem], read: [modem, `${modem}/known`] }
        : { written: [iccid, `${modem}/known`], read: [iccid, modem] };
  }

  /** Whether every try so far, of whatever PIN, was right: what counts where the modem does not tell how many are left. */
  get mayTryBlindly(): boolean {
    return this.mayTry(anyPin);
  }

  /** Whether every try of this PIN so far was right. */
  mayTry(pin: string): boolean {
    return this.#names.read.every((name) => {
      const tries = this.#tries(name, pin);
      return tries === 0 || this.#memory.wasTried(name, success(pin, tries - 1));
    });
  }

  typed(pin: string): void {
    for (const name of this.#names.written) {
      for (const each of [anyPin, pin]) this.#memory.remember(name, attempt(each, this.#tries(name, each)));
    }
  }

  accepted(pin: string): void {
    for (const name of this.#names.written) {
      for (const each of [anyPin, pin]) {
        const tries = this.#tries(name, each);
        if (tries > 0) this.#memory.remember(name, success(each, tries - 1));
      }
    }
  }

  #tries(name: string, pin: string): number {
    let tries = 0;
    while (this.#memory.wasTried(name, attempt(pin, tries))) tries += 1;
    return tries;
  }
}

/** Stands for all PINs together; no PIN looks like it. */
const anyPin = 'any';

function attempt(pin: string, number: number): string {
  return number === 0 ? pin : `${pin}#${number}`;
}

function success(pin: string, number: number): string {
  return `${pin}#${number}+`;
}
