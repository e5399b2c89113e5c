import type { ModemId } from '../../domain/message.ts';
import type { PortFinder } from '../port-finder.ts';
import type { Discovery } from './discovery.ts';
import { IdentityFinder } from './identity-finder.ts';
import { PathFinder } from './path-finder.ts';

/** For a path, `imei:…` or `iccid:…`; null for what is no port of this machine. All are to be had before the first is used. */
export function createFinder(discovery: Discovery, modem: ModemId, address: string): PortFinder | null {
  if (/^(?:imei|iccid):/.test(address)) return new IdentityFinder(discovery, modem, address);
  if (!address.startsWith('/')) return null;
  discovery.inventory.reserve(modem, address);
  return new PathFinder(discovery, modem, address);
}
