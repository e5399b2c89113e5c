import type { Encoding } from '../domain/message.ts';

/** 0 is shown at once and not stored ("flash"), 1 the phone, 2 the SIM, 3 the terminal. */
export type MessageClass = 0 | 1 | 2 | 3;

/** Message waiting indication: which kind, whether any waits, and whether the message itself is to be kept. */
export interface WaitingIndication {
  readonly type: 'voicemail' | 'fax' | 'email' | 'other';
  readonly active: boolean;
  readonly store: boolean;
}

/** TP-DCS: TS 23.038 clause 4. */
export interface Dcs {
  readonly value: number;
  readonly alphabet: Encoding;
  readonly messageClass: MessageClass | null;
  /** Text compressed by TS 23.042, which is given out as octets. */
  readonly compressed: boolean;
  readonly mwi: WaitingIndication | null;
  /** A reserved coding group: read as the default alphabet. */
  readonly reserved: boolean;
}

const alphabets: readonly Encoding[] = ['gsm7', '8bit', 'ucs2', 'gsm7'];
const classes: readonly MessageClass[] = [0, 1, 2, 3];
const waitingTypes: readonly WaitingIndication['type'][] = ['voicemail', 'fax', 'email', 'other'];

const every: readonly Dcs[] = Array.from({ length: 256 }, (_, value) => Object.freeze(interpret(value)));
const fallback: Dcs = Object.freeze(interpret(0));

/** What a TP-DCS octet means; one frozen object for each value. */
export function decodeDcs(value: number): Dcs {
  return every[value] ?? fallback;
}

function interpret(value: number): Dcs {
  const group = value >> 4;
  const plain: Dcs = { value, alphabet: 'gsm7', messageClass: null, compressed: false, mwi: null, reserved: false };
  // General (00xx) and marked for automatic deletion (01xx): the low six bits mean the same.
  if (group < 8) {
    const alphabet = alphabets[(value >> 2) & 3] ?? 'gsm7';
    const messageClass = (value & 0x10) === 0 ? null : classOf(value);
    return { ...plain, alphabet, messageClass, compressed: (value & 0x20) !== 0 };
  }
  if (group < 0xc) return { ...plain, reserved: true };
  if (group < 0xf) return { ...plain, alphabet: group === 0xe ? 'ucs2' : 'gsm7', mwi: waiting(value) };
  return { ...plain, alphabet: (value & 4) === 0 ? 'gsm7' : '8bit', messageClass: classOf(value) };
}

function classOf(value: number): MessageClass {
  return classes[value & 3] ?? 0;
}

function waiting(value: number): WaitingIndication {
  return { type: waitingTypes[value & 3] ?? 'other', active: (value & 8) !== 0, store: value >> 4 !== 0xc };
}
