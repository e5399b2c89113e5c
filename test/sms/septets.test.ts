import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fillBits, packSeptets, unpackSeptets } from '../../src/sms/septets.ts';

describe('septets', () => {
  it('unpack to what was packed, after any number of fill bits and at any place', () => {
    const codes = fc.uint8Array({ max: 127, maxLength: 300 });
    fc.assert(
      fc.property(codes, fc.nat(6), fc.nat(20), (septets, skipBits, offset) => {
        const target = new Uint8Array(300);
        const used = packSeptets(septets, target, { offset, skipBits });
        expect(used).toBe(septets.length === 0 ? 0 : Math.ceil((skipBits + septets.length * 7) / 8));
        const unpacked = unpackSeptets(target.subarray(offset), { skipBits, count: septets.length });
        expect(unpacked).toEqual(septets);
        expect(target.subarray(0, offset).every((octet) => octet === 0)).toBe(true);
      }),
    );
  });

  it('begin at the next boundary of seven bits behind a header', () => {
    expect([0, 1, 2, 3, 4, 5, 6, 7, 8].map(fillBits)).toEqual([0, 6, 5, 4, 3, 2, 1, 0, 6]);
  });
});
