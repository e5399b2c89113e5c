import type { EpochMs, Ms } from '../clock.ts';
import type { HandedOver } from '../store/outbox.ts';

/** How many parts a line may send; null: as many as it can. */
export interface Pace {
  readonly perMinute: number | null;
  readonly perHour: number | null;
  readonly perDay: number | null;
  /** With it `perMinute` is a rate: after a rest so many go at once, then one after the other. */
  readonly burst: number | null;
}

export const unhurried: Pace = { perMinute: null, perHour: null, perDay: null, burst: null };

const minute: Ms = 60_000;
const hour: Ms = 3_600_000;
const day: Ms = 86_400_000;

/** How far back one has to look to know. */
export function lookBack({ perMinute, perHour, perDay, burst }: Pace): Ms {
  if (perDay !== null) return day;
  if (perHour !== null || (perMinute !== null && burst !== null)) return hour;
  return perMinute === null ? 0 : minute;
}

/** When the line may send again; null where it may now. `handed`: newest first. What would go over the limit in its middle may go whole. */
export function paceUntil(pace: Pace, handed: readonly HandedOver[], now: EpochMs): EpochMs | null {
  const { perMinute, perHour, perDay, burst } = pace;
  const isRate = perMinute !== null && burst !== null;
  const rateEnd = isRate ? nextOfRate(minute / perMinute, burst, handed) : windowEnd(perMinute, minute, handed);
  const latest = Math.max(rateEnd, windowEnd(perHour, hour, handed), windowEnd(perDay, day, handed));
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

/** When no stretch up to then will hold more than the burst and what its length adds. */
function nextOfRate(apart: Ms, burst: number, handed: readonly HandedOver[]): EpochMs {
  let parts = 1;
  let latest: EpochMs = 0;
  for (const message of handed) {
    parts += message.parts;
    latest = Math.max(latest, message.at + (parts - burst) * apart);
  }
  return Math.ceil(latest);
}
