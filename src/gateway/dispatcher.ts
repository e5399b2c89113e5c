import type { Clock, Ms } from '../clock.ts';
import { newEventId } from '../domain/ids.ts';
import type { MessageId, ModemId, OutboundError, Waiting } from '../domain/message.ts';
import { asGatewayError } from '../errors.ts';
import type { Logger } from '../log.ts';
import type { Modem, SendOutcome } from '../modem/modem.ts';
import { encodeSubmit } from '../sms/sms.ts';
import type { OutboxEntry, WaitingEntry } from '../store/outbox.ts';
import type { Store } from '../store/store.ts';
import { BarredLines } from './barred-lines.ts';
import { inViewOf, nextTry } from './next-try.ts';
import { lookBack, type Pace, paceUntil, unhurried } from './pace.ts';
import { applyEarlyReports } from './reports.ts';
import { canSend } from './routing.ts';
import { appendStatus } from './status-event.ts';
import { type Holds, whyWaiting } from './waiting.ts';

export interface DispatcherDeps {
  readonly store: Store;
  readonly modems: ReadonlyMap<ModemId, Modem>;
  readonly clock: Clock;
  readonly log: Logger;
  /** Texts of messages that were queued without them; those of settled ones are forgotten here. */
  readonly unwritten: Map<MessageId, string>;
  /** How fast each line may send; what is not named may send as fast as it can. */
  readonly paces?: ReadonlyMap<ModemId, Pace>;
  readonly committed: () => void;
}

const interrupted: OutboundError = {
  code: 'message.outcome_unknown',
  message: 'the gateway stopped between handing the message to the modem and the answer',
  retryable: false,
};
const textGone: OutboundError = {
  code: 'message.text_gone',
  message: 'the gateway stopped before it was sent, and its text is never written down',
  retryable: false,
};
const expired: OutboundError = {
  code: 'message.expired',
  message: 'not sent before its not_after',
  retryable: false,
};
const storeRetry: Ms = 1000;

/** Sends what waits in the outbox: one message at a time for each modem, urgent ones first, then the oldest, each at most once. */
export class Dispatcher {
  readonly #deps: DispatcherDeps;
  readonly #busy = new Map<ModemId, Promise<void>>();
  readonly #barred: BarredLines;
  /** What the operator was told about each modem since it last sent. */
  readonly #told = new Map<ModemId, Set<string>>();
  #stopped = false;

  constructor(deps: DispatcherDeps) {
    this.#deps = deps;
    this.#barred = new BarredLines(deps.store.linePauses);
  }

  /**
   * Messages that a dead process left between the modem and its answer: nobody knows, so nobody sends them again.
   * And those whose text died with it.
   */
  settleInterrupted(): void {
    const { store } = this.#deps;
    store.db.commit(() => {
      this.#end(store.outbox.inFlight(), 'unknown', interrupted);
      this.#end(store.outbox.waitingConfidential(), 'failed', textGone);
    });
  }

  /** Something may go now: a message was queued, a modem became ready, or time passed. */
  wake(): void {
    for (const modem of this.#deps.modems.values()) this.#start(modem);
  }

  /** Ends waiting messages whose time is over, then wakes. Called about once a second. */
  tick(): void {
    const { store, clock, committed } = this.#deps;
    const overdue = store.outbox.overdue(clock.now());
    if (overdue.length > 0) {
      store.db.commit(() => this.#end(overdue, 'expired', expired));
      committed();
    }
    this.#forget();
    this.wake();
  }

  /** Why a message of the outbox that is `queued` has not gone yet. */
  whyWaiting(entry: Pick<WaitingEntry, 'modem' | 'nextTryAt'>): Waiting {
    const { modems, clock } = this.#deps;
    return whyWaiting(entry, modems.get(entry.modem)?.state, this.#holds(entry.modem), clock.now());
  }

  /** Why the first in a modem's queue waits; null where none does. */
  firstWaiting(modem: ModemId): Waiting | null {
    const [first] = this.#deps.store.outbox.waiting(modem, 1);
    return first === undefined ? null : this.whyWaiting(first);
  }

  #end(entries: readonly OutboxEntry[], status: 'unknown' | 'failed' | 'expired', error: OutboundError): void {
    const { store, clock } = this.#deps;
    const at = clock.now();
    for (const entry of entries) {
      store.outbox.settle(entry.n, { status, error, at });
      appendStatus(store, entry, { status, at, error });
    }
  }

  #forget(): void {
    const { store, unwritten } = this.#deps;
    for (const id of unwritten.keys()) {
      const status = store.outbox.get(id)?.status;
      if (status !== 'queued' && status !== 'sending') unwritten.delete(id);
    }
  }

  /** Takes no more work; resolves when what is in flight has settled. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all(this.#busy.values());
  }

  #start(modem: Modem): void {
    if (this.#stopped || this.#busy.has(modem.id) || !canSend(modem.state)) return;
    if (!this.#deps.store.outbox.hasNext(modem.id, this.#deps.clock.now()) || this.#isHeld(modem.id)) return;
    const work = this.#drain(modem).catch((error: unknown) => {
      this.#deps.log.error({ err: error, modem: modem.id }, 'the outbox of a modem stopped; trying again');
    });
    this.#busy.set(modem.id, work);
    void work.finally(() => this.#busy.delete(modem.id));
  }

  #holds(modem: ModemId): Holds {
    const { store, clock, paces } = this.#deps;
    const pace = paces?.get(modem) ?? unhurried;
    const now = clock.now();
    const back = lookBack(pace);
    return {
      pausedUntil: this.#barred.until(modem, now),
      paceUntil: back === 0 ? null : paceUntil(pace, store.outbox.handedOver(modem, now - back), now),
    };
  }

  #isHeld(modem: ModemId): boolean {
    const { pausedUntil, paceUntil } = this.#holds(modem);
    return pausedUntil !== null || paceUntil !== null;
  }

  async #drain(modem: Modem): Promise<void> {
    let entry = this.#deps.store.db.commit(() => this.#claim(modem));
    while (entry !== undefined) {
      this.#deps.committed();
      const outcome = inViewOf(entry, await this.#send(modem, entry));
      entry = await this.#settleAndClaim(modem, entry, outcome);
    }
    this.#deps.committed();
  }

  /** Committed before the modem hears of it, so that no crash can send it twice. */
  #claim(modem: Modem): OutboxEntry | undefined {
    const { store, clock } = this.#deps;
    if (this.#stopped || !canSend(modem.state)) return undefined;
    const at = clock.now();
    const entry = store.outbox.next(modem.id, at);
    if (entry === undefined || this.#isHeld(modem.id)) return undefined;
    store.outbox.markSending(entry.n, at);
    appendStatus(store, entry, { status: 'sending', at });
    return entry;
  }

  async #send(modem: Modem, entry: OutboxEntry): Promise<SendOutcome> {
    const { to, statusReport } = entry;
    const text = entry.confidential ? this.#deps.unwritten.get(entry.id) : entry.text;
    if (text === undefined) return { is: 'not_sent', references: [], error: textGone };
    try {
      const { parts } = encodeSubmit({ to, text, statusReport, reference: entry.n & 0xff });
      return await modem.send(parts);
    } catch (error) {
      const { code, message } = asGatewayError(error);
      return { is: 'not_sent', references: [], error: { code, message, retryable: false } };
    }
  }

  /** The modem has forgotten the send, so its outcome is kept trying until the store takes it. */
  async #settleAndClaim(modem: Modem, entry: OutboxEntry, outcome: SendOutcome): Promise<OutboxEntry | undefined> {
    const { store, clock, log } = this.#deps;
    const isPaused = this.#barred.note(modem.id, outcome);
    const told = new Set(this.#told.get(modem.id));
    for (;;) {
      try {
        return store.db.commit(() => {
          this.#settle(modem, entry, outcome);
          this.#warn(modem.id, outcome);
          if (isPaused) this.#pause(modem.id);
          return this.#claim(modem);
        });
      } catch (error) {
        if (this.#stopped) throw error;
        this.#told.set(modem.id, new Set(told));
        log.error({ err: error, modem: modem.id }, 'the outcome of a send cannot be stored; trying again');
        await clock.sleep(storeRetry);
      }
    }
  }

  #settle(modem: Modem, entry: OutboxEntry, outcome: SendOutcome): void {
    const { store, clock } = this.#deps;
    const at = clock.now();
    const line = modem.state.line;
    store.outbox.addReferences(entry.n, line, outcome.references, at);
    const error = outcome.is === 'sent' ? null : outcome.error;
    const again = error === null ? undefined : nextTry(entry, outcome, at);
    const ended = outcome.is === 'not_sent' ? 'failed' : outcome.is;
    const status = again === undefined ? ended : 'queued';
    store.outbox.settle(entry.n, { status, error, at, ...again });
    const [reference] = outcome.references;
    appendStatus(store, entry, { status, at, error, ...(reference === undefined ? {} : { reference }) });
    if (outcome.is === 'sent' && line !== null) applyEarlyReports(store, entry, line, at);
  }

  /** Tells the operator what only a person can mend, once until the line sends again. Runs inside the caller's transaction. */
  #warn(modem: ModemId, outcome: SendOutcome): void {
    if (outcome.is === 'sent') {
      this.#told.delete(modem);
      return;
    }
    const { hint, code, message } = outcome.error;
    if (hint !== undefined) this.#alert(modem, { code, message, hint });
  }

  #pause(modem: ModemId): void {
    this.#barred.pause(modem, this.#deps.clock.now());
    const message = 'nothing is sent for 15 minutes: the network refused this line several times in a row';
    this.#alert(modem, { code: 'line_paused', message, hint: 'Ask the operator of the SIM what it may send.' });
  }

  #alert(modem: ModemId, alert: { readonly code: string; readonly message: string; readonly hint: string }): void {
    const { store, clock } = this.#deps;
    const told = this.#told.get(modem) ?? new Set();
    this.#told.set(modem, told);
    if (told.has(alert.code)) return;
    told.add(alert.code);
    const body = { type: 'alert', subject: modem, ...alert } as const;
    store.events.append({ id: newEventId(), modem: null, time: clock.now(), body });
  }
}
