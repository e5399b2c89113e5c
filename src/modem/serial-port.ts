import { readSync, writeSync } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import { SerialPort } from 'serialport';
import type { BytePort } from '../at/port.ts';
import type { Ms } from '../clock.ts';
import { GatewayError } from '../errors.ts';
import { hasCode, serialPortError } from './serial-port-error.ts';
import { within } from './within.ts';

const OPEN_TIMEOUT: Ms = 5_000;
const CLOSE_TIMEOUT: Ms = 2_000;
/** How often a silent port is checked for its device node: some drivers report nothing when a device goes. */
const NODE_CHECK: Ms = 10_000;
const CHUNK = 4096;

export interface SerialPortOptions {
  /** Default 115200; only a real UART cares. */
  readonly baudRate?: number;
  /** Told when the driver is abandoned; `back` resolves when it answers after all. It holds a thread of this process until then. */
  readonly abandoned?: (back: Promise<void>) => void;
}

type OpenBinding = Awaited<ReturnType<typeof SerialPort.binding.open>>;
/** The bindings that tell when bytes are there: every system but Windows. */
type Binding = Extract<OpenBinding, { readonly poller: unknown }>;

/** The device node behind a path, as it was when the port was opened. */
interface DeviceNode {
  readonly path: string;
  readonly ino: number;
}

/**
 * 8N1 without flow control, DTR and RTS on, locked against a second copy of us.
 * Throws `port.missing`, `port.permission`, `port.busy` or `port.failed`; a driver that does not answer within 5 s is abandoned.
 */
export async function openSerialPort(path: string, options: SerialPortOptions = {}): Promise<BytePort> {
  const opening = open(path, options.baudRate ?? 115_200);
  const port = await within(OPEN_TIMEOUT, opening);
  if (port !== undefined) return port;
  // Should the driver come back after all, nobody waits for this port any more.
  const back = opening.then((late) => late.close()).catch(() => undefined);
  options.abandoned?.(back);
  throw new GatewayError('port.failed', 'the driver did not open the port in time', {
    transient: true,
    hint: 'Unplug the modem and plug it in again: its driver hangs.',
  });
}

async function open(path: string, baudRate: number): Promise<OpenSerialPort> {
  try {
    const node = await deviceNode(path);
    const binding = await SerialPort.binding.open({ path, baudRate, rtscts: false, hupcl: false, lock: true });
    if (!('poller' in binding)) throw new GatewayError('port.failed', 'serial ports need Linux or macOS');
    // Without DTR some modems keep unsolicited lines back. Pseudo-terminals know no such line.
    const lines = { brk: false, cts: false, dsr: false, dtr: true, rts: true, lowLatency: true };
    await binding.set(lines).catch(() => undefined);
    const port = new OpenSerialPort(binding, node);
    port.watch();
    return port;
  } catch (error) {
    throw serialPortError(error);
  }
}

class OpenSerialPort implements BytePort {
  readonly bytes: AsyncIterable<Uint8Array>;
  readonly #binding: Binding;
  readonly #node: DeviceNode;
  #watching: NodeJS.Timeout | undefined;
  #written: Promise<void> = Promise.resolve();
  #closing: Promise<void> | undefined;
  #lost: GatewayError | undefined;

  constructor(binding: Binding, node: DeviceNode) {
    this.#binding = binding;
    this.#node = node;
    this.bytes = this.#read();
  }

  watch(): void {
    this.#watching = setInterval(() => void this.#checkNode(), NODE_CHECK).unref();
  }

  write(data: Uint8Array): Promise<void> {
    if (this.#closing !== undefined) return Promise.reject(disconnected());
    const buffer = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
    this.#written = this.#written
      .then(() => this.#writeAll(buffer))
      .catch((error: unknown) => {
        throw disconnected(error);
      });
    return this.#written;
  }

  close(): Promise<void> {
    this.#closing ??= this.#shut();
    return this.#closing;
  }

  async *#read(): AsyncGenerator<Uint8Array> {
    const buffer = Buffer.allocUnsafeSlow(CHUNK);
    try {
      while (this.#closing === undefined) {
        await ready(this.#binding, 'readable');
        const size = this.#readInto(buffer);
        if (size > 0) yield Uint8Array.from(buffer.subarray(0, size));
      }
    } catch (error) {
      if (this.#closing === undefined) throw disconnected(error);
    } finally {
      void this.close();
    }
    if (this.#lost !== undefined) throw this.#lost;
  }

  async #writeAll(buffer: Buffer): Promise<void> {
    for (let done = 0; done < buffer.length; ) {
      const size = this.#ask((fd) => writeSync(fd, buffer, done));
      if (size === null) await ready(this.#binding, 'writable');
      else done += size;
    }
  }

  /** Returns 0 where there was nothing after all. Throws at the end of the device. */
  #readInto(buffer: Buffer): number {
    const size = this.#ask((fd) => readSync(fd, buffer, 0, CHUNK, null));
    if (size === 0) throw disconnected();
    return size ?? 0;
  }

  /**
   * Null where the system says: not now. The descriptor is O_NONBLOCK, so that this never waits for the driver; through the pool of
   * threads it would cost a hop each, and could outlive the descriptor, whose number may be another file's by then.
   */
  #ask(request: (fd: number) => number): number | null {
    const { fd } = this.#binding;
    if (fd === null || this.#closing !== undefined) throw disconnected();
    try {
      return request(fd);
    } catch (error) {
      if (hasCode(error, 'EAGAIN', 'EINTR')) return null;
      throw error;
    }
  }

  /** Unsent bytes are thrown away first: a driver that cannot send them would never close. */
  async #shut(): Promise<void> {
    clearInterval(this.#watching);
    const closing = async (): Promise<void> => {
      await this.#binding.flush().catch(() => undefined);
      await this.#binding.close().catch(() => undefined);
    };
    await within(CLOSE_TIMEOUT, closing());
  }

  async #checkNode(): Promise<void> {
    const now = await stat(this.#node.path).catch(() => undefined);
    if (now?.ino === this.#node.ino || this.#closing !== undefined) return;
    this.#lost = disconnected();
    await this.close();
  }
}

async function deviceNode(path: string): Promise<DeviceNode> {
  const node = await realpath(path);
  const { ino } = await stat(node);
  return { path: node, ino };
}

function ready(binding: Binding, event: 'readable' | 'writable'): Promise<void> {
  return new Promise((resolve, reject) => {
    binding.poller.once(event, (error) => (error === null ? resolve() : reject(error)));
  });
}

function disconnected(cause?: unknown): GatewayError {
  return new GatewayError('port.closed', 'the device went away', { transient: true, cause });
}
