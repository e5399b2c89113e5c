import type { Clock, EpochMs, Ms } from '../clock.ts';

/** What `work` gave is given again for `lifetime`, and to everybody who asks while it is at work. A failure is not kept. */
export function remembered<T>(work: () => Promise<T>, clock: Clock, lifetime: Ms): () => Promise<T> {
  let last: { readonly result: Promise<T>; until: EpochMs } | undefined;
  return () => {
    if (last !== undefined && clock.now() < last.until) return last.result;
    const mine = { result: work(), until: Number.POSITIVE_INFINITY };
    last = mine;
    mine.result.then(
      () => {
        mine.until = clock.now() + lifetime;
      },
      () => {
        mine.until = 0;
      },
    );
    return mine.result;
  };
}
