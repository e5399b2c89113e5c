import type { AtSession } from '../at/session.ts';
import type { Clock, EpochMs } from '../clock.ts';

/** A session that knows when it was last used. */
export interface ObservedSession extends AtSession {
  readonly usedAt: EpochMs;
}

/** `used` is told after every command, whatever came of it. */
export function observed(session: AtSession, clock: Clock, used: () => void = () => {}): ObservedSession {
  let usedAt = clock.now();
  return {
    get usedAt() {
      return usedAt;
    },
    closed: session.closed,
    async run(command, options) {
      try {
        return await session.run(command, options);
      } finally {
        usedAt = clock.now();
        used();
      }
    },
    interrupt: (why) => session.interrupt(why),
    sync: (attempts) => session.sync(attempts),
    close: () => session.close(),
  };
}
