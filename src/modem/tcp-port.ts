import { connect, type Socket } from 'node:net';
import type { BytePort } from '../at/port.ts';
import type { Ms } from '../clock.ts';
import { GatewayError } from '../errors.ts';
import { within } from './within.ts';

const CONNECT_TIMEOUT: Ms = 5_000;
const CLOSE_TIMEOUT: Ms = 2_000;
const KEEP_ALIVE: Ms = 10_000;

/** A serial port behind a raw TCP socket, as ser2net offers it. `address` is `tcp://host:port`. Throws `port.missing` or `port.failed`. */
export async function openTcpPort(address: string): Promise<BytePort> {
  const socket = connect({ ...endpoint(address), noDelay: true, keepAlive: true, keepAliveInitialDelay: KEEP_ALIVE });
  // An error also ends the reading, which tells it; without a listener it would end the process.
  socket.on('error', () => undefined);
  try {
    const connected = await within(CONNECT_TIMEOUT, connection(socket));
    if (connected === undefined) throw unreachable(undefined);
    return new TcpPort(socket);
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

class TcpPort implements BytePort {
  readonly bytes: AsyncIterable<Uint8Array>;
  readonly #socket: Socket;
  #closing: Promise<void> | undefined;

  constructor(socket: Socket) {
    this.#socket = socket;
    this.bytes = this.#read();
  }

  write(data: Uint8Array): Promise<void> {
    if (this.#closing !== undefined) return Promise.reject(disconnected());
    return new Promise((resolve, reject) => {
      this.#socket.write(data, (error) => (error ? reject(disconnected(error)) : resolve()));
    });
  }

  close(): Promise<void> {
    this.#closing ??= this.#shut();
    return this.#closing;
  }

  async *#read(): AsyncGenerator<Uint8Array> {
    try {
      yield* this.#socket;
    } catch (error) {
      if (this.#closing === undefined) throw disconnected(error);
    }
  }

  async #shut(): Promise<void> {
    const gone = new Promise((resolve) => this.#socket.once('close', resolve));
    if (this.#socket.closed) return;
    this.#socket.destroySoon();
    await within(CLOSE_TIMEOUT, gone);
    this.#socket.destroy();
  }
}

function endpoint(address: string): { host: string; port: number } {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  const port = Number(url?.port);
  if (url?.protocol !== 'tcp:' || url.hostname === '' || port === 0) {
    throw new GatewayError('port.failed', 'the address of the port is not of the form tcp://host:port', {
      hint: 'Write the port as tcp://host:port, with the port number of ser2net.',
    });
  }
  return { host: url.hostname.replaceAll(/[[\]]/g, ''), port };
}

function connection(socket: Socket): Promise<true> {
  return new Promise((resolve, reject) => {
    socket.once('connect', () => resolve(true));
    socket.once('error', (error) => reject(unreachable(error)));
  });
}

function unreachable(cause: unknown): GatewayError {
  return new GatewayError('port.missing', 'nothing answers at the address of the port', {
    transient: true,
    hint: 'Check host and port number, and that ser2net or the like runs there.',
    cause,
  });
}

function disconnected(cause?: unknown): GatewayError {
  return new GatewayError('port.closed', 'the connection to the port was lost', { transient: true, cause });
}
