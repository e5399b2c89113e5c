import type { SerialPortEntry } from '../port-scan.ts';
import { fingerprintOf } from './fingerprint.ts';

/** What one modem can be: all ports of a USB device, but each port of a bridge, and any other port, on its own. */
export type UnitKey = string;

export function unitOf({ usb, path }: Pick<SerialPortEntry, 'usb' | 'path'>): UnitKey {
  if (usb === null) return path;
  return fingerprintOf(usb)?.is === 'bridge' ? `${usb.position} ${path}` : usb.position;
}

export function unitsOf(ports: readonly SerialPortEntry[]): ReadonlyMap<UnitKey, readonly SerialPortEntry[]> {
  return Map.groupBy(ports, unitOf);
}

/** One port from the moment it is plugged in until it goes: what was learned of it holds so long. */
export function appearanceOf({ path, usb }: Pick<SerialPortEntry, 'usb' | 'path'>): string {
  return usb === null ? path : `${path} ${usb.position}:${usb.interface} ${usb.enumeration}`;
}
