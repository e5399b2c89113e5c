import type { Ms } from '../clock.ts';

/** One AT exchange as data: what to write, which lines it owns, how long it may take, what the reply means. */
export interface AtCommand<T> {
  /** Without the closing CR: `AT+CMGR=7`. */
  readonly line: string;
  /**
   * Line ownership: 1 matches `owns` → reply; 2 a listed unsolicited line → unsolicited; 3 `bare` and unprefixed → reply; 4 logged and dropped.
   * A match also takes the lines that follow it up to the next prefixed one (a PDU under its header).
   * Match shapes where an unsolicited line shares the prefix: `+CREG: n,stat` is a reply, `+CREG: stat` is not.
   */
  readonly owns: RegExp | 'bare';
  /** Some modems leave the final result out: the reply counts without it, half a second after its last line. Only for questions. */
  readonly resultOptional?: true;
  /** Written with Ctrl-Z once the prompt is seen (TS 27.005 4.3). */
  readonly payload?: string;
  /** For the final result; from the Ctrl-Z on where there is a payload. */
  readonly timeout: Ms;
  /** The reply's lines, without echo and final result. Throws `at.unparsable`. */
  parse(info: readonly string[]): T;
}

export interface RunOptions {
  /** Goes before everything that waits, behind what is in flight. */
  readonly urgent?: boolean;
}
