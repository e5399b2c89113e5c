import { describe, expect, test } from 'vitest';
import { PinRecord } from '../../src/modem/pin-record.ts';
import { MemoryOfPins } from './rig.ts';

const known = { iccid: '8901260000000000001', modem: 'imei:490154203237518' };
const blind = { iccid: null, modem: 'imei:490154203237518' };

describe('the record of PINs', () => {
  test('allows the first try, and none after it unless it was right', () => {
    const record = new PinRecord(new MemoryOfPins(), known);
    expect(record.mayTry('1234')).toBe(true);
    record.typed('1234');
    expect(record.mayTry('1234')).toBe(false);
    expect(record.mayTry('4321')).toBe(true);
  });

  test('allows a PIN that was right again after each power cycle, until it is wrong', () => {
    const record = new PinRecord(new MemoryOfPins(), known);
    for (let cycle = 0; cycle < 3; cycle += 1) {
      expect(record.mayTry('1234')).toBe(true);
      record.typed('1234');
      expect(record.mayTry('1234')).toBe(false);
      record.accepted('1234');
    }
    record.typed('1234');
    expect(record.mayTry('1234')).toBe(false);
  });

  test('uses the ICCID and the PIN as they are for the first try', () => {
    const memory = new MemoryOfPins();
    new PinRecord(memory, known).typed('1234');
    expect(memory.wasTried('8901260000000000001', '1234')).toBe(true);
  });

  test('knows a try again whether the ICCID could be read then, now or never', () => {
    for (const [then, now] of [
      [known, known],
      [known, blind],
      [blind, known],
      [blind, blind],
    ] as const) {
      const memory = new MemoryOfPins();
      new PinRecord(memory, then).typed('1234');
      expect(new PinRecord(memory, now).mayTry('1234')).toBe(false);
    }
  });

  test('lets another SIM in the same modem have its own try', () => {
    const memory = new MemoryOfPins();
    new PinRecord(memory, known).typed('1234');
    expect(new PinRecord(memory, { ...known, iccid: '8901260000000000002' }).mayTry('1234')).toBe(true);
  });
});
