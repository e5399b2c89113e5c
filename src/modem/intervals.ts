import type { Ms } from '../clock.ts';

/** How often a modem is looked after. Lists are waits in order; the last one repeats where nothing else is said. */
export interface Intervals {
  /** Between two sweeps of every storage: the guarantee behind the announcements. */
  readonly sweep: Ms;
  /** The same while something may be amiss: after a start, an error, a change of registration. */
  readonly sweepSoon: Ms;
  /** How long that lasts. */
  readonly soonFor: Ms;
  /** Signal, registration and operator. */
  readonly network: Ms;
  /** The same while not registered. */
  readonly searching: Ms;
  /** Whether card and settings are still ours. */
  readonly settings: Ms;
  /** Silence after which the modem is asked whether it is there. */
  readonly heartbeat: Ms;
  /** A later start-up line within this time of our own start is part of the start that we saw. */
  readonly starting: Ms;
  /** Each wait for `AT` at a start. */
  readonly greeting: readonly Ms[];
  /** Waits before a busy SIM is asked again; then it is given up. */
  readonly simBusy: readonly Ms[];
  /** Waits before the next connection. */
  readonly backOff: readonly Ms[];
  /** Whether the device node is there again. */
  readonly presence: Ms;
  /** How long a device may be away before something is done about it. */
  readonly gone: Ms;
  /** The longest wait for a port that may be back any moment, and that nobody tells of: behind a socket, or in use elsewhere. */
  readonly returning: Ms;
  /** While a person is needed. */
  readonly failed: Ms;
  /** A connection that lived so long starts the waits from the beginning. */
  readonly steady: Ms;
  /** How long a send in flight may take to end when its connection is told to. */
  readonly settle: Ms;
  /** The same when everything stops: whoever stops it has waited for sends before. */
  readonly stopping: Ms;
}

export const defaultIntervals: Intervals = {
  sweep: 60_000,
  sweepSoon: 10_000,
  soonFor: 300_000,
  network: 60_000,
  searching: 10_000,
  settings: 300_000,
  heartbeat: 20_000,
  starting: 60_000,
  greeting: [700, 1_500, 3_000],
  simBusy: [1_000, 2_000, 5_000, 10_000, 10_000, 10_000, 10_000, 10_000],
  backOff: [0, 1_000, 2_000, 5_000, 10_000, 30_000],
  presence: 1_000,
  gone: 120_000,
  returning: 10_000,
  failed: 30_000,
  steady: 10_000,
  settle: 10_000,
  stopping: 500,
};

/** The wait of that number, counted from 0; the last one for all that follow. */
export function nth(waits: readonly Ms[], number: number): Ms {
  return waits[Math.min(number, waits.length - 1)] ?? 0;
}
