import { describe, expect, test } from 'vitest';
import { candidates, fingerprintOf, isLastResort, rankOf } from '../../../src/modem/discovery/fingerprint.ts';
import type { UsbInterface } from '../../../src/modem/port-scan.ts';
import { usbDevices } from '../../../src/modem/profiles/usb-devices.ts';

function port(ids: string, number: string, more: Partial<UsbInterface> = {}) {
  const [vendorId = '', productId = ''] = ids.split(':');
  const none = { manufacturer: null, product: null, serial: null, position: '1-1', enumeration: '1' };
  const usb = {
    vendorId,
    productId,
    interface: number,
    triple: 'ff/ff/ff',
    endpoints: 2,
    role: null,
    ...none,
    ...more,
  };
  return { path: `/dev/ttyUSB${Number.parseInt(number, 16)}`, usb };
}

function order(ids: string, ...numbers: (string | [string, Partial<UsbInterface>])[]): (string | null)[] {
  const ports = numbers.map((one) => (typeof one === 'string' ? port(ids, one) : port(ids, ...one)));
  return candidates(ports).map(({ usb }) => usb.interface);
}

describe('the table', () => {
  test('knows each device once, and interfaces as two hex digits', () => {
    const ids = usbDevices.map((row) => row.ids);
    expect(new Set(ids).size).toBe(ids.length);
    for (const row of usbDevices) {
      expect(row.ids).toMatch(/^[0-9a-f]{4}:(?:[0-9a-f]{4}|\*)$/);
      expect(`${row.at ?? ''} ${row.avoid ?? ''}`).toMatch(/^(?: *[0-9a-f]{2})* *$/);
      expect(`${row.atTriples ?? ''} ${row.avoidTriples ?? ''}`).toMatch(/^(?: *[0-9a-f]{2}(?:\/[0-9a-f]{2}){2})* *$/);
    }
  });

  test.each([
    ['2c7c:0125', ['02', '03', '00', '01', '04']],
    ['2c7c:0901', ['02', '07', '00', '08']],
    ['2c7c:6005', ['03', '04', '02']],
    ['1e0e:9011', ['04', '05', '06']],
    ['19d2:0033', ['04', '01', '00']],
    ['1bc7:0021', ['06', '00', '0a']],
  ] as const)('%s is asked in the order %j', (ids, expected) => {
    expect(order(ids, ...[...expected].sort())).toEqual(expected);
  });

  test('a stick whose numbers drift is known by its class triples', () => {
    const triple = (text: string) => ({ triple: text });
    expect(
      order('12d1:1506', ['00', triple('ff/02/01')], ['01', triple('ff/02/02')], ['02', triple('ff/02/14')]),
    ).toEqual(['01', '00', '02']);
    expect(fingerprintOf({ vendorId: '12D1', productId: '1506' })?.iccid).toBe('AT^ICCID?');
  });

  test('names what is a network card only', () => {
    expect(fingerprintOf({ vendorId: '12d1', productId: '14dc' })?.is).toBe('network');
    expect(fingerprintOf({ vendorId: 'abcd', productId: '0001' })).toBeNull();
  });
});

test('of an unknown device the interface with notifications goes first', () => {
  expect(order('abcd:0001', '00', ['01', { endpoints: 3 }], '02')).toEqual(['01', '00', '02']);
});

test('what the device says of an interface counts more than the table', () => {
  const role = (text: string) => ({ role: text });
  expect(order('2c7c:6005', ['02', role('Mobile AT Interface')], ['03', role('Mobile Diag Interface')], '04')).toEqual([
    '02',
    '04',
    '03',
  ]);
  expect(order('19d1:0001', ['02', role('at')], ['04', role('log')])).toEqual(['02', '04']);
});

test('diagnosis and log ports are a last resort, GPS receivers and loaders none at all', () => {
  expect(isLastResort(port('2c7c:0125', '00'))).toBe(true);
  expect(isLastResort(port('2c7c:0125', '02'))).toBe(false);
  expect(rankOf(port('1546:01a7', '00'))).toBe(Number.POSITIVE_INFINITY);
  expect(order('05c6:9008', '00', '01')).toEqual([]);
});
