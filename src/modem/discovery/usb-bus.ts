import { readdir, readlink } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { deviceFacts, interfaceFacts, type UsbInterface } from '../port-scan.ts';

/** A USB device as the kernel shows it, with or without serial ports. */
export interface UsbDevice
  extends Pick<UsbInterface, 'vendorId' | 'productId' | 'manufacturer' | 'product' | 'serial' | 'position'> {
  readonly interfaces: readonly UsbDeviceInterface[];
}

export interface UsbDeviceInterface extends Pick<UsbInterface, 'interface' | 'triple' | 'endpoints' | 'role'> {
  /** The kernel driver that has it; `usbfs` where a program has it. */
  readonly driver: string | null;
}

const devices = 'sys/bus/usb/devices';

/** Every device on the USB, hubs left out. `root` stands for `/` (tests). */
export async function readUsbBus(root = '/'): Promise<UsbDevice[]> {
  const names = (await readdir(join(root, devices)).catch(() => [])).sort();
  const positions = names.filter((name) => !name.includes(':') && !name.startsWith('usb'));
  const found = await Promise.all(
    positions.map(async (position) => {
      const facts = await deviceFacts(join(root, devices, position));
      if (facts === null) return null;
      const own = names.filter((name) => name.startsWith(`${position}:`));
      const interfaces = (await Promise.all(own.map((name) => readInterface(root, name)))).filter(
        (one) => one !== null,
      );
      const { enumeration: _, ...rest } = facts;
      return { ...rest, interfaces };
    }),
  );
  return found.filter((device) => device !== null && !isHub(device)).filter((device) => device !== null);
}

async function readInterface(root: string, name: string): Promise<UsbDeviceInterface | null> {
  const folder = join(root, devices, name);
  const facts = await interfaceFacts(folder);
  const driver = await readlink(join(folder, 'driver')).catch(() => null);
  return facts === null ? null : { ...facts, driver: driver === null ? null : basename(driver) };
}

function isHub({ interfaces }: UsbDevice): boolean {
  return interfaces.length > 0 && interfaces.every(({ triple }) => triple?.startsWith('09/') === true);
}
