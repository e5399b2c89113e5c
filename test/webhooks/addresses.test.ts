import type { LookupAddress } from 'node:dns';
import { describe, expect, it } from 'vitest';
import { checkedLookup, isPrivateAddress } from '../../src/webhooks/addresses.ts';

describe('a private address', () => {
  it.each([
    '0.0.0.0',
    '0.1.2.3',
    '10.0.0.1',
    '10.255.255.255',
    '100.64.0.1',
    '100.127.255.255',
    '127.0.0.1',
    '127.255.255.254',
    '169.254.169.254',
    '172.16.0.1',
    '172.31.255.255',
    '192.0.0.8',
    '192.0.2.1',
    '192.88.99.1',
    '192.168.0.1',
    '192.168.255.255',
    '198.18.0.1',
    '198.19.255.255',
    '198.51.100.1',
    '203.0.113.7',
    '224.0.0.1',
    '239.255.255.255',
    '240.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::7f00:1',
    '::ffff:127.0.0.1',
    '::ffff:7f00:1',
    '::ffff:10.1.2.3',
    '::ffff:0:127.0.0.1',
    '64:ff9b::127.0.0.1',
    '64:ff9b::a00:1',
    '64:ff9b:1::808:808',
    '100::1',
    '2001::1',
    '2001:0:4136:e378:8000:63bf:3fff:fdd2',
    '2001:db8::1',
    '2002:7f00:1::1',
    '2002:a00:1::',
    '2002:c0a8:101::1',
    '3fff::1',
    '5f00::1',
    'fc00::1',
    'fd12:3456::1',
    'fe80::1',
    'fe80::1%eth0',
    'fec0::1',
    'ff02::1',
    'not an address',
  ])('is %s', (address) => {
    expect(isPrivateAddress(address)).toBe(true);
  });

  it.each([
    '1.1.1.1',
    '8.8.8.8',
    '9.255.255.255',
    '11.0.0.0',
    '100.63.255.255',
    '100.128.0.0',
    '126.255.255.255',
    '128.0.0.1',
    '169.253.255.255',
    '172.15.255.255',
    '172.32.0.0',
    '192.167.255.255',
    '192.169.0.0',
    '198.17.255.255',
    '198.20.0.0',
    '223.255.255.255',
    '::ffff:8.8.8.8',
    '64:ff9b::8.8.8.8',
    '2002:808:808::1',
    '2606:4700:4700::1111',
    '2a00:1450:4001:81b::200e',
  ])('is not %s', (address) => {
    expect(isPrivateAddress(address)).toBe(false);
  });
});

describe('a checked look-up', () => {
  const answers = (...addresses: string[]): LookupAddress[] =>
    addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
  const ask = (found: LookupAddress[], options: { all?: boolean; allowPrivate?: boolean } = {}) =>
    new Promise((resolve) => {
      const lookup = checkedLookup((_, callback) => callback(null, found), options.allowPrivate ?? false);
      lookup('example.com', { all: options.all ?? true }, (error, address, family) =>
        resolve(error === null ? { address, ...(family === undefined ? {} : { family }) } : error.message),
      );
    });

  it('gives only those addresses that are on the internet', async () => {
    expect(await ask(answers('10.0.0.1', '8.8.8.8', '::1', '2606:4700::1'))).toEqual({
      address: answers('8.8.8.8', '2606:4700::1'),
    });
    expect(await ask(answers('10.0.0.1', '8.8.8.8'), { all: false })).toEqual({ address: '8.8.8.8', family: 4 });
  });

  it('refuses a host that has private ones only, and names one', async () => {
    expect(await ask(answers('10.0.0.1', '::1'))).toBe('the address 10.0.0.1 is private');
  });

  it('gives every address where private ones are allowed', async () => {
    expect(await ask(answers('10.0.0.1', '8.8.8.8'), { allowPrivate: true })).toEqual({
      address: answers('10.0.0.1', '8.8.8.8'),
    });
  });

  it('passes on that a host is not found', async () => {
    const failing = checkedLookup((_, callback) => callback(new Error('getaddrinfo ENOTFOUND'), []), false);
    const message = await new Promise((resolve) => failing('x', {}, (error) => resolve(error?.message)));
    expect(message).toBe('getaddrinfo ENOTFOUND');
  });
});
