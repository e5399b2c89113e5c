import { describe, expect, it } from 'vitest';
import { decodeSeptets, encodeSeptets } from '../../src/sms/gsm7.ts';
import { lockingShiftTables, singleShiftTables } from '../../src/sms/gsm7-tables.ts';
import { type Deliver, decodePdu } from '../../src/sms/sms.ts';

const plain = { locking: 0, single: 0 };

function decode(codes: readonly number[], shift = plain): string {
  return decodeSeptets(Uint8Array.from(codes), shift);
}

describe('decodeSeptets', () => {
  it.each([
    ['a doubled escape', [0x61, 0x1b, 0x1b, 0x62], 'a b'],
    ['an escape at the end', [0x61, 0x1b], 'a '],
    ['three escapes', [0x1b, 0x1b, 0x1b, 0x65], ' €'],
  ])('reads %s as a space', (_what, codes, text) => {
    expect(decode(codes)).toBe(text);
  });

  it('reads a reserved code as a space, escaped or not', () => {
    const tamil = { locking: 11, single: 11 };
    expect(decode([0x61, 0x00, 0x62, 0x1b, 0x30, 0x63, 0x1b, 0x41], tamil)).toBe('a b0cA');
    expect(decode([0x1b, 0x16], { locking: 11, single: 1 })).toBe(' ');
  });

  it('falls back from an extension to the locking table in use', () => {
    expect(decode([0x1b, 0x07], { locking: 1, single: 0 })).toBe('ı');
  });

  it('reads a table that does not exist as the default one', () => {
    expect(decode([0x07, 0x1b, 0x65], { locking: 14, single: 99 })).toBe('ì€');
    expect(decode([0x07], { locking: 2, single: 2 })).toBe('ì');
  });

  // Codes from TS 23.038 annex A that none of the recorded PDUs uses.
  it.each([
    [
      'Portuguese single shift',
      [0x1b, 0x1f, 0x1b, 0x41, 0x1b, 0x7f, 0x15, 0x1b, 0x5c],
      { locking: 0, single: 3 },
      'ÊÀâΩÕ',
    ],
    [
      'Malayalam locking shift',
      [0x2e, 0x01, 0x15, 0x48, 0x60, 0x7f, 0x4f],
      { locking: 8, single: 0 },
      '.\u0D02\u0D15\u0D34\u0D57\u0D79\u0D3D',
    ],
    [
      'Punjabi locking shift',
      [0x00, 0x14, 0x4e, 0x54, 0x59, 0x60, 0x7f],
      { locking: 10, single: 0 },
      '\u0A01\u0A14\u0A3C\u0A42\u0A47\u0A51\u0A74',
    ],
    [
      'Tamil locking shift',
      [0x01, 0x22, 0x26, 0x3c, 0x48, 0x60, 0x7f],
      { locking: 11, single: 0 },
      '\u0B82\u0B9F\u0BA3\u0BA9\u0BB4\u0BD0\u0BF9',
    ],
  ])('reads the %s table', (_name, codes, shift, text) => {
    expect(decode(codes, shift)).toBe(text);
    expect([...(encodeSeptets(text, shift) ?? [])]).toEqual(codes);
  });
});

describe('the tables', () => {
  const locking = lockingShiftTables.flatMap((table, id) => (table === null ? [] : [{ table, id }]));

  it('have 128 codes each, and no character at the escape', () => {
    for (const table of [...locking.map((one) => one.table), ...singleShiftTables]) {
      expect(table).toHaveLength(128);
      expect(table.charAt(0x1b)).toBe('·');
    }
    expect(locking).toHaveLength(13);
    expect(singleShiftTables).toHaveLength(14);
  });

  it('of the scripts of India hold their letters in the order of Unicode', () => {
    for (const { table, id } of locking.filter((one) => one.id >= 4 && one.id <= 12)) {
      const letters = [...table].map((letter) => letter.charCodeAt(0)).filter((unit) => unit >= 0x0900);
      expect({ id, letters }).toEqual({ id, letters: letters.toSorted((a, b) => a - b) });
      expect(new Set(letters.map((unit) => unit >> 7)).size).toBe(1);
      expect(new Set(letters).size).toBe(letters.length);
    }
  });

  it('give every character a code that decodes to it', () => {
    for (const { table, id } of locking) {
      for (const [single, extension] of singleShiftTables.entries()) {
        const text = `${table}${extension}`.replaceAll('·', '');
        const codes = encodeSeptets(text, { locking: id, single });
        expect(codes && decodeSeptets(codes, { locking: id, single })).toBe(text);
      }
    }
  });

  it('have no code for NUL, a middle dot, a tab or half of a surrogate pair', () => {
    for (const text of ['\0', '·', '\t', '\uD83D', '\uFFFF', '`', 'ç']) expect(encodeSeptets(text, plain)).toBeNull();
  });
});

describe('a message in national tables', () => {
  it('is read with the tables its header names', () => {
    const hex = '07919746121611F1440B919746121611F100008111700212222313062501012401010B06E800E21036BC8D0F';
    const message = decodePdu(hex, { direction: 'MT', smsc: true }) as Deliver;
    expect(message).toMatchObject({ text: 'Ğğ ı Ş€[]', shift: { locking: 1, single: 1 }, concat: null });
  });
});
