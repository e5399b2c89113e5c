import { type Clock, type Ms, systemClock } from '../clock.ts';
import { asGatewayError, GatewayError } from '../errors.ts';
import type { Logger } from '../log.ts';
import type { AtCommand, RunOptions } from './command.ts';
import { Dialogue, type FinishedStep } from './dialogue.ts';
import { beginExchange, placed } from './exchange.ts';
import type { BytePort } from './port.ts';
import { type Line, resync, wake } from './resync.ts';
import type { UnsolicitedShape } from './unsolicited.ts';

export interface SessionOptions {
  /** Data: which lines come unasked. The first that matches counts; no global or sticky expressions. */
  readonly unsolicited: readonly UnsolicitedShape[];
  /** The line and what follows it, as far as it came. Must not throw: that ends the session. */
  onUnsolicited(lines: readonly string[]): void;
  readonly clock?: Clock;
  readonly log: Logger;
  /** Pause after each command, for families that need one, asked each time. Default none. */
  readonly gap?: () => Ms;
}

/** Single use: once closed, a new session is made on a new port. A late answer can never meet the next command. */
export interface AtSession {
  /**
   * One in flight, the others in order, urgent ones first. Throws `at.*` and what ended the port. Where there is a payload, `details.phase` is
   * `before_payload` (it never left) or `after_payload`: then `at.cms`, `at.cme` and `at.error` are refusals, `at.unparsable` was accepted,
   * and with any other code nobody knows. A payload whose reply came counts as accepted, even if the OK behind it is lost.
   */
  run<T>(command: AtCommand<T>, options?: RunOptions): Promise<T>;
  /** Wakes the device: ESC, CR, then `AT` until OK, each for as long as `attempts` says. Throws `at.timeout`, and then the session is closed. */
  sync(attempts?: readonly Ms[]): Promise<void>;
  /** The device forgot what it was asked, as after a restart: fails the command in flight with `why`, if there is one, and finds back into step. */
  interrupt(why: GatewayError): void;
  /** Resolves with why. */
  readonly closed: Promise<GatewayError>;
  /** Fails what waits with `at.closed` and closes the port. */
  close(): Promise<void>;
}

interface Job {
  readonly command: AtCommand<unknown>;
  readonly urgent: boolean;
  resolve(lines: readonly string[]): void;
  reject(error: GatewayError): void;
}

/** Takes the port over and reads it until it ends or the session closes. */
export function openSession(port: BytePort, options: SessionOptions): AtSession {
  const session = new Session(port, options);
  session.start();
  return session;
}

class Session implements AtSession {
  readonly #port: BytePort;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #gap: () => Ms;
  readonly #dialogue: Dialogue;
  readonly #waiting: Job[] = [];
  readonly #end = new AbortController();
  readonly #closed = Promise.withResolvers<GatewayError>();
  /** A command is in flight, or the session itself talks or pauses: what waits goes on waiting. */
  #busy = false;
  /** Undefined where it does not. */
  #recovering: Promise<void> | undefined;
  #portClosed: Promise<void> = Promise.resolve();

  constructor(port: BytePort, options: SessionOptions) {
    this.#port = port;
    this.#clock = options.clock ?? systemClock;
    this.#log = options.log;
    this.#gap = options.gap ?? (() => 0);
    this.#dialogue = new Dialogue(port, {
      unsolicited: options.unsolicited,
      onUnsolicited: (lines) => options.onUnsolicited(lines),
      clock: this.#clock,
      log: options.log,
    });
  }

  get closed(): Promise<GatewayError> {
    return this.#closed.promise;
  }

  start(): void {
    void this.#dialogue.over.then((why) => this.#shut(why));
    void this.#dialogue.read();
  }

  run<T>(command: AtCommand<T>, options: RunOptions = {}): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const parsed = (lines: readonly string[]): void => {
      try {
        resolve(command.parse(lines));
      } catch (error) {
        reject(asUnparsable(error));
      }
    };
    this.#enqueue({ command, urgent: options.urgent ?? false, resolve: parsed, reject });
    return promise;
  }

  async sync(attempts?: readonly Ms[]): Promise<void> {
    if (this.#recovering !== undefined) await this.#recovering;
    if (this.#end.signal.aborted) throw new GatewayError('at.closed', 'the session is closed', { transient: true });
    if (this.#busy) throw new GatewayError('internal', 'only a session at rest can be woken');
    await this.#recover((line) => wake(line, attempts));
  }

  interrupt(why: GatewayError): void {
    this.#dialogue.interrupt(why);
  }

  async close(): Promise<void> {
    this.#shut(new GatewayError('at.closed', 'the session was closed'));
    await this.#portClosed;
  }

  #enqueue(job: Job): void {
    if (this.#end.signal.aborted) {
      job.reject(refused(job));
      return;
    }
    const behind = job.urgent ? this.#waiting.findIndex((other) => !other.urgent) : -1;
    this.#waiting.splice(behind === -1 ? this.#waiting.length : behind, 0, job);
    this.#pump();
  }

  #pump(): void {
    if (this.#busy || this.#end.signal.aborted) return;
    const job = this.#waiting.shift();
    if (job === undefined) return;
    this.#busy = true;
    this.#dialogue.begin(job.command, (finished) => this.#settle(job, finished));
  }

  #settle(job: Job, finished: FinishedStep): void {
    this.#busy = false;
    const gap = this.#gap();
    if (finished.is === 'replied') job.resolve(finished.lines);
    else job.reject(finished.error);
    if (this.#end.signal.aborted) return;
    if (finished.is === 'failed' && finished.after === 'poisoned') this.#shut(finished.error);
    else if (finished.after === 'resync') this.#recovering = this.#recover(resync).catch(ended);
    else if (gap > 0) this.#recovering = this.#recover(({ clock, signal }) => clock.sleep(gap, signal)).catch(ended);
    else this.#pump();
  }

  /** Talks or waits on its own account; what it throws ends the session. */
  async #recover(talk: (line: Line) => Promise<void>): Promise<void> {
    this.#busy = true;
    try {
      await talk({ dialogue: this.#dialogue, clock: this.#clock, signal: this.#end.signal });
    } catch (error) {
      this.#shut(asGatewayError(error));
      throw error;
    }
    this.#busy = false;
    this.#recovering = undefined;
    this.#pump();
  }

  #shut(why: GatewayError): void {
    if (this.#end.signal.aborted) return;
    this.#end.abort(why);
    this.#log.debug({ code: why.code }, 'AT session closed');
    this.#dialogue.stop(why);
    for (const job of this.#waiting.splice(0)) job.reject(refused(job));
    this.#portClosed = this.#port.close().catch(ended);
    this.#closed.resolve(why);
  }
}

/** For promises whose failure already ended the session: `closed` tells it. */
function ended(): void {}

/** For a command that was never written. */
function refused(job: Job): GatewayError {
  const error = new GatewayError('at.closed', 'the session closed before the command was written', { transient: true });
  return placed(error, beginExchange(job.command, 0));
}

function asUnparsable(thrown: unknown): GatewayError {
  if (thrown instanceof GatewayError) return thrown;
  return new GatewayError('at.unparsable', 'the reply cannot be read', { cause: thrown });
}
