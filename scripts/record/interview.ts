import type { AtCommand } from '../../src/at/command.ts';
import type { BytePort } from '../../src/at/port.ts';
import { type AtSession, openSession } from '../../src/at/session.ts';
import { type Clock, type Ms, systemClock } from '../../src/clock.ts';
import { asGatewayError, type GatewayError } from '../../src/errors.ts';
import { createLogger } from '../../src/log.ts';
import { isRefusal } from '../../src/modem/asking.ts';
import { unsolicitedShapes } from '../../src/modem/profile.ts';
import { allFamilies } from '../../src/modem/profiles/families.ts';
import { replyOf } from './reply.ts';
import { Tape, type TapedLine } from './tape.ts';

/** Something that went over the wire: an exchange, or what came while nothing was asked (`command` null). */
export interface Taken {
  /** What was asked, in words. */
  readonly title: string;
  readonly command: string | null;
  readonly lines: readonly TapedLine[];
}

export interface Answer<T> {
  /** Null where the modem refused, was silent or could not be understood. */
  readonly value: T | null;
  /** What it said, without echo and final result. */
  readonly reply: readonly string[];
}

export interface InterviewOptions {
  readonly signal: AbortSignal;
  /** Told of each question before it is asked. */
  say(text: string): void;
  onUnsolicited(lines: readonly string[]): void;
}

/** Some need one after each command (and a family that nobody knows may). */
const pause: Ms = 50;

/** A modem that is asked one thing after the other, by the session the gateway uses; everything is kept. */
export class Interview {
  readonly #session: AtSession;
  readonly #tape: Tape;
  readonly #clock: Clock = systemClock;
  readonly #options: InterviewOptions;
  readonly #taken: Taken[] = [];

  constructor(port: BytePort, options: InterviewOptions) {
    this.#options = options;
    this.#tape = new Tape(port, this.#clock);
    this.#session = openSession(this.#tape, {
      unsolicited: unsolicitedShapes(allFamilies),
      onUnsolicited: (lines) => options.onUnsolicited(lines),
      log: createLogger({ level: 'error', write: () => undefined }),
      gap: () => pause,
    });
  }

  /** Everything so far, in order. */
  get taken(): readonly Taken[] {
    return this.#taken;
  }

  /** Wakes it. Throws `at.timeout` where nothing answers. */
  async wake(): Promise<void> {
    try {
      await this.#session.sync();
    } finally {
      this.#keepBetween(this.#tape.take(true));
    }
  }

  /** Throws what ended the session, and `abort` once the user wants to stop; a refusal is an answer. */
  async ask<T>(command: AtCommand<T>, title: string): Promise<Answer<T>> {
    this.#options.signal.throwIfAborted();
    const { value, taken } = await this.#ask(command, title);
    if (taken !== null) this.#taken.push(taken);
    return { value, reply: taken === null ? [] : replyOf(taken) };
  }

  /** Also when the user wants to stop, and not kept: the modem gets back what it had. Whether it took it; throws as `ask`, but for the user. */
  async putBack(line: string): Promise<boolean> {
    const command: AtCommand<true> = { line, owns: /^\+CPMS:/i, timeout: 15_000, parse: () => true };
    return (await this.#ask(command, 'put back')).value === true;
  }

  /** Keeps what comes meanwhile. */
  async listen(duration: Ms): Promise<void> {
    await this.#clock.sleep(duration, this.#options.signal).catch(() => undefined);
    this.keepIdle();
  }

  /** Keeps what has come since the last question. */
  keepIdle(): void {
    this.#keepBetween(this.#tape.take());
  }

  close(): Promise<void> {
    return this.#session.close();
  }

  async #ask<T>(command: AtCommand<T>, title: string): Promise<{ value: T | null; taken: Taken | null }> {
    this.keepIdle();
    this.#options.say(`${title}: ${command.line}`);
    let failure: GatewayError | undefined;
    const value = await this.#session.run(command).catch((thrown: unknown) => {
      failure = asGatewayError(thrown);
      return null;
    });
    const taken = this.#exchange(command, title, failure !== undefined);
    if (failure === undefined || isRefusal(failure) || failure.code === 'at.no_prompt') return { value, taken };
    if (taken !== null) this.#taken.push(taken);
    throw failure;
  }

  /** Before the command was written the session may have been finding back into step. */
  #exchange(command: AtCommand<unknown>, title: string, cut: boolean): Taken | null {
    const lines = this.#tape.take(cut);
    const written = lines.findIndex(({ from, text }) => from === 'us' && text === `${command.line}\r`);
    const start = written < 0 ? lines.length : written;
    this.#keepBetween(lines.slice(0, start));
    return written < 0 ? null : { title, command: command.line, lines: lines.slice(start) };
  }

  #keepBetween(lines: readonly TapedLine[]): void {
    if (lines.length > 0) this.#taken.push({ title: '', command: null, lines });
  }
}
