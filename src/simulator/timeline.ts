import type { Ms } from '../clock.ts';

/** Instants in milliseconds with fractions, on the monotonic clock. */
export interface Timeline {
  now(): Ms;
  /** Runs once at `due`, half a millisecond off at most on an idle machine; never before this call returns. Returns its cancellation. */
  at(due: Ms, run: () => void): () => void;
  /** Cancels everything that waits. */
  clear(): void;
}

/** Timers fire on whole milliseconds: rounding keeps the mean right where truncating or waiting longer would not. */
export const tolerance: Ms = 0.5;

export function createTimeline(): Timeline {
  const waiting = new Set<() => void>();
  return {
    now: () => performance.now(),
    at(due, run) {
      let timer: NodeJS.Timeout | undefined;
      let immediate: NodeJS.Immediate | undefined;
      const cancel = (): void => {
        clearTimeout(timer);
        clearImmediate(immediate);
        waiting.delete(cancel);
      };
      const wait = (): void => {
        const left = due - performance.now();
        if (left <= tolerance) immediate = setImmediate(finish);
        else timer = setTimeout(wake, Math.max(1, Math.round(left)));
      };
      const wake = (): void => (due - performance.now() <= tolerance ? finish() : wait());
      const finish = (): void => {
        waiting.delete(cancel);
        run();
      };
      waiting.add(cancel);
      wait();
      return cancel;
    },
    clear() {
      for (const cancel of [...waiting]) cancel();
    },
  };
}
