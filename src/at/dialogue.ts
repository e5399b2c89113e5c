import type { Clock, EpochMs, Ms } from '../clock.ts';
import { asGatewayError, GatewayError } from '../errors.ts';
import type { Logger } from '../log.ts';
import type { AtCommand } from './command.ts';
import {
  beginExchange,
  claimOf,
  type Exchange,
  type ExchangeInput,
  type ExchangeStep,
  interrupted,
  step,
  tidied,
} from './exchange.ts';
import { Framer } from './framer.ts';
import type { BytePort } from './port.ts';
import { finalResult, numericResult, unglue } from './results.ts';
import { UnknownLines } from './unknown-lines.ts';
import { isPrefixed, UnsolicitedGatherer, type UnsolicitedShape } from './unsolicited.ts';

export interface DialogueOptions {
  readonly unsolicited: readonly UnsolicitedShape[];
  onUnsolicited(lines: readonly string[]): void;
  readonly clock: Clock;
  readonly log: Logger;
}

export type FinishedStep = Exclude<ExchangeStep, { readonly is: 'waiting' }>;

interface Current {
  readonly exchange: Exchange;
  readonly done: (finished: FinishedStep) => void;
}

/** What belongs to an unsolicited line comes right behind it or not at all. */
const REST_TIMEOUT: Ms = 1_000;

/** One port, read to its end, and at most one exchange on it: gives each line to whom it belongs and keeps the time. */
export class Dialogue {
  readonly #port: BytePort;
  readonly #clock: Clock;
  readonly #framer: Framer;
  readonly #unsolicited: UnsolicitedGatherer;
  readonly #unknown: UnknownLines;
  readonly #over = Promise.withResolvers<GatewayError>();
  #current: Current | undefined;
  #finished: (() => void) | undefined;
  #alarm: AbortController | undefined;
  #stopped = false;
  #heardAt: EpochMs = 0;
  #strays = 0;

  constructor(port: BytePort, { unsolicited, onUnsolicited, clock, log }: DialogueOptions) {
    this.#port = port;
    this.#clock = clock;
    this.#unsolicited = new UnsolicitedGatherer(unsolicited, (lines) => {
      try {
        onUnsolicited(lines);
      } catch (error) {
        this.#over.resolve(asGatewayError(error));
      }
    });
    this.#unknown = new UnknownLines(log);
    this.#framer = new Framer({
      line: (line) => {
        for (const part of unglue(line)) this.#onLine(part);
      },
      prompt: () => this.#advance({ is: 'prompt', now: this.#clock.now() }),
      dropped: (bytes) => log.warn({ bytes }, 'dropped a line that does not end'),
      awaitsPrompt: () => this.#current?.exchange.phase === 'prompt',
      isTextOpen: () => this.#unsolicited.isTextOpen || this.#current?.exchange.quoteOpen === true,
    });
  }

  /** Resolves with why the port is of no more use. */
  get over(): Promise<GatewayError> {
    return this.#over.promise;
  }

  /** When the last byte came. */
  get heardAt(): EpochMs {
    return this.#heardAt;
  }

  /** How many final results came so far that no command waited for: late answers. */
  get strays(): number {
    return this.#strays;
  }

  /** Reads until the port ends. */
  async read(): Promise<void> {
    try {
      for await (const chunk of this.#port.bytes) {
        if (this.#stopped) return;
        this.#heardAt = this.#clock.now();
        this.#framer.push(chunk);
        this.#tellFinished();
      }
      this.#over.resolve(new GatewayError('port.closed', 'the port ended', { transient: true }));
    } catch (error) {
      this.#over.resolve(asGatewayError(error));
    }
  }

  /**
   * Writes the command; `done` is called once, in the tick in which the final result came, but after everything that came in with it:
   * what is already here cannot be the answer to the command after this one.
   */
  begin(command: AtCommand<unknown>, done: (finished: FinishedStep) => void): void {
    if (this.#clock.now() - this.#heardAt > REST_TIMEOUT) this.#unsolicited.flush();
    this.write(`${command.line}\r`);
    this.#wait({ exchange: beginExchange(command, this.#clock.now()), done });
  }

  /** Hands bytes to the port; one that cannot take them is over. */
  write(text: string): void {
    this.#port.write(Buffer.from(text, 'latin1')).catch((error: unknown) => this.#over.resolve(asGatewayError(error)));
  }

  /** Fails the running exchange with `why`, once everything that came in with it is seen; the device has to be brought back into step. */
  interrupt(why: GatewayError): void {
    const current = this.#current;
    if (current === undefined) return;
    const end = interrupted(current.exchange, why);
    this.#current = undefined;
    this.#alarm?.abort();
    this.#alarm = undefined;
    if (end.is !== 'waiting') this.#finished = () => current.done({ ...end, after: 'resync' });
    queueMicrotask(() => this.#tellFinished());
  }

  /** Ends the running exchange with `why` and listens to nothing more. */
  stop(why: GatewayError): void {
    this.#stopped = true;
    this.#alarm?.abort();
    this.#unsolicited.flush();
    this.#unknown.report();
    const current = this.#current;
    this.#current = undefined;
    this.#tellFinished();
    if (current === undefined) return;
    const end = interrupted(current.exchange, why);
    if (end.is !== 'waiting') current.done(end);
  }

  #onLine(raw: string): void {
    if (this.#stopped) return;
    const exchange = this.#current?.exchange;
    if (exchange === undefined) this.#onIdleLine(raw);
    else this.#onReplyLine(exchange, raw);
  }

  #onReplyLine(exchange: Exchange, raw: string): void {
    const line = tidied(exchange, raw);
    const claim = claimOf(exchange, line);
    if (claim === 'echo') return;
    const firm = claim === 'result' || (claim === 'owned' && isPrefixed(line));
    if (!firm && this.#unsolicited.takesRest(line)) return;
    if (firm) this.#unsolicited.flush();
    else if (claim !== 'owned' && this.#unsolicited.takes(line)) return;
    if (claim === 'none') this.#unknown.drop(line);
    else this.#advance({ is: 'line', line, now: this.#clock.now() });
  }

  #onIdleLine(line: string): void {
    if (this.#unsolicited.takesRest(line) || this.#unsolicited.takes(line)) return;
    if (finalResult(line, '') !== undefined || numericResult(line) !== undefined) this.#strays += 1;
    this.#unknown.drop(line);
  }

  #advance(input: ExchangeInput): void {
    const current = this.#current;
    if (current === undefined) return;
    const next = step(current.exchange, input);
    if (next.is !== 'replied' && next.write !== undefined) this.write(next.write);
    if (next.is === 'waiting') {
      if (next.exchange !== current.exchange) this.#wait({ ...current, exchange: next.exchange });
      return;
    }
    this.#current = undefined;
    this.#alarm?.abort();
    this.#alarm = undefined;
    this.#finished = () => current.done(next);
  }

  #tellFinished(): void {
    const finished = this.#finished;
    this.#finished = undefined;
    finished?.();
  }

  /** Waits for `current`; the alarm is set anew only when the deadline moved. */
  #wait(current: Current): void {
    const before = this.#current?.exchange.deadline;
    this.#current = current;
    if (before === current.exchange.deadline) return;
    this.#alarm?.abort();
    const alarm = new AbortController();
    this.#alarm = alarm;
    const duration = Math.max(0, current.exchange.deadline - this.#clock.now());
    this.#clock.sleep(duration, alarm.signal).then(
      () => this.#onAlarm(alarm),
      () => undefined,
    );
  }

  #onAlarm(alarm: AbortController): void {
    if (alarm.signal.aborted) return;
    const exchange = this.#current?.exchange;
    // A timer may fire a moment before the clock shows its time.
    this.#advance({ is: 'tick', now: Math.max(this.#clock.now(), exchange?.deadline ?? 0) });
    this.#tellFinished();
  }
}
