import type { EpochMs } from '../../../clock.ts';

/** `2026-05-20T19:14:52`: UTC, whole seconds, no zone. */
export function wireTime(instant: EpochMs): string {
  return new Date(instant).toISOString().slice(0, 19);
}

/** A place in a list, opaque to clients. */
export function cursorOf(n: number): string {
  return Buffer.from(`n${n}`).toString('base64url');
}

/** Null where it is none of ours. */
export function parseCursor(cursor: string): number | null {
  const n = Number(/^n([1-9]\d{0,15})$/.exec(Buffer.from(cursor, 'base64url').toString('latin1'))?.[1]);
  return Number.isSafeInteger(n) && cursorOf(n) === cursor ? n : null;
}
