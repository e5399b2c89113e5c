import { type Slot, slotNames } from './features.ts';

/** A feature in writing: its slot, its text, and how much it speaks for a number, in logits. */
export interface WeightEntry {
  readonly slot: Slot;
  readonly text: string;
  readonly weight: number;
}

/** Weights are kept in thousandths of a logit, in 15 bits and a sign. */
export const weightUnit = 1000;
const largest = 0x7fff;
const fullest = 0.75;

/** Weights by the hash of their feature. Features that were never learned weigh nothing. */
export class WeightTable {
  /**
   * Open addressing, three quarters full at most: the upper half of a place is the upper half of the hash, the lower one the
   * weight, so that a look-up is one load. One in sixty thousand unknown features is taken for a known one; 0 is a free place.
   */
  readonly #places: Int32Array;

  /** `most`: there are no more entries. */
  constructor(entries: Iterable<WeightEntry>, most: number) {
    this.#places = new Int32Array(2 ** Math.ceil(Math.log2(Math.max(2, most / fullest))));
    for (const { slot, text, weight } of entries) {
      const whole = Math.max(-largest, Math.min(largest, Math.round(weight * weightUnit)));
      const hash = hashText(slot, text);
      this.#places[this.#find(hash)] = (hash & ~0xffff) | (whole & 0xffff);
    }
  }

  /** In thousandths of a logit. `hash` as `hashText` or `hashStretch` make it. */
  get(hash: number): number {
    return ((this.#places[this.#find(hash)] ?? 0) << 16) >> 16;
  }

  #find(hash: number): number {
    const places = this.#places;
    const mask = places.length - 1;
    let at = hash & mask;
    for (let place = places[at] ?? 0; place !== 0 && (place ^ hash) >>> 16 !== 0; place = places[at] ?? 0) {
      at = (at + 1) & mask;
    }
    return at;
  }
}

const prime = 0x01000193;
const seeds = Int32Array.from(slotNames, seedOf);

function seedOf(slot: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < slot.length; at += 1) hash = Math.imul(hash ^ slot.charCodeAt(at), prime);
  return hash;
}

/** FNV-1a over UTF-16 units, its lower bits stirred with its upper ones; the upper half is never 0. */
export function hashText(slot: Slot, text: string): number {
  let hash = seeds[slot] ?? 0;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), prime);
  return stir(hash);
}

/** As `hashText`, of a stretch of units. */
export function hashStretch(slot: Slot, units: Uint16Array, from: number, to: number): number {
  let hash = seeds[slot] ?? 0;
  for (let at = from; at < to; at += 1) hash = Math.imul(hash ^ (units[at] ?? 0), prime);
  return stir(hash);
}

function stir(hash: number): number {
  const stirred = hash ^ (hash >>> 15);
  return stirred >>> 16 === 0 ? stirred | 0x10000 : stirred;
}
