import { type Evidence, groupScale } from '../../src/otp/context.ts';
import { type Engine, read } from '../../src/otp/engine.ts';
import {
  type FeatureSink,
  readNeighbours,
  readTraits,
  readWords,
  type Slot,
  slotNames,
  type View,
  viewMessage,
} from '../../src/otp/features.ts';
import { normalise } from '../../src/otp/normalise.ts';
import { readBoundCode } from '../../src/otp/origin.ts';
import type { Candidate } from '../../src/otp/score.ts';
import { consider, evidenceOf } from '../../src/otp/verdict.ts';
import type { Labelled } from './messages.ts';

/** A candidate, as it is learned from. Features are written `slot<tab>text`. */
export interface Row {
  /** Index of the message. */
  readonly message: number;
  readonly code: string;
  readonly right: boolean;
  readonly features: ReadonlyMap<string, number>;
  readonly evidence: Omit<Evidence, 'context'>;
}

/** The candidates of all messages. A message whose last line binds the code has none: nothing is to be learned from it. */
export function readRows(engine: Pick<Engine, 'lexicon' | 'readShapes'>, messages: readonly Labelled[]): Row[] {
  return messages.flatMap(({ from, text, codes }, message) => {
    const clean = normalise(text);
    if (readBoundCode(clean) !== undefined) return [];
    const reading = read(engine, clean, from);
    const considered = consider(reading);
    const view = viewMessage(reading, considered.candidates.length);
    const shared = new Map<string, number>();
    const words = collect(view.units, (sink) => readWords(view, sink));
    addAll(shared, words, groupScale.words / Math.sqrt(words.length));
    const traits = collect(view.units, (sink) => readTraits(view, sink));
    addAll(shared, traits, groupScale.traits);
    return considered.candidates.map((candidate) => {
      const { code } = candidate;
      const features = featuresOf(view, candidate, shared);
      return { message, code, right: codes.includes(code), features, evidence: evidenceOf(candidate, considered) };
    });
  });
}

function featuresOf(view: View, { piece }: Candidate, shared: ReadonlyMap<string, number>): Map<string, number> {
  const features = new Map(shared);
  const neighbours = collect(view.units, (sink) => readNeighbours(view, piece, sink));
  addAll(features, neighbours, groupScale.neighbours / Math.sqrt(neighbours.length));
  return features;
}

function collect(units: Uint16Array, readInto: (sink: FeatureSink) => void): string[] {
  const found: string[] = [];
  readInto({
    stretch: (slot: Slot, from: number, to: number) => {
      found.push(`${slotNames[slot]}\t${String.fromCharCode(...units.subarray(from, to))}`);
    },
    value: (slot: Slot, value: string) => {
      found.push(`${slotNames[slot]}\t${value}`);
    },
  });
  return found;
}

function addAll(features: Map<string, number>, found: readonly string[], weight: number): void {
  for (const feature of found) features.set(feature, (features.get(feature) ?? 0) + weight);
}
