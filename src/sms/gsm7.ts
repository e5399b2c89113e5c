import { textOf } from './code-units.ts';
import { lockingShiftTables, singleShiftTables } from './gsm7-tables.ts';

/**
 * National Language Identifiers of the two tables in use; 0 is the default alphabet and its extension. TS 23.038
 * 6.2.1.2.
 */
export interface Shift {
  readonly locking: number;
  readonly single: number;
}

export const defaultShift: Shift = { locking: 0, single: 0 };

export const escapeCode = 0x1b;
const space = 0x20;
const noCharacter = '·';

/** Code units by septet code; 0 where the table has none. */
function unitsOf(table: string): Uint16Array {
  return Uint16Array.from({ length: 128 }, (_, code) =>
    table.charAt(code) === noCharacter ? 0 : table.charCodeAt(code),
  );
}

const singleUnits = singleShiftTables.map(unitsOf);
const lockingUnits = lockingShiftTables.map((table) => (table === null ? null : unitsOf(table)));
const defaultUnits = unitsOf(lockingShiftTables[0] ?? '');
const defaultExtension = unitsOf(singleShiftTables[0] ?? '');

/** Whether both tables are defined. */
export function isShift({ locking, single }: Shift): boolean {
  return (lockingUnits[locking] ?? null) !== null && singleUnits[single] !== undefined;
}

/**
 * Text of unpacked septet codes. After an escape, a code the extension lacks is that of the main table; an escape
 * doubled, or the last code of all, is a space, as is a reserved code (TS 23.038 6.2.1.1). An unknown table is the
 * default one.
 */
export function decodeSeptets(septets: Uint8Array, shift: Shift): string {
  const main = lockingUnits[shift.locking] ?? defaultUnits;
  const extension = singleUnits[shift.single] ?? defaultExtension;
  const units = new Uint16Array(septets.length);
  let length = 0;
  for (let i = 0; i < septets.length; i++) {
    const code = septets[i] ?? 0;
    if (code !== escapeCode) {
      units[length++] = main[code] || space;
      continue;
    }
    const escaped = septets[++i] ?? escapeCode;
    units[length++] = extension[escaped] || main[escaped] || space;
  }
  return textOf(units, length);
}

/** Septet codes by code unit: negative where there is none, `inExtension` and above behind an escape. */
export type Encoder = Int16Array;

export const inExtension = 0x80;
const encoders = new Map<number, Encoder>();

/** The encoder of two tables, built once. Code units beyond its end have no code. */
export function encoderOf(shift: Shift): Encoder {
  const key = shift.locking * singleUnits.length + shift.single;
  const known = encoders.get(key);
  if (known !== undefined) return known;
  const main = lockingUnits[shift.locking] ?? defaultUnits;
  const extension = singleUnits[shift.single] ?? defaultExtension;
  const encoder = new Int16Array(Math.max(...main, ...extension) + 1).fill(-1);
  // Downwards, so that of two codes for one character the lower is used; the main table last, as it needs no escape.
  for (let code = 127; code >= 0; code--) encoder[extension[code] ?? 0] = inExtension | code;
  for (let code = 127; code >= 0; code--) encoder[main[code] ?? 0] = code;
  encoder[0] = -1;
  encoders.set(key, encoder);
  return encoder;
}

/** Unpacked septet codes of a text, escapes included; null where a character has none. */
export function encodeSeptets(text: string, shift: Shift): Uint8Array | null {
  const encoder = encoderOf(shift);
  const septets = new Uint8Array(text.length * 2);
  let length = 0;
  for (let i = 0; i < text.length; i++) {
    const code = encoder[text.charCodeAt(i)] ?? -1;
    if (code < 0) return null;
    if (code >= inExtension) septets[length++] = escapeCode;
    septets[length++] = code & 0x7f;
  }
  return septets.subarray(0, length);
}
