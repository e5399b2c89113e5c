import { finalResult } from './results.ts';

/** One kind of line that a modem sends unasked. Lists of them are data, handed in by whoever knows the device. */
export interface UnsolicitedShape {
  readonly match: RegExp;
  /** Lines that belong to it, as the PDU under its header. */
  readonly follows: 0 | 1;
}

const PREFIXED = /^[+^*#$_%!&] ?[A-Za-z]/;

/** Whether a line starts as information texts do: `+CSQ: 17,99`, `^RSSI:20`, `+SMS FULL`; a PDU, an IMEI or a text does not. */
export function isPrefixed(line: string): boolean {
  return PREFIXED.test(line);
}

/** An odd number of quotation marks: a text with line ends in it goes on in the next line. */
export function leavesQuoteOpen(line: string): boolean {
  return line.split('"').length % 2 === 0;
}

/** Lines that one text may have. A lost quotation mark must not swallow more. */
const LONGEST_TEXT = 16;

/** Puts unsolicited lines and what belongs to them together again, whatever came between. */
export class UnsolicitedGatherer {
  readonly #shapes: readonly UnsolicitedShape[];
  readonly #emit: (lines: readonly string[]) => void;
  #open: { readonly lines: readonly string[]; readonly wants: 'line' | 'quote' } | undefined;

  constructor(shapes: readonly UnsolicitedShape[], emit: (lines: readonly string[]) => void) {
    this.#shapes = shapes;
    this.#emit = emit;
  }

  /** Whether a text waits for its closing mark. */
  get isTextOpen(): boolean {
    return this.#open?.wants === 'quote';
  }

  /** Takes a line that the open one still lacks. */
  takesRest(line: string): boolean {
    const open = this.#open;
    if (open === undefined || finalResult(line, '') !== undefined || this.#shapeOf(line) !== undefined) return false;
    if (open.wants === 'line' && isPrefixed(line)) return false;
    const lines = [...open.lines, line];
    const goesOn = open.wants === 'quote' && !leavesQuoteOpen(line) && lines.length < LONGEST_TEXT;
    this.#open = { ...open, lines };
    if (!goesOn) this.flush();
    return true;
  }

  /** Takes a line of a listed shape. */
  takes(line: string): boolean {
    const shape = this.#shapeOf(line);
    if (shape === undefined) return false;
    const wants = shape.follows === 1 ? 'line' : leavesQuoteOpen(line) ? 'quote' : undefined;
    if (wants === undefined) {
      this.#emit([line]);
      return true;
    }
    this.flush();
    this.#open = { lines: [line], wants };
    return true;
  }

  /** Tells the open one as it is: what it lacks did not come, and no later line may be taken for it. */
  flush(): void {
    const open = this.#open;
    this.#open = undefined;
    if (open !== undefined) this.#emit(open.lines);
  }

  #shapeOf(line: string): UnsolicitedShape | undefined {
    return this.#shapes.find((shape) => shape.match.test(line));
  }
}
