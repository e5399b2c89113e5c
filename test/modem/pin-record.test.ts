import { describe, expect, test } from 'vitest';
import { PinRecord } from '../../src/modem/pin-record.ts';
import { MemoryOfPins } from './rig.ts';

const known = { iccid: '8901260000000000001', modem: 'imei:490154203237518' };
const blind = { iccid: null, modem: 'imei:490154203237518' };

describe('the record of PINs', () => {
  test('allows the first try, and none after it unless it was right', () => {
    const record = new PinRecord(new MemoryOfPins(), known);
    expect(record.mayTry('1234')).toBe(true);
    record.typed('1234', null);
    expect(record.mayTry('1234')).toBe(false);
    expect(record.mayTry('4321')).toBe(true);
  });

  test('allows a PIN that was right again after each power cycle, until it is wrong', () => {
    const record = new PinRecord(new MemoryOfPins(), known);
    for (let cycle = 0; cycle < 3; cycle += 1) {
      expect(record.mayTry('1234')).toBe(true);
      record.typed('1234', null);
      expect(record.mayTry('1234')).toBe(false);
      record.accepted('1234');
    }
    record.typed('1234', null);
    expect(record.mayTry('1234')).toBe(false);
  });

  test('uses the ICCID and the PIN as they are for the first try', () => {
    const memory = new MemoryOfPins();
    new PinRecord(memory, known).typed('1234', null);
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
      new PinRecord(memory, then).typed('1234', null);
      expect(new PinRecord(memory, now).mayTry('1234')).toBe(false);
    }
  });

  test('lets another SIM in the same modem have its own try', () => {
    const memory = new MemoryOfPins();
    new PinRecord(memory, known).typed('1234', null);
    expect(new PinRecord(memory, { ...known, iccid: '8901260000000000002' }).mayTry('1234')).toBe(true);
  });

  test('takes back a try that nobody judged and that cost none, and then not the next one', () => {
    const record = new PinRecord(new MemoryOfPins(), known);
    record.typed('1234', 3);
    expect(record.takeBack('1234', 2)).toBe(false);
    expect(record.mayTry('1234')).toBe(false);
    expect(record.takeBack('1234', 3)).toBe(true);
    expect(record.mayTry('1234')).toBe(true);
    record.typed('1234', 3);
    expect(record.takeBack('1234', 3)).toBe(false);
    expect(record.mayTry('1234')).toBe(false);
  });

  test('takes back again once a try in between was right', () => {
    const record = new PinRecord(new MemoryOfPins(), known);
    record.typed('1234', 3);
    record.takeBack('1234', 3);
    record.typed('1234', 3);
    record.accepted('1234');
    record.typed('1234', 3);
    expect(record.takeBack('1234', 3)).toBe(true);
  });

  test('does not take back what was wrong, nor what was typed where no counter told', () => {
    const record = new PinRecord(new MemoryOfPins(), known);
    record.typed('1234', 3);
    record.wrong('1234');
    expect(record.takeBack('1234', 3)).toBe(false);
    record.typed('4321', null);
    expect(record.takeBack('4321', 3)).toBe(false);
  });

  test('does not take a try back under one name that it took back under another', () => {
    const memory = new MemoryOfPins();
    new PinRecord(memory, known).typed('1234', 3);
    expect(new PinRecord(memory, blind).takeBack('1234', 3)).toBe(true);
    expect(new PinRecord(memory, known).mayTry('1234')).toBe(false);
    new PinRecord(memory, blind).typed('1234', 3);
    expect(new PinRecord(memory, blind).takeBack('1234', 3)).toBe(false);
  });

  test('counts a try that nobody judged as right once the SIM is open, and no other', () => {
    const memory = new MemoryOfPins();
    const record = new PinRecord(memory, known);
    record.typed('1234', null);
    record.opened('1234');
    record.typed('4321', null);
    record.wrong('4321');
    record.opened('4321');
    expect([record.mayTry('1234'), record.mayTry('4321'), record.mayTryBlindly]).toEqual([true, false, false]);
    // As it was written down before tries were told apart.
    memory.remember('8901260000000000001', '0000');
    record.opened('0000');
    expect(record.mayTry('0000')).toBe(false);
  });

  test('does not count a try as right once the SIM is open where it was locked after it, or another PIN was typed since', () => {
    const record = new PinRecord(new MemoryOfPins(), known);
    record.typed('1234', 3);
    record.locked('1234', 3);
    record.opened('1234');
    expect(record.mayTry('1234')).toBe(false);
    record.typed('0000', 3);
    record.typed('4321', 3);
    record.opened('0000');
    expect([record.mayTry('0000'), record.takeBack('0000', 3)]).toEqual([false, false]);
  });

  test('takes nothing back once the SIM was locked with fewer tries, whatever the counter says later', () => {
    for (const left of [2, null]) {
      const record = new PinRecord(new MemoryOfPins(), known);
      record.typed('1234', 3);
      record.locked('1234', left);
      expect(record.takeBack('1234', 3)).toBe(false);
    }
  });

  test('lets what is wrong stand against what the modem took it for, and a SIM that opens against an error', () => {
    const record = new PinRecord(new MemoryOfPins(), known);
    record.typed('1234', 3);
    record.accepted('1234');
    record.wrong('1234');
    record.typed('4321', 3);
    record.refused('4321');
    expect([record.mayTry('4321'), record.takeBack('4321', 3)]).toEqual([false, false]);
    record.accepted('4321');
    expect([record.mayTry('1234'), record.mayTry('4321')]).toEqual([false, true]);
  });
});
