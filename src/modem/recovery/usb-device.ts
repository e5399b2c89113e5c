import { realpath } from 'node:fs/promises';
import { basename, join } from 'node:path';

/** The position on the bus of the USB device behind a serial port, as `1-1.4`; null where it is none. `root` stands for `/` (tests). */
export async function usbDeviceOf(port: string, root = '/'): Promise<string | null> {
  try {
    const node = await realpath(join(root, port));
    const device = await realpath(join(root, 'sys/class/tty', basename(node), 'device'));
    return device.split('/').findLast((name) => /^\d+-\d+(?:\.\d+)*$/.test(name)) ?? null;
  } catch {
    return null;
  }
}
