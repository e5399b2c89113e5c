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
    return this.#names.read.every((name) => this.#isRight(name, pin));
  }

  /** About to be: `left` are the tries that the modem tells of, null where it does not. */
  typed(pin: string, left: number | null): void {
    for (const name of this.#names.written) {
      for (const each of [anyPin, pin]) {
        const number = this.#tries(name, each);
        this.#memory.remember(name, attempt(each, number));
        this.#memory.remember(name, unjudged(each, number));
        if (left !== null) this.#memory.remember(name, counted(each, number, left));
      }
    }
  }

  /** The SIM said so. */
  wrong(pin: string): void {
    this.#ofLast(pin, this.#names.written, (name, each, last) => this.#memory.remember(name, wrong(each, last)));
  }

  accepted(pin: string): void {
    this.#ofLast(pin, this.#names.written, (name, each, last) => this.#memory.remember(name, success(each, last)));
  }

  /** The SIM is open: a last try of this PIN that nobody judged was right. */
  opened(pin: string): void {
    this.#ofLast(pin, this.#all, (name, each, last) => {
      if (this.#isUnjudged(name, each, last)) this.#memory.remember(name, success(each, last));
    });
  }

  /**
   * Whether the last try does not count: nobody judged it, and the modem tells of as many tries `left` as before it, which a wrong
   * PIN lowers. Never twice in a row: there are counters that are wrong.
   */
  takeBack(pin: string, left: number): boolean {
    const open = this.#names.read.filter((name) => !this.#isRight(name, pin));
    const uncounted = open.every((name) => {
      const last = this.#tries(name, pin) - 1;
      const was = (entry: string) => this.#memory.wasTried(name, entry);
      return !was(repeated(pin, last)) && this.#isUnjudged(name, pin, last) && was(counted(pin, last, left));
    });
    if (!uncounted) return false;
    for (const name of this.#all) this.#memory.remember(name, repeated(pin, this.#tries(name, pin)));
    for (const name of open) this.#memory.remember(name, success(pin, this.#tries(name, pin) - 1));
    return true;
  }

  get #all(): readonly string[] {
    return [...new Set([...this.#names.written, ...this.#names.read])];
  }

  /** The last try of this PIN, and that of any, under each of the names. */
  #ofLast(pin: string, names: readonly string[], note: (name: string, each: string, last: number) => void): void {
    for (const name of names) {
      for (const each of [anyPin, pin]) {
        const tries = this.#tries(name, each);
        if (tries > 0) note(name, each, tries - 1);
      }
    }
  }

  /** Whether the last try of this PIN was, or there was none. */
  #isRight(name: string, pin: string): boolean {
    const tries = this.#tries(name, pin);
    return tries === 0 || this.#memory.wasTried(name, success(pin, tries - 1));
  }

  #isUnjudged(name: string, pin: string, number: number): boolean {
    const was = (entry: string) => this.#memory.wasTried(name, entry);
    return was(unjudged(pin, number)) && !was(wrong(pin, number)) && !was(success(pin, number));
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

function wrong(pin: string, number: number): string {
  return `${pin}#${number}-`;
}

/** Stands beside a try until one of the two above does. */
function unjudged(pin: string, number: number): string {
  return `${pin}#${number}?`;
}

/** How many tries were left before it. */
function counted(pin: string, number: number, left: number): string {
  return `${pin}#${number}@${left}`;
}

/** That this try is made in place of one that was taken back. */
function repeated(pin: string, number: number): string {
  return `${pin}#${number}!`;
}
