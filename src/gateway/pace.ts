import type { EpochMs, Ms } from '../clock.ts';
import type { HandedOver } from '../store/outbox.ts';

/** How many parts a line may send; null: as many as it can. */
export interface Pace {
  readonly perMinute: number | null;
  readonly perHour: number | null;
}

export const unhurried: Pace = { perMinute: null, perHour: null };

const minute: Ms = 60_000;
const hour: Ms = 3_600_000;

/** How far back one has to look to know. */
export function lookBack({ perMinute, perHour }: Pace): Ms {
  if (perHour !== null) return hour;
  return perMinute === null ? 0 : minute;
}

/** When the line may send again; null where it may now. `handed`: newest first. What would go over the limit in its middle may go whole. */
export function paceUntil(pace: Pace, handed: readonly HandedOver[], now: EpochMs): EpochMs | null {
  const ends = [windowEnd(pace.perMinute, minute, handed), windowEnd(pace.perHour, hour, handed)];
  const latest = Math.max(...ends);
  return latest > now ? latest : null;
}

/** When the parts of the newest messages that make up the limit will be older than the window. */
function windowEnd(limit: number | null, length: Ms, handed: readonly HandedOver[]): EpochMs {
  let parts = 0;
  for (const message of limit === null ? [] : handed) {
    parts += message.parts;
    if (parts >= (limit ?? 0)) return message.at + length;
  }
  return 0;
}
