import type { LookupAddress } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import { GatewayError } from '../errors.ts';

/** Special-purpose IPv4 blocks (RFC 6890 and its registry), multicast and the reserved rest. */
const privateV4 = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.52.193.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
] as const;

/** What of the global unicast space is not the internet: IETF protocols (Teredo among them) and documentation. */
const privateV6 = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['3fff::', 20],
] as const;

/** IPv6 addresses that can be on the internet: global unicast, NAT64 (RFC 6052) and IPv4-mapped. */
const publicV6 = [
  ['2000::', 3],
  ['64:ff9b::', 96],
  ['::ffff:0:0', 96],
] as const;

const closed = new BlockList();
const open = new BlockList();
for (const [net, bits] of privateV4) {
  const [a, b, c, d] = net.split('.').map(Number);
  const embedded = `${pair(a, b)}:${pair(c, d)}`;
  closed.addSubnet(net, bits, 'ipv4');
  closed.addSubnet(`::ffff:${embedded}`, 96 + bits, 'ipv6');
  closed.addSubnet(`64:ff9b::${embedded}`, 96 + bits, 'ipv6');
  // 6to4, RFC 3056
  closed.addSubnet(`2002:${embedded}::`, 16 + bits, 'ipv6');
}
for (const [net, bits] of privateV6) closed.addSubnet(net, bits, 'ipv6');
for (const [net, bits] of publicV6) open.addSubnet(net, bits, 'ipv6');

function pair(high = 0, low = 0): string {
  return (high * 256 + low).toString(16);
}

/** Whether an IP address is anything but one on the internet, whatever form hides it. */
export function isPrivateAddress(address: string): boolean {
  const bare = address.replace(/%.*$/, '');
  if (isIP(bare) === 4) return closed.check(bare, 'ipv4');
  return isIP(bare) !== 6 || closed.check(bare, 'ipv6') || !open.check(bare, 'ipv6');
}

/** The address a URL names without asking DNS, or undefined. */
export function literalAddress(url: URL): string | undefined {
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  return isIP(host) === 0 ? undefined : host;
}

/** Asks the system for every address of a host. */
export type LookupAll = (
  host: string,
  callback: (error: Error | null, addresses: readonly LookupAddress[]) => void,
) => void;

export function addressRefused(address: string): GatewayError {
  return new GatewayError('webhook.unreachable', `the address ${address} is private`);
}

/** The `lookup` of a socket: it connects to one of the addresses given here and asks nobody again. */
export function checkedLookup(lookup: LookupAll, allowPrivate: boolean): LookupFunction {
  return (host, { all = false }, callback) =>
    lookup(host, (error, found) => {
      const allowed = found.filter(({ address }) => allowPrivate || !isPrivateAddress(address));
      const [first] = allowed;
      if (error !== null) callback(error, '');
      else if (first === undefined) callback(addressRefused(found[0]?.address ?? host), '');
      else if (all) callback(null, [...allowed]);
      else callback(null, first.address, first.family);
    });
}
