import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Address,
  encodeAddress,
  encodeServiceCentre,
  takeAddress,
  takeServiceCentre,
} from '../../src/sms/address.ts';
import { octets, outcome } from './vectors.ts';

const numbers = fc.record({
  ton: fc.constantFrom('unknown', 'international', 'national', 'network', 'subscriber', 'abbreviated', 'reserved'),
  npi: fc.nat(15),
  value: fc.string({ unit: fc.constantFrom(...'0123456789*#abc'), minLength: 1, maxLength: 20 }),
});
const number = numbers.map(({ value, ...rest }): Address => {
  return { value: rest.ton === 'international' ? `+${value}` : value, ...rest };
});
const name = fc
  .string({ unit: fc.constantFrom(...'@Aa é€[1'), minLength: 1, maxLength: 11 })
  .filter((value) => value.replace(/[€[]/g, '12').length <= 11)
  // Seven letters in a count of whole octets look the same: see the vectors.
  .filter((value) => value.replace(/[€[]/g, '12').length !== 8 || !value.endsWith('@'))
  .map((value): Address => ({ value, ton: 'alphanumeric', npi: 0 }));

describe('an address', () => {
  it('decodes to what was encoded, of whatever type', () => {
    fc.assert(
      fc.property(fc.oneof(number, name), (address) => {
        const encoded = encodeAddress(address);
        const cursor = { octets: encoded, offset: 0 };
        expect(takeAddress(cursor, 'oa')).toEqual(address);
        expect(cursor.offset).toBe(encoded.length);
      }),
      { numRuns: 1000 },
    );
  });

  it('of a service centre does so too', () => {
    fc.assert(
      fc.property(number, (address) => {
        expect(takeServiceCentre({ octets: encodeServiceCentre(address), offset: 0 })).toEqual(address);
      }),
    );
  });

  it('may count its end mark, or have a digit in its place', () => {
    const international = { ton: 'international', npi: 1 };
    expect(takeAddress({ octets: octets('0691214365F7'), offset: 0 }, 'oa')).toMatchObject(international);
    expect(takeAddress({ octets: octets('049121F3'), offset: 0 }, 'oa')).toEqual({ ...international, value: '+123' });
    expect(takeAddress({ octets: octets('03912103'), offset: 0 }, 'oa')).toEqual({ ...international, value: '+123' });
  });

  it('with an end mark among its digits is sms.bad_pdu, not a shorter number', () => {
    expect(outcome(() => takeAddress({ octets: octets('069121F365'), offset: 0 }, 'oa'))).toMatchObject({
      error: { code: 'sms.bad_pdu', details: { field: 'oa', offset: 2 } },
    });
  });

  it('of more than 20 digits is sms.bad_pdu to decode and sms.bad_address to encode', () => {
    expect(outcome(() => takeAddress({ octets: octets('1591111111111111111111111F'), offset: 0 }, 'oa'))).toMatchObject(
      {
        error: { code: 'sms.bad_pdu' },
      },
    );
    expect(outcome(() => takeServiceCentre({ octets: octets('0C91111111111111111111111F'), offset: 0 }))).toMatchObject(
      {
        error: { code: 'sms.bad_pdu' },
      },
    );
    for (const address of [
      { value: '1'.repeat(21), ton: 'unknown', npi: 1 },
      { value: '1x', ton: 'unknown', npi: 1 },
      { value: 'twelve chars', ton: 'alphanumeric', npi: 0 },
      { value: 'жук', ton: 'alphanumeric', npi: 0 },
    ] as const) {
      expect(outcome(() => encodeAddress(address))).toMatchObject({ error: { code: 'sms.bad_address' } });
    }
  });
});
