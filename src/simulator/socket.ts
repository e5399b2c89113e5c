import { readlinkSync, renameSync, symlinkSync, unlinkSync } from 'node:fs';
import { openPtyLine, type PtyLine } from './pty-line.ts';

/** Where the modem is plugged in: a pseudo-terminal and, where wanted, a symlink that follows it. */
export interface Socket {
  /** Null while nothing is plugged in. */
  readonly line: PtyLine | null;
  /** Of the last pseudo-terminal. */
  readonly path: string;
  plugIn(): Promise<void>;
  /** Hangs up on the client and gets a new pseudo-terminal ready; calling `back` publishes it. */
  pull(): Promise<{ back: () => void }>;
  /** For ever. */
  close(): void;
}

export function createSocket(link: string | undefined, received: (data: Uint8Array) => void): Socket {
  let line: PtyLine | null = null;
  let path = '';
  let closed = false;
  const spares = new Set<PtyLine>();

  const publish = (fresh: PtyLine): void => {
    if (line !== null) {
      fresh.close();
      return;
    }
    line = fresh;
    path = fresh.path;
    if (link !== undefined) pointTo(link, path);
  };
  const withdraw = (): void => {
    if (link !== undefined && line !== null) removeLink(link, path);
    line?.close();
    line = null;
  };

  return {
    get line() {
      return line;
    },
    get path() {
      return path;
    },
    async plugIn() {
      publish(await openPtyLine(received));
    },
    async pull() {
      const old = path;
      withdraw();
      let fresh = await openPtyLine(received);
      if (fresh.path === old) {
        const other = await openPtyLine(received);
        fresh.close();
        fresh = other;
      }
      if (closed) fresh.close();
      else spares.add(fresh);
      return {
        back: () => {
          if (spares.delete(fresh)) publish(fresh);
        },
      };
    },
    close() {
      closed = true;
      withdraw();
      for (const spare of spares) spare.close();
      spares.clear();
    },
  };
}

/** In one step, so that a client never finds the link half made. */
function pointTo(link: string, target: string): void {
  const fresh = `${link}.${process.pid}.new`;
  symlinkSync(target, fresh);
  renameSync(fresh, link);
}

/** Only while it is still ours. */
function removeLink(link: string, target: string): void {
  try {
    if (readlinkSync(link) === target) unlinkSync(link);
  } catch {
    // gone already
  }
}
