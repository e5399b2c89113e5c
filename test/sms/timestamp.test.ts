import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeTimestamp, encodeTimestamp } from '../../src/sms/timestamp.ts';
import { octets } from './vectors.ts';

describe('decodeTimestamp', () => {
  it.each([
    ['a month 0', '62001291305400'],
    ['a month 13', '62311221913054 00'],
    ['a day 0', '62110021913054 00'],
    ['a 31 November', '62111391305400'],
    ['a 29 February of a common year', '72209291305400'],
    ['an hour 24', '62112142305400'],
    ['a minute 60', '62112191065400'],
    ['a second 60', '62112191300600'],
    ['a digit A', '6A112191305400'],
    ['a time zone that is no number', '621121913054A0'],
    ['nothing but zeros', '00000000000000'],
    ['nothing but ones', 'FFFFFFFFFFFFFF'],
  ])('is null for %s', (_what, hex) => {
    expect(decodeTimestamp(octets(hex))).toBeNull();
  });

  it.each([
    ['98101000000000', '1989-01-01T00:00:00+00:00', '2089-01-01T00:00:00+00:00'],
    ['09101000000000', '2090-01-01T00:00:00+00:00', '1990-01-01T00:00:00+00:00'],
  ])('reads the year of %s not as in %s', (hex, _not, time) => {
    expect(decodeTimestamp(octets(hex))).toBe(time);
  });

  it('decodes what encodeTimestamp encodes, which is the same instant', () => {
    const instants = fc.date({ min: new Date('1990-01-02'), max: new Date('2089-12-30'), noInvalidDate: true });
    fc.assert(
      fc.property(instants, fc.integer({ min: -56, max: 56 }), (instant, quarters) => {
        const local = new Date(instant.getTime() + quarters * 900_000).toISOString().slice(0, 19);
        const sign = quarters < 0 ? '-' : '+';
        const hours = String(Math.trunc(Math.abs(quarters) / 4)).padStart(2, '0');
        const minutes = String((Math.abs(quarters) % 4) * 15).padStart(2, '0');
        const time = `${local}${sign}${hours}:${minutes}`;
        const encoded = encodeTimestamp(time);
        expect(encoded).not.toBeNull();
        expect(decodeTimestamp(encoded ?? new Uint8Array(0))).toBe(time);
        expect(Date.parse(time)).toBe(Math.floor(instant.getTime() / 1000) * 1000);
      }),
    );
  });
});
