import type { BytePort } from '../at/port.ts';
import { GatewayError } from '../errors.ts';
import { openSerialPort, type SerialPortOptions } from './serial-port.ts';
import { openTcpPort } from './tcp-port.ts';

/** Opens a device path or `tcp://host:port`. Throws `port.*`. */
export function openPort(address: string, options: SerialPortOptions = {}): Promise<BytePort> {
  if (address.startsWith('tcp://')) return openTcpPort(address);
  if (address.startsWith('/')) return openSerialPort(address, options);
  const [kind] = address.split(':');
  const hint = 'Give the stable path of its port: `sim2mqtt ports` lists it.';
  return Promise.reject(new GatewayError('port.unsupported', `a modem cannot be opened by ${kind}: alone`, { hint }));
}
