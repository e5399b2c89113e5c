import type { BytePort } from '../../src/at/port.ts';
import type { Clock } from '../../src/clock.ts';

/** The lines of a reply with its final result, `> ` for a prompt, or null for silence. A payload ends in Ctrl-Z. */
export type Reply = readonly string[] | null;

const ok: Reply = ['OK'];

/** What a plain modem answers; everything else is OK. */
const plain: Readonly<Record<string, Reply>> = {
  'AT+CGMI': ['Example', 'OK'],
  'AT+CGSN': ['490154203237518', 'OK'],
  'AT+CFUN?': ['+CFUN: 1', 'OK'],
  'AT+CPIN?': ['+CPIN: READY', 'OK'],
  'AT+CPINR="SIM PIN"': ['+CME ERROR: 100'],
  'AT+CCID': ['8901260000000000001', 'OK'],
  'AT+CSCA?': ['+CSCA: "+12063130004",145', 'OK'],
  'AT+CPMS=?': ['+CPMS: ("ME","SM"),("ME","SM"),("ME","SM")', 'OK'],
  'AT+CPMS?': ['+CPMS: "ME",0,20,"ME",0,20,"ME",0,20', 'OK'],
  'AT+CPMS="SM","SM","SM"': ['+CPMS: 0,10,0,10,0,10', 'OK'],
  'AT+CPMS="ME","ME","ME"': ['+CPMS: 0,20,0,20,0,20', 'OK'],
  'AT+CPMS="SM","ME","ME"': ['+CPMS: 0,10,0,20,0,20', 'OK'],
  'AT+CMGD=?': ['+CMGD: (0-19),(0-4)', 'OK'],
  'AT+CNMI=?': ['+CNMI: (0-2),(0-3),(0,2),(0-2),(0,1)', 'OK'],
  'AT+CNMI?': ['+CNMI: 2,1,0,1,0', 'OK'],
  'AT+CREG?': ['+CREG: 2,1', 'OK'],
  'AT+CGREG?': ['+CGREG: 2,1', 'OK'],
  'AT+CEREG?': ['+CEREG: 2,1', 'OK'],
  'AT+COPS?': ['+COPS: 0,0,"Example",7', 'OK'],
  'AT+CSQ': ['+CSQ: 20,99', 'OK'],
};

/** A modem that answers at once from a table; what it is told is kept in `written`. */
export class ScriptedModem {
  readonly written: string[] = [];
  readonly #answers: (line: string) => Reply | undefined;
  #ports: ScriptedPort[] = [];

  /** `answers` goes before the plain table where it gives something. */
  constructor(answers: Readonly<Record<string, Reply>> | ((line: string) => Reply | undefined) = {}) {
    this.#answers = typeof answers === 'function' ? answers : (line) => answers[line];
  }

  readonly openPort = (): Promise<BytePort> => {
    const port = new ScriptedPort((line) => {
      this.written.push(line);
      const reply = this.#answers(line);
      return reply === undefined ? (plain[line] ?? ok) : reply;
    });
    this.#ports.push(port);
    return Promise.resolve(port);
  };

  /** Says something unasked. */
  say(text: string): void {
    this.#ports.at(-1)?.say(text);
  }

  /** How often its port was opened. */
  get opened(): number {
    return this.#ports.length;
  }

  count(start: string): number {
    return this.written.filter((line) => line.startsWith(start)).length;
  }
}

class ScriptedPort implements BytePort {
  readonly bytes: AsyncIterable<Uint8Array>;
  readonly #answer: (line: string) => Reply;
  readonly #chunks: Uint8Array[] = [];
  #more = Promise.withResolvers<void>();
  #closed = false;
  #pending = '';

  constructor(answer: (line: string) => Reply) {
    this.#answer = answer;
    this.bytes = this.#read();
  }

  write(data: Uint8Array): Promise<void> {
    this.#pending += Buffer.from(data).toString('latin1');
    const lines = this.#pending.split(/(?<=[\r\x1a])/);
    this.#pending = /[\r\x1a]$/.test(this.#pending) ? '' : (lines.pop() ?? '');
    for (const line of lines) {
      const isCommand = line.startsWith('AT') || line.endsWith('\x1a');
      const reply = isCommand ? this.#answer(line.replace(/\r$/, '')) : null;
      if (reply !== null) this.say(reply.map((text) => (text === '> ' ? '\r\n> ' : `\r\n${text}\r\n`)).join(''));
    }
    return Promise.resolve();
  }

  close(): Promise<void> {
    this.#closed = true;
    this.#more.resolve();
    return Promise.resolve();
  }

  say(text: string): void {
    this.#chunks.push(Buffer.from(text, 'latin1'));
    this.#more.resolve();
  }

  async *#read(): AsyncGenerator<Uint8Array> {
    while (!this.#closed) {
      const chunk = this.#chunks.shift();
      if (chunk !== undefined) yield chunk;
      else {
        await this.#more.promise;
        this.#more = Promise.withResolvers();
      }
    }
  }
}

/** Time stands still while anything happens, and jumps to the next sleeper when nothing does. */
export class JumpingClock implements Clock {
  #now = 1_000_000;
  #sleepers: { readonly due: number; readonly wake: () => void }[] = [];
  #isJumping = false;

  now(): number {
    return this.#now;
  }

  sleep(duration: number, signal?: AbortSignal): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    if (signal?.aborted === true) return Promise.reject(signal.reason);
    const sleeper = { due: this.#now + duration, wake: resolve };
    this.#sleepers.push(sleeper);
    signal?.addEventListener('abort', () => {
      this.#sleepers = this.#sleepers.filter((other) => other !== sleeper);
      reject(signal.reason);
    });
    this.#jump();
    return promise;
  }

  #jump(): void {
    if (this.#isJumping) return;
    this.#isJumping = true;
    // A few turns of the event loop, for what is still to happen at this instant.
    setImmediate(() =>
      setImmediate(() =>
        setImmediate(() => {
          this.#isJumping = false;
          const next = this.#sleepers.reduce(
            (first, other) => (other.due < first.due ? other : first),
            this.#sleepers[0]!,
          );
          if (next === undefined) return;
          this.#sleepers = this.#sleepers.filter((other) => other !== next);
          this.#now = Math.max(this.#now, next.due);
          next.wake();
          if (this.#sleepers.length > 0) this.#jump();
        }),
      ),
    );
  }
}
