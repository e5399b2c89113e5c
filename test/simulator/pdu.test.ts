import { describe, expect, it } from 'vitest';
import { encodeDeliver, encodeStatusReport, readSubmit, tpduLength } from '../../src/simulator/pdu.ts';

const time = new Date('2002-08-26T19:37:41Z');
const smsc = '+31624000000';

describe('a DELIVER', () => {
  it('packs the default alphabet and swaps the digits of addresses and time', () => {
    expect(encodeDeliver({ from: '+31641600986', text: 'How are you?', time, smsc, reference: 1 })).toEqual([
      '07911326040000F0040B911346610089F60000208062917314000CC8F71D14969741F977FD07',
    ]);
  });

  it('packs a name as an alphanumeric address', () => {
    const [pdu] = encodeDeliver({ from: 'hellohello', text: 'A', time, smsc, reference: 1 });
    expect(pdu).toBe('07911326040000F00412D0E8329BFD4697D9EC37000020806291731400' + '0141');
  });

  it('uses UCS-2 as soon as one character needs it', () => {
    const [pdu] = encodeDeliver({ from: '12345', text: 'я😀', time, smsc, reference: 1 });
    expect(pdu).toBe('07911326040000F004058121 43F50008208062917314000 6044FD83DDE00'.replaceAll(' ', ''));
  });

  it('takes 160 septets in one part and 153 in each of several', () => {
    const parts = (text: string) => encodeDeliver({ from: '12345', text, time, smsc, reference: 7 });
    expect(parts('a'.repeat(160))).toHaveLength(1);
    const [first = '', second = ''] = parts('a'.repeat(161));
    expect(first).toContain('208062917314' + '00A0' + '050003070201');
    expect(second).toContain('208062917314' + '000F' + '050003070202' + 'C2E170381C0E');
  });

  it('cuts neither an escape nor a surrogate pair', () => {
    const texts = ['a'.repeat(152) + '€'.repeat(20), 'я'.repeat(66) + '😀'.repeat(20)];
    const lengths = texts.map((text) =>
      encodeDeliver({ from: '12345', text, time, smsc, reference: 7 }).map((pdu) => pdu.slice(46, 48)),
    );
    expect(lengths).toEqual([
      ['9F', '2F'],
      ['8A', '56'],
    ]);
  });

  it('refuses a sender that no address can hold', () => {
    expect(() => encodeDeliver({ from: 'Я', text: 'x', time, smsc, reference: 1 })).toThrow('alphabet');
    expect(() => encodeDeliver({ from: 'twelve chars', text: 'x', time, smsc, reference: 1 })).toThrow('1 to 11');
  });
});

describe('a SUBMIT', () => {
  it('is read with number, text and the wish for a report', () => {
    expect(readSubmit('0031000B916407281553F80000AA0AE8329BFD4697D9EC37')).toMatchObject({
      to: '+46708251358',
      text: 'hellohello',
      reportRequested: true,
      hasServiceCentre: false,
      tpduLength: 23,
      part: null,
    });
  });

  it('is read without a validity period and with a service centre', () => {
    expect(readSubmit('07911326040000F001000B916407281553F800000AE8329BFD4697D9EC37')).toMatchObject({
      text: 'hellohello',
      reportRequested: false,
      hasServiceCentre: true,
    });
  });

  it('tells the parts of a long message apart', () => {
    expect(readSubmit('0041000581214 3F500080A0500030702 01044F044F'.replaceAll(' ', ''))).toMatchObject({
      to: '12345',
      text: 'яя',
      part: { reference: 7, total: 2, number: 1 },
    });
  });

  it('is nothing else', () => {
    expect(readSubmit('07911326040000F0040B911346610089F60000208062917314000CC8F71D14969741F977FD07')).toBeNull();
    expect(readSubmit('0031')).toBeNull();
    expect(readSubmit('hello')).toBeNull();
  });
});

it('a status report names the message and its recipient', () => {
  const pdu = encodeStatusReport({ smsc, reference: 151, address: '0B916407281553F8', time, status: 0 });
  expect(pdu).toBe('07911326040000F006970B916407281553F8208062917314002080629173140000');
  expect(tpduLength(pdu)).toBe(25);
});
