import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A USB device from the moment it is plugged in until it goes. */
export interface UsbDevicePlace {
  /** `1-1.4`. */
  readonly position: string;
  /** devnum: another one each time something is plugged in there; null where sysfs does not tell. */
  readonly enumeration: string | null;
}

/** Whether it was never taken off the bus: what was plugged in after it in the same place is something else. `root` stands for `/` (tests). */
export async function isOnBus({ position, enumeration }: UsbDevicePlace, root = '/'): Promise<boolean> {
  const text = await readFile(join(root, 'sys/bus/usb/devices', position, 'devnum'), 'utf8').catch(() => null);
  return enumeration !== null && text?.trim() === enumeration;
}
