import type { Clock, Ms } from '../clock.ts';
import type { Mailbox, MailboxMessage } from '../domain/number.ts';
import type { Store } from '../store/store.ts';
import { isOpen, type NumbersDeps } from './closing.ts';
import { isExpected } from './party.ts';

/** `until`: the wait ends by its time-out, by the rental's end (both `timeout`) or with a code. */
export type WaitOutcome =
  | { readonly is: 'code'; readonly message: MailboxMessage; readonly waited: Ms }
  | { readonly is: 'timeout'; readonly waited: Ms };

/** One that waits; `message` undefined: in vain. */
interface Waiter {
  readonly mailbox: number;
  readonly sender: string | null;
  readonly end: (message: MailboxMessage | undefined) => void;
  readonly fail: (error: unknown) => void;
}

interface Wanted {
  readonly timeout: Ms;
  readonly sender: string | null;
}

/** What timers can count. */
const longestSleep: Ms = 2 ** 31 - 1;

/** Waits for one-time codes: first come, first served within each mailbox. */
export class Waits {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #waiters = new Map<number, Set<Waiter>>();
  #closed = false;

  constructor({ store, clock }: NumbersDeps) {
    this.#store = store;
    this.#clock = clock;
  }

  /** See `Numbers.waitForCode`. */
  async wait(rental: Mailbox, { timeout, sender }: Wanted, signal: AbortSignal): Promise<WaitOutcome> {
    signal.throwIfAborted();
    const began = this.#clock.now();
    const mailbox = this.#store.mailboxes.get(rental.n);
    if (this.#closed || mailbox === undefined || !isOpen(mailbox, began)) return { is: 'timeout', waited: 0 };
    const left = Math.min(timeout, (mailbox.endsAt ?? Number.POSITIVE_INFINITY) - began, longestSleep);
    const message =
      this.#takeNow(mailbox.n, sender) ??
      (left > 0 ? await this.#queue({ mailbox: mailbox.n, sender }, left, signal) : undefined);
    const waited = this.#clock.now() - began;
    return message === undefined ? { is: 'timeout', waited } : { is: 'code', message, waited };
  }

  /** Gives out what new codes these mailboxes have. Never throws: who cannot be served is told why. */
  arrived(mailboxes: readonly number[]): void {
    for (const mailbox of mailboxes) {
      const waiters = [...(this.#waiters.get(mailbox) ?? [])];
      if (waiters.length === 0) continue;
      try {
        this.#deal(mailbox, waiters);
      } catch (error) {
        for (const waiter of waiters) if (this.#leave(waiter)) waiter.fail(error);
      }
    }
  }

  /** How many wait now. */
  get count(): number {
    return [...this.#waiters.values()].reduce((sum, waiters) => sum + waiters.size, 0);
  }

  /** Ends the waits for these mailboxes: nothing comes there any more. */
  ended(mailboxes: Iterable<number>): void {
    for (const mailbox of mailboxes) {
      for (const waiter of [...(this.#waiters.get(mailbox) ?? [])]) this.#endInVain(waiter);
    }
  }

  close(): void {
    this.#closed = true;
    this.ended([...this.#waiters.keys()]);
  }

  /** Resolves with what `#deal` gives, undefined after `left` or where the mailbox ends; rejects when aborted. */
  async #queue(
    { mailbox, sender }: Pick<Waiter, 'mailbox' | 'sender'>,
    left: Ms,
    signal: AbortSignal,
  ): Promise<MailboxMessage | undefined> {
    const { promise, resolve: end, reject: fail } = Promise.withResolvers<MailboxMessage | undefined>();
    const waiter: Waiter = { mailbox, sender, end, fail };
    const over = new AbortController();
    const abort = () => {
      if (this.#leave(waiter)) fail(signal.reason);
    };
    this.#join(waiter);
    signal.addEventListener('abort', abort);
    this.#clock.sleep(left, over.signal).then(
      () => this.#endInVain(waiter),
      () => undefined,
    );
    try {
      return await promise;
    } finally {
      over.abort();
      signal.removeEventListener('abort', abort);
    }
  }

  #takeNow(mailbox: number, sender: string | null): MailboxMessage | undefined {
    const message = this.#store.mailboxMessages.codes(mailbox).find((code) => fits(code, sender));
    if (message !== undefined) this.#take([message.n], mailbox);
    return message;
  }

  /** Each code, oldest first, to the first in the row whom it fits. */
  #deal(mailbox: number, waiters: readonly Waiter[]): void {
    const waiting = new Set(waiters);
    const given = new Map<Waiter, MailboxMessage>();
    for (const code of this.#store.mailboxMessages.codes(mailbox)) {
      const waiter = [...waiting].find(({ sender }) => fits(code, sender));
      if (waiter === undefined) continue;
      waiting.delete(waiter);
      given.set(waiter, code);
    }
    if (given.size === 0) return;
    this.#take(
      [...given.values()].map(({ n }) => n),
      mailbox,
    );
    for (const [waiter, code] of given) if (this.#leave(waiter)) waiter.end(code);
  }

  /** The client waits for this: the disk is not waited for. A kill leaves it taken; a power cut may give it out again, to the same rental. */
  #take(codes: readonly number[], mailbox: number): void {
    this.#store.db.commitLazily(() => {
      for (const n of codes) this.#store.mailboxMessages.takeCode(mailbox, n);
    });
  }

  #join(waiter: Waiter): void {
    const waiters = this.#waiters.get(waiter.mailbox);
    if (waiters === undefined) this.#waiters.set(waiter.mailbox, new Set([waiter]));
    else waiters.add(waiter);
  }

  /** False: somebody else has ended this wait already. */
  #leave(waiter: Waiter): boolean {
    const waiters = this.#waiters.get(waiter.mailbox);
    const waited = waiters?.delete(waiter) === true;
    if (waiters?.size === 0) this.#waiters.delete(waiter.mailbox);
    return waited;
  }

  #endInVain(waiter: Waiter): void {
    if (this.#leave(waiter)) waiter.end(undefined);
  }
}

function fits({ peer }: MailboxMessage, sender: string | null): boolean {
  return sender === null || isExpected(peer, sender);
}
