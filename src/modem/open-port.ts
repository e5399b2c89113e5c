import type { BytePort } from '../at/port.ts';
import { openSerialPort } from './serial-port.ts';
import { openTcpPort } from './tcp-port.ts';

/** Opens a device path or `tcp://host:port`. Throws `port.*`. */
export function openPort(address: string): Promise<BytePort> {
  return address.startsWith('tcp://') ? openTcpPort(address) : openSerialPort(address);
}
