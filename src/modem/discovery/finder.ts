import type { ModemId } from '../../domain/message.ts';
import type { PortFinder } from '../port-finder.ts';
import type { Discovery } from './discovery.ts';
import { IdentityFinder } from './identity-finder.ts';
import { PathFinder } from './path-finder.ts';

/** What the configuration says of one modem, for those who only look: before the first port is opened. `baud` matters behind a real line. */
export function expectModem(
  { inventory, rates }: Discovery,
  { id, port, baud }: { readonly id: ModemId; readonly port: string; readonly baud: number },
): void {
  rates.configure(id, baud);
  if (port.startsWith('/')) inventory.reserve(id, port);
}

/** For a path, `imei:…` or `iccid:…`; null for what is no port of this machine. All are to be had before the first is used. */
export function createFinder(discovery: Discovery, modem: ModemId, address: string): PortFinder | null {
  if (/^(?:imei|iccid):/.test(address)) return new IdentityFinder(discovery, modem, address);
  if (!address.startsWith('/')) return null;
  discovery.inventory.reserve(modem, address);
  discovery.residents.expect(modem, address);
  return new PathFinder(discovery, modem, address);
}
