import { access, constants, readdir, readFile, readlink, realpath } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** The USB interface behind a serial port, as the kernel tells. */
export interface UsbInterface {
  /** `2c7c`, hex as in `lsusb`. */
  readonly vendorId: string;
  readonly productId: string;
  /** bInterfaceNumber, hex as in sysfs: `02`. */
  readonly interface: string | null;
  /** Class, subclass and protocol, hex: `ff/02/01`. */
  readonly triple: string | null;
  /** bNumEndpoints: 3 where there is one for notifications, as AT interfaces have. */
  readonly endpoints: number | null;
  /** What the interface calls itself. */
  readonly role: string | null;
  readonly manufacturer: string | null;
  readonly product: string | null;
  readonly serial: string | null;
  /** Position in the tree, the same for every port of one device: `1-1.4`. */
  readonly position: string;
  /** Another one each time the device is plugged in or resets. */
  readonly enumeration: string | null;
}

export interface SerialPortEntry {
  /** `/dev/ttyUSB2`: changes with every reset. */
  readonly path: string;
  /** What to put into the configuration: the link that names this port and no other. */
  readonly stablePath: string;
  readonly byId: string | null;
  readonly byPath: string | null;
  readonly usb: UsbInterface | null;
  /** Whether this user may read and write it. */
  readonly accessible: boolean;
}

/** Every serial port that has hardware behind it, by name. `root` stands for `/` (tests). */
export async function scanPorts(root = '/'): Promise<SerialPortEntry[]> {
  const names = await entries(join(root, 'sys/class/tty'));
  const byId = await links(root, 'dev/serial/by-id');
  const byPath = await links(root, 'dev/serial/by-path');
  const found = await Promise.all(
    names.map(async (name) => {
      const device = await deviceOf(root, name);
      if (device === null) return null;
      const path = `/dev/${name}`;
      const usb = await usbOf(device);
      const accessible = await mayUse(join(root, path));
      return { path, byId: byId.get(path) ?? null, byPath: byPath.get(path) ?? null, usb, accessible };
    }),
  );
  const ports = found.filter((port) => port !== null);
  return ports
    .map((port) => ({ ...port, stablePath: stablePath(port, ports) }))
    .sort((a, b) => a.path.localeCompare(b.path, 'en', { numeric: true }));
}

type Found = Omit<SerialPortEntry, 'stablePath'>;

/** Identical modems share one serial, and then one name in by-id: the socket they are in tells them apart. */
function stablePath(port: Found, all: readonly Found[]): string {
  const twin = all.some(({ usb }) => usb?.serial === port.usb?.serial && usb?.position !== port.usb?.position);
  const named = twin || !port.usb?.serial || /^0*1?$/.test(port.usb.serial) ? null : port.byId;
  return named ?? port.byPath ?? port.byId ?? port.path;
}

/** The device's own folder; null for a terminal without hardware (8250 reserves ttyS0… as type 0, unknown). */
async function deviceOf(root: string, name: string): Promise<string | null> {
  const folder = join(root, 'sys/class/tty', name);
  const device = await realpath(join(folder, 'device')).catch(() => null);
  return device === null || (await text(join(folder, 'type'))) === '0' ? null : device;
}

type InterfaceFacts = Pick<UsbInterface, 'interface' | 'triple' | 'endpoints' | 'role'>;

const noInterface: InterfaceFacts = { interface: null, triple: null, endpoints: null, role: null };

async function usbOf(device: string): Promise<UsbInterface | null> {
  let own = noInterface;
  for (let folder = device; folder !== dirname(folder); folder = dirname(folder)) {
    if (own.interface === null) own = (await interfaceFacts(folder)) ?? own;
    const facts = await deviceFacts(folder);
    if (facts !== null) return { ...facts, ...own };
  }
  return null;
}

/** Of a USB interface's folder; null for any other. */
export async function interfaceFacts(folder: string): Promise<InterfaceFacts | null> {
  const files = ['Number', 'Class', 'SubClass', 'Protocol'].map((name) => `bInterface${name}`);
  const [number, ...triple] = await texts(folder, files);
  if (number == null) return null;
  const [endpoints, role] = await texts(folder, ['bNumEndpoints', 'interface']);
  return {
    interface: number,
    triple: triple.includes(null) ? null : triple.join('/'),
    endpoints: endpoints == null ? null : Number.parseInt(endpoints, 16),
    role: role || null,
  };
}

/** Of a USB device's folder; null for any other. */
export async function deviceFacts(folder: string): Promise<Omit<UsbInterface, keyof InterfaceFacts> | null> {
  const vendorId = await text(join(folder, 'idVendor'));
  if (vendorId === null) return null;
  const files = ['idProduct', 'manufacturer', 'product', 'serial', 'devnum'];
  const [productId = '', manufacturer = null, product = null, serial = null, enumeration = null] = await texts(
    folder,
    files,
  );
  return {
    vendorId,
    productId: productId ?? '',
    manufacturer,
    product,
    serial,
    position: basename(folder),
    enumeration,
  };
}

function texts(folder: string, files: readonly string[]): Promise<(string | null)[]> {
  return Promise.all(files.map((file) => text(join(folder, file))));
}

/** Device path to the link that udev made for it. */
async function links(root: string, folder: string): Promise<ReadonlyMap<string, string>> {
  const names = await entries(join(root, folder));
  const pairs = await Promise.all(
    names.map(async (name) => {
      const target = await readlink(join(root, folder, name)).catch(() => null);
      return target === null ? null : ([join('/', folder, target), join('/', folder, name)] as const);
    }),
  );
  return new Map(pairs.filter((pair) => pair !== null));
}

async function entries(folder: string): Promise<string[]> {
  return (await readdir(folder).catch(() => [])).sort();
}

async function text(file: string): Promise<string | null> {
  return (await readFile(file, 'utf8').catch(() => null))?.trim() ?? null;
}

function mayUse(path: string): Promise<boolean> {
  return access(path, constants.R_OK | constants.W_OK).then(
    () => true,
    () => false,
  );
}
