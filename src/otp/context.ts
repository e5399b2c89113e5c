import { readFileSync } from 'node:fs';
import {
  type FeatureSink,
  readNeighbours,
  readTraits,
  readWords,
  type Slot,
  slotNames,
  type View,
} from './features.ts';
import verdict from './rules/context.json' with { type: 'json' };
import type { Piece } from './shape.ts';
import { hashStretch, hashText, type WeightEntry, WeightTable, weightUnit } from './weight-table.ts';

/**
 * How much each group of features counts. Words of the message are weighed together, and so are the neighbours of a
 * number: divided by the root of how many there are, so that a long message says no more than a short one.
 */
export const groupScale = { words: 1, traits: 0.3, neighbours: 2 } as const;

/** Weighs a number by what stands around it, as the corpora taught: `scripts/otp-train.ts`. */
export interface Context {
  /** What the message says of any number in it, in logits. */
  weighMessage(view: View): number;
  /** What the neighbours of one number say, in logits. */
  weighNumber(view: View, piece: Piece): number;
}

/** `weights`: as `readWeights` reads them. */
export function createContext(weights: Buffer): Context {
  const sum = new Sum(new WeightTable(parseWeights(weights), countLines(weights)));
  return {
    weighMessage: (view) => {
      readWords(view, sum.over(view.units));
      const words = sum.rooted * groupScale.words;
      readTraits(view, sum.over(view.units));
      return words + sum.total * groupScale.traits;
    },
    weighNumber: (view, piece) => {
      readNeighbours(view, piece, sum.over(view.units));
      return sum.rooted * groupScale.neighbours;
    },
  };
}

/** Sums the weights of the features it is told. */
class Sum implements FeatureSink {
  readonly #weights: WeightTable;
  #units: Uint16Array = new Uint16Array();
  #sum = 0;
  #count = 0;

  constructor(weights: WeightTable) {
    this.#weights = weights;
  }

  /** Starts anew, over the units of a message. */
  over(units: Uint16Array): this {
    this.#units = units;
    this.#sum = 0;
    this.#count = 0;
    return this;
  }

  stretch(slot: Slot, from: number, to: number): void {
    this.#sum += this.#weights.get(hashStretch(slot, this.#units, from, to));
    this.#count += 1;
  }

  value(slot: Slot, value: string): void {
    this.#sum += this.#weights.get(hashText(slot, value));
    this.#count += 1;
  }

  get total(): number {
    return this.#sum / weightUnit;
  }

  get rooted(): number {
    return this.#count === 0 ? 0 : this.total / Math.sqrt(this.#count);
  }
}

/** The weights that were learned: lines of slot, text and weight, with tabs between; a line that starts with `#` is a remark. */
export function readWeights(): Buffer {
  return readFileSync(new URL('./rules/context.tsv', import.meta.url));
}

const lineFeed = 0x0a;

function countLines(bytes: Buffer): number {
  let count = 1;
  for (let at = bytes.indexOf(lineFeed); at >= 0; at = bytes.indexOf(lineFeed, at + 1)) count += 1;
  return count;
}

/** One line after the other, so that a small machine never holds them all. */
export function* parseWeights(bytes: Buffer): Generator<WeightEntry> {
  for (let from = 0, to = 0; from < bytes.length; from = to + 1) {
    to = bytes.indexOf(lineFeed, from);
    if (to < 0) to = bytes.length;
    const line = bytes.toString('utf8', from, to);
    if (line === '' || line.startsWith('#')) continue;
    const [slot = '', text = '', weight] = line.split('\t');
    yield {
      slot: (slotNames as readonly string[]).indexOf(slot),
      text: text.replaceAll('\\n', '\n'),
      weight: Number(weight),
    };
  }
}

/** One line of the file. */
export function writeWeight({
  slot,
  text,
  weight,
}: {
  readonly slot: string;
  readonly text: string;
  readonly weight: number;
}): string {
  return `${slot}\t${text.replaceAll('\n', '\\n')}\t${weight}`;
}

/** What is known of a number when all is read. */
export interface Evidence {
  /** From the context, in logits. */
  readonly context: number;
  /** From the words of the packs, 0 to 1. */
  readonly score: number;
  /** The words of the packs chose it. */
  readonly chosen: boolean;
  /** They chose another number of the message. */
  readonly beaten: boolean;
  /** They say that it is something else. */
  readonly masked: boolean;
  /** Namely the number of something that stands beside it. */
  readonly labelled: boolean;
  /** Words of the message name a code, but none of them ours, and they chose nothing. */
  readonly disowned: boolean;
}

const { weights } = verdict;

/** What evidence counts for, in the order of its weights. */
export const evidenceNames = ['context', 'score', 'chosen', 'beaten', 'masked', 'labelled', 'disowned'] as const;

/** The share of right answers, 0 to 1, to expect where a number is given as the code. */
export function probabilityOf({ context, score, chosen, beaten, masked, labelled, disowned }: Evidence): number {
  let logit = weights.bias + weights.context * context + weights.score * score;
  if (chosen) logit += weights.chosen;
  if (beaten) logit += weights.beaten;
  if (masked) logit += weights.masked;
  if (labelled) logit += weights.labelled;
  if (disowned) logit += weights.disowned;
  return 1 / (1 + Math.exp(-logit));
}

/** At least so probable must a number be to be given as the code. */
export const enough: number = verdict.enough;
