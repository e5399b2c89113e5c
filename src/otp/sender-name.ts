import type { Hit } from './lexicon.ts';

/** Shorter names are words like any other. */
const shortest = 5;
/** A name is looked for so often. */
const most = 4;

/**
 * The words of a text without those that are only part of its sender's name: `Le Panier`, `Hotel Adria`. A name that is
 * such a word itself is left out where the text names a one-time code.
 */
export function withoutSenderName(hits: readonly Hit[], text: string, from: string): readonly Hit[] {
  const name = from.trim();
  if (name.length < shortest) return hits;
  const whole = hits.some(({ kind }) => kind === 'otp');
  let left = hits;
  let at = text.indexOf(name);
  for (let count = 0; at >= 0 && count < most; count += 1) {
    const [start, end] = [at, at + name.length];
    left = left.filter(
      (hit) => hit.start < start || hit.tail > end || (!whole && hit.tail - hit.start === name.length),
    );
    at = text.indexOf(name, end);
  }
  return left;
}
