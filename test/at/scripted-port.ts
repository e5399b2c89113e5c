import type { BytePort } from '../../src/at/port.ts';

/** The far end of a byte pipe under the test's hand: says what the test says and keeps what was written. */
export class ScriptedPort implements BytePort {
  readonly written: string[] = [];
  readonly #chunks: Uint8Array[] = [];
  #wake: (() => void) | undefined;
  #ended = false;
  #error: Error | undefined;
  closed = false;
  /** Called with each write; what it returns is said at once. */
  answer: (written: string) => string | undefined = () => undefined;
  writeError: Error | undefined;

  readonly bytes: AsyncIterable<Uint8Array> = this.#read();

  say(text: string): void {
    this.#chunks.push(Buffer.from(text, 'latin1'));
    this.#wake?.();
  }

  end(error?: Error): void {
    this.#ended = true;
    this.#error = error;
    this.#wake?.();
  }

  async write(data: Uint8Array): Promise<void> {
    if (this.writeError !== undefined) throw this.writeError;
    const text = Buffer.from(data).toString('latin1');
    this.written.push(text);
    const answer = this.answer(text);
    if (answer !== undefined) this.say(answer);
  }

  async close(): Promise<void> {
    this.closed = true;
    this.end();
  }

  async *#read(): AsyncGenerator<Uint8Array> {
    for (;;) {
      const chunk = this.#chunks.shift();
      if (chunk !== undefined) yield chunk;
      else if (this.#error !== undefined) throw this.#error;
      else if (this.#ended) return;
      else await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }
}

/** Lets everything run that waits for nothing but its turn. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 3; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}
