import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultShift } from '../../src/sms/gsm7.ts';
import { splitBeside } from '../../src/sms/segment.ts';
import { segment } from '../../src/sms/sms.ts';
import { outcome, vectors } from './vectors.ts';

interface Expected {
  readonly text?: string;
  readonly textRepeat?: readonly (readonly [string, number])[];
  readonly alphabet?: 'gsm7' | 'ucs2';
  readonly forceAlphabet?: boolean;
  readonly refBits: 8 | 16;
  readonly singleShift?: number;
  readonly count: number;
  readonly parts?: readonly string[];
}

describe('each known text is split into the known parts', () => {
  for (const vector of vectors<Expected>('segment').filter(({ kind }) => kind === 'segment')) {
    it(vector.id, () => {
      const text = vector.text ?? vector.textRepeat?.map(([piece, times]) => piece.repeat(times)).join('') ?? '';
      if (vector.id.includes('_divideSMS')) {
        // Its source always leaves room for the concatenation element, even where one part would hold the text.
        expect(splitBeside(6, text, vector.alphabet === 'gsm7' ? defaultShift : null)).toHaveLength(vector.count);
        return;
      }
      const { encoding, parts } = segment(text, {
        referenceBits: vector.refBits,
        ...(vector.forceAlphabet === true && vector.alphabet !== undefined && { encoding: vector.alphabet }),
        ...(vector.singleShift !== undefined && { singleShift: vector.singleShift }),
      });
      expect(parts).toHaveLength(vector.count);
      if (vector.parts !== undefined) expect(parts).toEqual(vector.parts);
      if (vector.alphabet !== undefined) expect(encoding).toBe(vector.alphabet);
      expect(parts.join('')).toBe(text);
    });
  }
});

describe('segment', () => {
  const texts = fc.string({ unit: fc.constantFrom(...'ab{€ж', '😀'), maxLength: 1000 });

  /** Septets or UCS-2 octets a text takes. */
  function cost(text: string, encoding: 'gsm7' | 'ucs2'): number {
    if (encoding === 'ucs2') return text.length * 2;
    return [...text].reduce((sum, character) => sum + ('{€'.includes(character) ? 2 : 1), 0);
  }

  it('cuts no character and leaves no room in a part for the next one', () => {
    fc.assert(
      fc.property(texts, fc.constantFrom(8 as const, 16 as const), (text, referenceBits) => {
        const { encoding, parts } = segment(text, { referenceBits });
        expect(parts.join('')).toBe(text);
        if (parts.length === 1) {
          expect(cost(text, encoding)).toBeLessThanOrEqual(encoding === 'gsm7' ? 160 : 140);
          return;
        }
        expect(cost(text, encoding)).toBeGreaterThan(encoding === 'gsm7' ? 160 : 140);
        const septets = referenceBits === 8 ? 153 : 152;
        const capacity = encoding === 'gsm7' ? septets : referenceBits === 8 ? 134 : 132;
        parts.forEach((part, i) => {
          expect(part.isWellFormed()).toBe(true);
          expect(cost(part, encoding)).toBeLessThanOrEqual(capacity);
          const [next] = parts[i + 1] ?? '';
          if (next !== undefined) expect(cost(part + next, encoding)).toBeGreaterThan(capacity);
        });
      }),
    );
  });

  it('takes 255 parts and refuses 256 with sms.too_long', () => {
    expect(segment('x'.repeat(255 * 153)).parts).toHaveLength(255);
    expect(outcome(() => segment('x'.repeat(255 * 153 + 1)))).toMatchObject({
      error: { code: 'sms.too_long', details: { parts: 256 } },
    });
  });

  it('makes one empty part of an empty text', () => {
    expect(segment('')).toEqual({ encoding: 'gsm7', shift: { locking: 0, single: 0 }, parts: [''] });
  });

  it('uses a national table only where the default alphabet is not enough', () => {
    expect(segment('plain', { singleShift: 1 }).shift).toEqual({ locking: 0, single: 0 });
    expect(segment('ışık', { singleShift: 1 })).toMatchObject({ encoding: 'gsm7', shift: { locking: 0, single: 1 } });
    expect(segment('ışık', { lockingShift: 1 })).toMatchObject({ encoding: 'gsm7', shift: { locking: 1, single: 0 } });
    expect(segment('жук', { singleShift: 1 })).toMatchObject({ encoding: 'ucs2' });
  });

  it('refuses a forced alphabet that lacks a character, and a table that does not exist', () => {
    expect(outcome(() => segment('жук', { encoding: 'gsm7' }))).toMatchObject({
      error: { code: 'sms.unencodable', details: { field: 'text' } },
    });
    for (const options of [{ lockingShift: 2 }, { lockingShift: 14 }, { singleShift: 14 }, { singleShift: -1 }]) {
      expect(outcome(() => segment('x', options))).toMatchObject({
        error: { code: 'sms.unencodable', details: { field: 'shift' } },
      });
    }
  });
});
