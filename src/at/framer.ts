import { leavesQuoteOpen } from './unsolicited.ts';

const CR = 0x0d;
const LF = 0x0a;
const PROMPT = 0x3e;

export interface FrameSink {
  /** A line without its end, never empty, bytes above 0x7F as latin1. */
  line(line: string): void;
  /** `>` at the start of a line. It has no line end, so it is told the moment its byte is there. */
  prompt(): void;
  /** A line longer than the limit was dropped whole. */
  dropped(bytes: number): void;
  /** Asked at each `>`: only then can it be a prompt. */
  awaitsPrompt(): boolean;
  /** Asked at the end of a line with NULs: whether it goes on with a text that an earlier line began. */
  isTextOpen(): boolean;
}

/** The longest line kept. Real ones stay under 600 bytes: a PDU is 352 digits, the longest USSD text 182. */
const LIMIT = 8192;

/**
 * Bytes to lines. Any of CR and LF ends a line, empty lines vanish: so `\r\r\n`, a missing CR and a missing LF are all alike. NULs, which
 * modems send as they start, vanish too, but within quotation marks: there each is an `@` (TS 23.038 6.2.1).
 */
export class Framer {
  readonly #sink: FrameSink;
  readonly #limit: number;
  #pending = '';
  #size = 0;

  constructor(sink: FrameSink, limit = LIMIT) {
    this.#sink = sink;
    this.#limit = limit;
  }

  push(chunk: Uint8Array): void {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    let start = 0;
    for (let at = 0; at < bytes.length; at += 1) {
      const byte = bytes[at];
      if (byte === CR || byte === LF) {
        this.#append(bytes, start, at);
        start = at + 1;
        this.#endLine();
      } else if (byte === PROMPT && this.#sink.awaitsPrompt()) {
        this.#append(bytes, start, at);
        start = at;
        if (this.#size > this.#limit || !isBlank(this.#pending)) continue;
        start = at + 1;
        this.#clear();
        this.#sink.prompt();
      }
    }
    this.#append(bytes, start, bytes.length);
  }

  #append(bytes: Buffer, from: number, to: number): void {
    if (from === to) return;
    this.#size += to - from;
    if (this.#size > this.#limit) this.#pending = '';
    else this.#pending += bytes.toString('latin1', from, to);
  }

  #endLine(): void {
    const line = this.#pending;
    const size = this.#size;
    this.#clear();
    if (size > this.#limit) this.#sink.dropped(size);
    else if (!isBlank(line))
      this.#sink.line(line.includes('\0') ? withoutStrayNuls(line, this.#sink.isTextOpen()) : line);
  }

  #clear(): void {
    this.#pending = '';
    this.#size = 0;
  }
}

function isBlank(line: string): boolean {
  return /^[\s\0]*$/.test(line);
}

/** Its text is what stands between its first and its last mark: operators put marks into their texts. */
function withoutStrayNuls(line: string, isTextOpen: boolean): string {
  const goesOn = leavesQuoteOpen(line) !== isTextOpen;
  const to = goesOn ? line.length : line.lastIndexOf('"') + 1;
  const from = isTextOpen ? 0 : Math.max(0, line.indexOf('"'));
  const [before, text, after] = [line.slice(0, from), line.slice(from, to), line.slice(to)];
  return before.replaceAll('\0', '') + text + after.replaceAll('\0', '');
}
