import type { SerialPortEntry, UsbInterface } from '../port-scan.ts';
import { type Fingerprint, usbDevices } from '../profiles/usb-devices.ts';

const byIds = new Map(usbDevices.map((row) => [row.ids, row]));

/** What the table knows of a device; null where it knows nothing. */
export function fingerprintOf(
  device: { readonly vendorId: string; readonly productId: string } | null,
): Fingerprint | null {
  if (device === null) return null;
  const [vendor, product] = [device.vendorId, device.productId].map((id) => id.toLowerCase());
  return byIds.get(`${vendor}:${product}`) ?? byIds.get(`${vendor}:*`) ?? null;
}

/** How likely a port answers to AT: the smaller the likelier. Infinity: it must not be opened. */
export function rankOf({ usb }: Pick<SerialPortEntry, 'usb'>): number {
  if (usb === null) return unlikely;
  const row = fingerprintOf(usb);
  if (row?.is === 'never') return Number.POSITIVE_INFINITY;
  const told = toldRank(usb.role);
  if (told !== null) return told;
  const place = row === null ? null : placeIn(row, usb);
  if (place !== null) return place;
  return usb.endpoints === notifyingEndpoints ? likely : unlikely;
}

/** Which of the AT ports of its device it is, counted from 0; null where the table does not tell. */
export function atPlaceOf(usb: Pick<UsbInterface, 'vendorId' | 'productId' | 'interface' | 'triple'>): number | null {
  const row = fingerprintOf(usb);
  const place = row === null ? null : placeIn(row, usb);
  return place === null || place >= likely ? null : place;
}

/** Whether a port is asked only where nothing else of its device answered. */
export function isLastResort(port: Pick<SerialPortEntry, 'usb'>): boolean {
  return rankOf(port) >= lastResort;
}

/** A device's ports in the order in which they are worth asking; those that must not be opened are left out. */
export function candidates<T extends Pick<SerialPortEntry, 'usb' | 'path'>>(ports: readonly T[]): T[] {
  return ports
    .filter((port) => rankOf(port) !== Number.POSITIVE_INFINITY)
    .sort((a, b) => rankOf(a) - rankOf(b) || a.path.localeCompare(b.path, 'en', { numeric: true }));
}

/** Ranks of the table are its places, from 0. */
const likely = 100;
const unlikely = 200;
const lastResort = 300;
/** Bulk in, bulk out, and one for notifications. */
const notifyingEndpoints = 3;

/** What the device itself says of its interface counts most. */
function toldRank(role: string | null): number | null {
  if (role === null) return null;
  if (/\bat\b/i.test(role)) return -1;
  return /\b(?:diag|log|nmea|gps|gnss|audio|voice|mos)\b/i.test(role) ? lastResort : null;
}

function placeIn(
  row: Fingerprint,
  { interface: number, triple }: Pick<UsbInterface, 'interface' | 'triple'>,
): number | null {
  if (isIn(row.avoid, number) || isIn(row.avoidTriples, triple)) return lastResort;
  const place = Math.max(indexIn(row.at, number), indexIn(row.atTriples, triple));
  return place === -1 ? null : place;
}

function isIn(list: string | undefined, word: string | null): boolean {
  return indexIn(list, word) !== -1;
}

function indexIn(list: string | undefined, word: string | null): number {
  return word === null || list === undefined ? -1 : list.split(' ').indexOf(word.toLowerCase());
}
