import { isIPv6 } from 'node:net';

/** The part of an IP address that stands for one party: all of IPv4, the /64 of IPv6, which one household has to itself (RFC 6177). */
export function networkOf(address: string): string {
  const [plain = ''] = address.split('%');
  if (!isIPv6(plain)) return plain;
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(plain)?.[1];
  return mapped ?? groupsOf(plain).slice(0, 4).join(':');
}

/** The eight groups, in the one form RFC 5952 gives them. */
function groupsOf(address: string): string[] {
  const canonical = new URL(`http://[${address}]`).hostname.slice(1, -1);
  const [head = [], tail = []] = canonical.split('::').map((half) => (half === '' ? [] : half.split(':')));
  return [...head, ...Array<string>(8 - head.length - tail.length).fill('0'), ...tail];
}
