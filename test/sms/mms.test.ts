import { describe, expect, it } from 'vitest';
import { type Deliver, decodePdu, isMmsNotification } from '../../src/sms/sms.ts';
import { octets } from './vectors.ts';

const ports = { bits: 16, destination: 2948, source: 9200 } as const;

function push(hex: string) {
  return { ports, data: octets(hex) };
}

const name = '6170706C69636174696F6E2F766E642E7761702E6D6D732D6D657373616765';

describe('isMmsNotification', () => {
  const received =
    '0791947122725014440185F039F501801140311480720605040B8423F00106246170706C69636174696F6E2F766E642E7761702E6D6D732D6D65737361676500AF84B4868C82984F67514B4B42008D9089088045726F74696B009650696E2D557073008A808E0240008805810303F48083687474703A2F2F657073332E64652F4F2F5A39495A4F00';
  const firstOfTwo =
    '07914140279510F6440A8111110301003BF56080207130138A8C0B05040B8423F000032A02010106276170706C69636174696F6E2F766E642E7761702E6D6D732D6D65737361676500AF848D0185B4848C8298524E453955304A6D713551414142666C414141414D7741414236514141414141008D908918802B31353132323937373638332F545950453D504C4D4E008A808E022B918805810306977F83687474703A2F2F36';

  it.each([received, firstOfTwo])('knows one as received', (hex) => {
    expect(isMmsNotification(decodePdu(hex, { direction: 'MT', smsc: true }) as Deliver)).toBe(true);
  });

  it.each([
    ['the content type by name', `010620${name}00`],
    ['the content type in capitals', `010620${name.replaceAll('6D6D73', '4D4D53')}00`],
    ['the content type as a code', '010601BE'],
    ['the content type with parameters', '01060503BE8183FF'],
    ['a quoted length of the content type', `0106221F20${name}00`],
    ['header and content type lengths of two octets', `010681221F8120${name}00`],
    ['a confirmed push', '010701BE'],
  ])('knows one with %s', (_what, hex) => {
    expect(isMmsNotification(push(hex))).toBe(true);
  });

  it.each([
    ['another content type', '010601AE'],
    ['a longer name', `010622${name}2D7800`],
    ['no push', '010501BE'],
    ['nothing in it', ''],
    ['a length that never ends', '0106FFFFFFFF'],
  ])('is none with %s', (_what, hex) => {
    expect(isMmsNotification(push(hex))).toBe(false);
  });

  it('is none on another port, or on none', () => {
    expect(isMmsNotification({ ports: { ...ports, destination: 5505 }, data: octets('010601BE') })).toBe(false);
    expect(isMmsNotification({ ports: null, data: octets('010601BE') })).toBe(false);
  });
});
