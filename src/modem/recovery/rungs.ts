import type { Ms } from '../../clock.ts';

/** `mute`: its port is there and nothing sensible comes from it. `deaf`: a signal and no network. `unheard`: sends fail in a row. `gone`: its port is not there, though its device may be. */
export type Ailment = 'mute' | 'deaf' | 'unheard' | 'gone';

export type RungName = 'reopen' | 'radio' | 'module_reset' | 'usb_reset' | 'power_cycle' | 'alarm';

/** One step of recovery: what it is good for, and how often it may be taken. */
export interface Rung {
  readonly name: RungName;
  readonly helps: readonly Ailment[];
  /** Since it was taken last. */
  readonly coolDown: Ms;
  readonly perDay: number;
}

const minute: Ms = 60_000;

/** From the mildest on. To open a port again is to bring the session into step, and to set the modem up from the beginning. */
export const ladder: readonly Rung[] = [
  { name: 'radio', helps: ['deaf', 'unheard'], coolDown: 10 * minute, perDay: 24 },
  { name: 'module_reset', helps: ['mute', 'deaf'], coolDown: 30 * minute, perDay: 12 },
  { name: 'usb_reset', helps: ['mute', 'gone'], coolDown: 10 * minute, perDay: 24 },
  { name: 'power_cycle', helps: ['mute', 'gone'], coolDown: 30 * minute, perDay: 8 },
  { name: 'alarm', helps: ['mute', 'gone'], coolDown: 360 * minute, perDay: 4 },
];

/** How often a mute port is opened again before anything stronger. */
export const reopenings = 3;
