import type { Ms } from '../clock.ts';
import { type Call, parseCommandLine } from './command-line.ts';
import type { LineFault, Stage } from './fault.ts';
import type { ModemState } from './modem-state.ts';
import { type Outcome, ok, type Reply, resultLine } from './outcome.ts';
import type { SendOptions, SerialLine } from './serial-line.ts';
import type { Timeline } from './timeline.ts';

export interface DialogueOptions {
  /** Between the last octet of a command and the first of its answer. */
  readonly commandLatency: Ms;
  /** What happens to octets that come while a command runs. */
  readonly busyInput: 'queue' | 'lose';
  readonly run: (call: Call) => Outcome;
  readonly strike: (fault: LineFault) => void;
}

interface Chunk {
  readonly data: Uint8Array;
  readonly start: Ms;
  readonly perOctet: Ms;
  next: number;
}

const control = { backspace: 0x08, lf: 0x0a, cr: 0x0d, ctrlZ: 0x1a, escape: 0x1b } as const;
const longestLine = 2048;

/** The conversation on one AT channel: one command at a time, each octet in its time. */
export class Dialogue {
  readonly #modem: ModemState;
  readonly #line: SerialLine;
  readonly #timeline: Timeline;
  readonly #options: DialogueOptions;
  #mode: 'command' | 'running' | 'payload' | 'mute' = 'command';
  /** While true, unsolicited lines wait: between a command and its answer, and in a prompt. */
  #holding = false;
  #held: string[] = [];
  #input: Chunk[] = [];
  #pumping = false;
  #text = '';
  #echo: number[] = [];
  #payloadDone: ((payload: string | null, at: Ms) => void) | null = null;
  /** Grows when what is in flight is forgotten. */
  #life = 0;

  constructor(modem: ModemState, line: SerialLine, timeline: Timeline, options: DialogueOptions) {
    this.#modem = modem;
    this.#line = line;
    this.#timeline = timeline;
    this.#options = options;
  }

  /** What a client wrote, as it is read. */
  receive(data: Uint8Array): void {
    const { start, perOctet } = this.#line.arrival(data.length);
    if (this.#mode === 'mute' || (this.#mode === 'running' && this.#options.busyInput === 'lose')) return;
    this.#input.push({ data, start, perOctet, next: 0 });
    this.#pump();
  }

  unsolicited(lines: readonly string[]): void {
    if (this.#mode === 'mute') return;
    const text = `\r\n${lines.join('\r\n')}\r\n`;
    if (this.#holding) this.#held.push(text);
    else this.#send(text, this.#timeline.now());
  }

  /** Straight onto the line, whatever is in flight. */
  inject(data: Uint8Array): void {
    if (this.#mode !== 'mute') this.#line.send(data, this.#timeline.now());
  }

  /** Forgets all that is in flight; deaf and dumb until `wake`. */
  silence(): void {
    this.#life += 1;
    this.#mode = 'mute';
    this.#holding = false;
    this.#held = [];
    this.#input = [];
    this.#text = '';
    this.#echo = [];
    this.#payloadDone = null;
    this.#line.cut();
  }

  wake(): void {
    if (this.#mode === 'mute') this.#mode = 'command';
  }

  #later(due: Ms, run: () => void): void {
    const life = this.#life;
    this.#timeline.at(due, () => {
      if (life === this.#life) run();
    });
  }

  #send(text: string, notBefore: Ms, options?: SendOptions): Ms {
    return this.#line.send(Buffer.from(text, 'latin1'), notBefore, options);
  }

  #pump(): void {
    if (this.#pumping) return;
    this.#pumping = true;
    for (let chunk = this.#input[0]; chunk !== undefined && this.#reads(); chunk = this.#input[0]) {
      const octet = chunk.data[chunk.next++];
      if (octet === undefined) this.#input.shift();
      else this.#consume(octet, chunk.start + chunk.next * chunk.perOctet);
    }
    this.#flushEcho();
    this.#pumping = false;
  }

  #reads(): boolean {
    return this.#mode === 'command' || this.#mode === 'payload';
  }

  #consume(octet: number, at: Ms): void {
    if (this.#modem.settings.echo) this.#echo.push(octet);
    const inPayload = this.#mode === 'payload';
    if (octet === control.backspace) this.#text = this.#text.slice(0, -1);
    else if (octet === control.escape || octet === control.ctrlZ) {
      const text = this.#text;
      this.#text = '';
      if (inPayload) this.#payloadDone?.(octet === control.ctrlZ ? text : null, at);
    } else if (octet === control.cr && !inPayload) {
      const line = this.#text.trim();
      this.#text = '';
      if (line !== '') this.#start(line, at);
    } else if (octet >= 0x20 && this.#text.length < longestLine) this.#text += String.fromCharCode(octet);
  }

  #flushEcho(): void {
    if (this.#echo.length === 0) return;
    const echo = Uint8Array.from(this.#echo);
    this.#echo = [];
    this.#line.send(echo, this.#timeline.now());
  }

  #start(line: string, at: Ms): void {
    this.#flushEcho();
    this.#mode = 'running';
    this.#holding = true;
    if (this.#options.busyInput === 'lose') this.#input = [];
    if (this.#struck('command', line)) return;
    const calls = parseCommandLine(line);
    if (calls === null || this.#modem.faults.take('silence', line) !== null) {
      this.#done(null);
      return;
    }
    const late = this.#modem.faults.take('late', line)?.delay ?? 0;
    const due = Math.max(at, this.#timeline.now() - this.#options.commandLatency) + this.#options.commandLatency + late;
    this.#later(due, () => this.#step({ line, calls, blocks: [] }, due));
  }

  /** Runs the next command of the line, or answers when there is none. */
  #step(run: { line: string; calls: readonly Call[]; blocks: readonly string[] }, due: Ms): void {
    const [call, ...calls] = run.calls;
    if (call === undefined) {
      this.#finish(run.line, run.blocks, ok, due);
      return;
    }
    const outcome = this.#forced(call) ?? this.#options.run(call);
    this.#settle(outcome, run.line, due, (reply, then) => {
      const blocks = reply.lines.length === 0 ? run.blocks : [...run.blocks, reply.lines.join('\r\n')];
      if (reply.result === 'OK' && calls.length > 0) this.#step({ line: run.line, calls, blocks }, then);
      else this.#finish(run.line, blocks, reply, then);
    });
  }

  #forced(call: Call): Reply | null {
    const fault = this.#modem.faults.take('error', call.text);
    if (fault === null) return null;
    if (fault.cms !== undefined) return { lines: [], result: { cms: fault.cms } };
    if (fault.cme !== undefined) return { lines: [], result: { cme: fault.cme } };
    return { lines: [], result: fault.text === undefined ? 'ERROR' : { text: fault.text } };
  }

  #settle(outcome: Outcome, line: string, due: Ms, next: (reply: Reply, due: Ms) => void): void {
    if (outcome === 'silence') this.#done(null);
    else if ('wait' in outcome) {
      this.#release(); // while the network answers, the modem talks of other things
      this.#later(due + outcome.wait, () => this.#settle(outcome.ends(), line, due + outcome.wait, next));
    } else if ('prompt' in outcome) {
      this.#prompt(line, due, (payload, at) => {
        if (this.#struck('payload', line)) return;
        const answered = at + this.#options.commandLatency;
        this.#later(answered, () =>
          this.#settle(payload === null ? ok : outcome.prompt(payload), line, answered, next),
        );
      });
    } else next(outcome, due);
  }

  #prompt(line: string, due: Ms, done: (payload: string | null, at: Ms) => void): void {
    if (this.#modem.faults.take('no_prompt', line) === null) this.#send('\r\n> ', due);
    this.#mode = 'payload';
    this.#payloadDone = (payload, at) => {
      this.#payloadDone = null;
      this.#mode = 'running';
      this.#flushEcho();
      done(payload, at);
    };
    if (!this.#struck('prompt', line)) this.#pump();
  }

  #finish(line: string, blocks: readonly string[], reply: Reply, due: Ms): void {
    const { settings, faults, profile } = this.#modem;
    const lost = reply.result === 'none' || (reply.result === 'OK' && faults.take('ok_lost', line) !== null);
    const cmee = profile.textErrors && settings.cmee === 1 ? 2 : settings.cmee;
    const result = settings.quiet || lost ? '' : resultLine(reply.result, { ...settings, cmee });
    const start = settings.verbose ? '\r\n' : '';
    const text = blocks.map((block) => `${start}${block}\r\n`).join('') + result;
    const split = faults.take('split', line);
    const pieces = split === null ? {} : { pieces: split.pieces ?? 1 };
    const fault = faults.takeLine('reply', line);
    if (fault === null) {
      this.#later(this.#send(text, due, pieces), () => this.#done(reply));
      return;
    }
    const cut = cutOf(text, fault);
    this.#later(this.#send(text.slice(0, cut), due, pieces), () => {
      const life = this.#life;
      this.#options.strike(fault);
      if (life !== this.#life) return;
      this.#later(this.#send(text.slice(cut), this.#timeline.now(), pieces), () => this.#done(reply));
    });
  }

  #done(reply: Reply | null): void {
    this.#mode = 'command';
    this.#release();
    reply?.afterwards?.();
    this.#pump();
  }

  #release(): void {
    this.#holding = false;
    const held = this.#held;
    this.#held = [];
    for (const text of held) this.#send(text, this.#timeline.now());
  }

  /** True where the fault took the line away. */
  #struck(stage: Stage, line: string): boolean {
    const fault = this.#modem.faults.takeLine(stage, line);
    if (fault === null) return false;
    const life = this.#life;
    this.#options.strike(fault);
    return life !== this.#life;
  }
}

/** In mid-reply: between the header and the PDU for what is put in, in the middle of the octets for what cuts it off. */
function cutOf(text: string, fault: LineFault): number {
  if (fault.kind === 'drop' || fault.kind === 'reboot') return text.length >> 1;
  const headerEnd = text.indexOf('\r\n', 2);
  return headerEnd < 0 ? text.length : headerEnd + 2;
}
