import type { BytePort } from '../../src/at/port.ts';
import type { Clock, EpochMs } from '../../src/clock.ts';

/** One line as it went over the wire: bytes as latin1, its end with it. A prompt and what was cut off have none. */
export interface TapedLine {
  readonly from: 'us' | 'modem';
  readonly at: EpochMs;
  readonly text: string;
}

/** A port that keeps everything that passes, until it is taken. */
export class Tape implements BytePort {
  readonly bytes: AsyncIterable<Uint8Array>;
  readonly #port: BytePort;
  readonly #clock: Clock;
  #lines: TapedLine[] = [];
  #open = '';
  #openAt: EpochMs = 0;

  constructor(port: BytePort, clock: Clock) {
    this.#port = port;
    this.#clock = clock;
    this.bytes = this.#read();
  }

  write(data: Uint8Array): Promise<void> {
    this.#cut();
    this.#lines.push({ from: 'us', at: this.#clock.now(), text: Buffer.from(data).toString('latin1') });
    return this.#port.write(data);
  }

  close(): Promise<void> {
    return this.#port.close();
  }

  /** What was not taken yet. `cut`: what has no end yet is taken too, for nothing more of it is waited for. */
  take(cut = false): readonly TapedLine[] {
    if (cut || this.#open.endsWith('\r')) this.#cut();
    const lines = this.#lines;
    this.#lines = [];
    return lines;
  }

  async *#read(): AsyncGenerator<Uint8Array> {
    for await (const chunk of this.#port.bytes) {
      this.#openAt = this.#clock.now();
      const text = this.#open + Buffer.from(chunk).toString('latin1');
      // A CR at its end may have its LF in the next chunk.
      const whole = /^(?:[^\r\n]*(?:\r*\n|\r+(?!$)))*/.exec(text)?.[0] ?? '';
      for (const line of whole.match(/[^\r\n]*(?:\r*\n|\r+)/g) ?? []) {
        this.#lines.push({ from: 'modem', at: this.#openAt, text: line });
      }
      this.#open = text.slice(whole.length);
      yield chunk;
    }
  }

  #cut(): void {
    if (this.#open !== '') this.#lines.push({ from: 'modem', at: this.#openAt, text: this.#open });
    this.#open = '';
  }
}
