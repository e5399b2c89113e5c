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
        if (each === anyPin) this.#memory.remember(name, made(number, pin));
        this.#memory.remember(name, unjudged(each, number));
        if (left !== null) this.#memory.remember(name, counted(each, number, left));
      }
    }
  }

  /** The SIM said so, for good. */
  wrong(pin: string): void {
    this.#ofLast(pin, this.#names.written, (name, each, last) => this.#memory.remember(name, wrong(each, last)));
  }

  /** Something but a verdict speaks against it: only a SIM that is open in this very run makes it right. */
  refused(pin: string): void {
    this.#ofLast(pin, this.#names.written, (name, each, last) => this.#memory.remember(name, refused(each, last)));
  }

  /** The SIM is locked after a last try that nobody judged, and the modem tells of `left` more: as many as before it, or it was wrong. */
  locked(pin: string, left: number | null): void {
    this.#ofLast(pin, this.#all, (name, each, last) => {
      if (!this.#isUnjudged(name, each, last)) return;
      const uncounted = left !== null && this.#memory.wasTried(name, counted(each, last, left));
      this.#memory.remember(name, uncounted ? shut(each, last) : wrong(each, last));
    });
  }

  accepted(pin: string): void {
    this.#ofLast(pin, this.#names.written, (name, each, last) => this.#memory.remember(name, success(each, last)));
  }

  /** The SIM is open: a try that nobody judged was right if it was the last of all and the SIM was not seen locked after it. */
  opened(pin: string): void {
    const names = this.#all.filter((name) => this.#isLast(name, pin));
    this.#ofLast(pin, names, (name, each, last) => {
      if (!this.#isUnjudged(name, each, last) || this.#memory.wasTried(name, shut(each, last))) return;
      this.#memory.remember(name, success(each, last));
    });
  }

  /** Whether the modem tells as many tries `left` as before one that was taken back and did not open the SIM when it was repeated. */
  doubts(left: number): boolean {
    return this.#names.read.some((name) => {
      const last = this.#tries(name, anyPin) - 1;
      const was = (entry: string) => this.#memory.wasTried(name, entry);
      return was(repeated(anyPin, last)) && was(counted(anyPin, last, left));
    });
  }

  /**
   * Whether the last try does not count: nobody judged it, and the modem tells of as many tries `left` as before it, which a wrong
   * PIN lowers. Never twice in a row, for there are counters that are wrong, and only of the last PIN of all.
   */
  takeBack(pin: string, left: number): boolean {
    const open = this.#names.read.filter((name) => !this.#isRight(name, pin));
    const uncounted = open.every((name) => {
      const last = this.#tries(name, pin) - 1;
      const was = (entry: string) => this.#memory.wasTried(name, entry);
      if (was(repeated(pin, last)) || !this.#isLast(name, pin)) return false;
      return this.#isUnjudged(name, pin, last) && was(counted(pin, last, left));
    });
    if (!uncounted) return false;
    for (const name of this.#all) {
      for (const each of [anyPin, pin]) this.#memory.remember(name, repeated(each, this.#tries(name, each)));
    }
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
    if (tries === 0) return true;
    return this.#memory.wasTried(name, success(pin, tries - 1)) && !this.#memory.wasTried(name, wrong(pin, tries - 1));
  }

  /** Whether no other PIN was typed since. */
  #isLast(name: string, pin: string): boolean {
    return this.#memory.wasTried(name, made(this.#tries(name, anyPin) - 1, pin));
  }

  #isUnjudged(name: string, pin: string, number: number): boolean {
    const was = (entry: string) => this.#memory.wasTried(name, entry);
    return was(unjudged(pin, number)) && ![wrong, refused, success].some((verdict) => was(verdict(pin, number)));
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

function refused(pin: string, number: number): string {
  return `${pin}#${number}/`;
}

/** Stands beside a try until one of the three above does. */
function unjudged(pin: string, number: number): string {
  return `${pin}#${number}?`;
}

/** The SIM was locked after it. */
function shut(pin: string, number: number): string {
  return `${pin}#${number}.`;
}

/** That try number n of all was one of this PIN. */
function made(number: number, pin: string): string {
  return `${anyPin}#${number}=${pin}`;
}

/** How many tries were left before it. */
function counted(pin: string, number: number, left: number): string {
  return `${pin}#${number}@${left}`;
}

/** That this try is made in place of one that was taken back. */
function repeated(pin: string, number: number): string {
  return `${pin}#${number}!`;
}
