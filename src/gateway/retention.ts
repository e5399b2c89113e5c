import type { EpochMs } from '../clock.ts';
import type { Store } from '../store/store.ts';

export interface RetentionSettings {
  readonly messagesDays: number;
  readonly eventsDays: number;
}

const day = 86_400_000;
/** Small, so that no single deletion holds up a message. */
const batch = 200;
/** Replies of requests are kept longer than any sender repeats one. */
const commandDays = 7;

/** Removes one small batch of what is too old. Returns how many rows went; 0: nothing is left to remove. */
export function pruneSome(store: Store, settings: RetentionSettings, now: EpochMs): number {
  return (
    store.events.prune(now - settings.eventsDays * day, batch) +
    store.messages.prune(now - settings.messagesDays * day, batch) +
    store.parts.prune(now - settings.messagesDays * day, batch) +
    store.commands.prune(now - commandDays * day, batch)
  );
}
