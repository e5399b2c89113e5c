import { closeSync, constants, openSync, readdirSync, readlinkSync, writeSync } from 'node:fs';
import { ReadStream } from 'node:tty';
import { open } from '@lydell/node-pty';

declare module '@lydell/node-pty' {
  /** The package has it at run time but leaves it out of its types. */
  export function open(options: { readonly encoding: null }): {
    readonly master: ReadStream;
    readonly slave: ReadStream;
    /** Of the master, not blocking. */
    readonly fd: number;
    readonly ptsName: string;
  };
}

/** The modem's end of a pseudo-terminal. Clients may come and go; only `close` hangs up on them. */
export interface PtyLine {
  /** What a client opens. */
  readonly path: string;
  /** Never blocks. Octets nobody reads for a second are dropped: a real line does not keep them for the next client. */
  write(data: Uint8Array): void;
  close(): void;
}

const stallLimitMs = 1000;
const retryMs = 2;

/** Opens a pseudo-terminal in raw mode and calls `received` with what clients write. */
export async function openPtyLine(received: (data: Uint8Array) => void): Promise<PtyLine> {
  const pty = open({ encoding: null });
  const path = pty.ptsName;
  // The library reads its slave stream, so it must go before it eats a client's octets; ours is never read.
  // It stays open: without any slave the master would fail with EIO each time a client leaves.
  const holderFd = openSync(path, constants.O_RDWR | constants.O_NOCTTY);
  await new Promise<void>((done) => {
    pty.slave.once('close', () => done());
    pty.slave.destroy();
  });
  for (const fd of openDescriptors(path)) if (fd !== holderFd) closeSync(fd);
  const holder = new ReadStream(holderFd);
  holder.setRawMode(true);
  if (openDescriptors(path).length > 1) closeSync(holderFd); // libuv opens a terminal again for itself

  pty.master.removeAllListeners('error');
  pty.master.on('error', () => undefined);
  pty.master.on('data', received);
  const writer = createWriter(pty.fd);
  return {
    path,
    write: writer.write,
    close() {
      writer.close();
      pty.master.destroy();
      holder.destroy();
    },
  };
}

/**
 * Writes what fits, keeps the rest, and forgets it when nobody reads for too long.
 * Not through the stream: libuv has only blocking writes for a master, which spin while the terminal is full.
 */
function createWriter(fd: number): { write(data: Uint8Array): void; close(): void } {
  let queue: Uint8Array[] = [];
  let retry: NodeJS.Timeout | undefined;
  let lastProgress = 0;
  let unread = false;
  let closed = false;

  const flush = (): void => {
    retry = undefined;
    for (let head = queue[0]; head !== undefined; head = queue[0]) {
      const written = writeSome(fd, head);
      if (written === 0) {
        if (performance.now() - lastProgress > stallLimitMs) unread = true;
        if (unread) queue = [];
        else retry = setTimeout(flush, retryMs);
        return;
      }
      lastProgress = performance.now();
      unread = false;
      if (written < head.length) queue[0] = head.subarray(written);
      else queue.shift();
    }
  };

  return {
    write(data) {
      if (closed || data.length === 0) return;
      if (queue.length === 0) lastProgress = performance.now();
      queue.push(data);
      if (retry === undefined) flush();
    },
    close() {
      closed = true;
      clearTimeout(retry);
      queue = [];
    },
  };
}

/** How many octets the terminal took; 0 where it is full. */
function writeSome(fd: number, data: Uint8Array): number {
  try {
    return writeSync(fd, data);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EAGAIN') return 0;
    return data.length; // the terminal is going away, and what was to be said with it
  }
}

function openDescriptors(path: string): number[] {
  return readdirSync('/proc/self/fd')
    .map(Number)
    .filter((fd) => {
      try {
        return readlinkSync(`/proc/self/fd/${fd}`) === path;
      } catch {
        return false; // the descriptor of the listing itself
      }
    });
}
