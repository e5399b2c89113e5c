import { access } from 'node:fs/promises';
import type { BytePort } from '../at/port.ts';
import type { AtSession } from '../at/session.ts';
import type { Clock, Ms } from '../clock.ts';
import type { Identity } from './discovery/identity.ts';
import type { UsbInterface } from './port-scan.ts';

/** Where one modem is to be found, time and again. */
export interface PortFinder {
  /** Opens the port that the modem is on now. Throws `port.*`; `port.missing` where it is on none. */
  open(signal: AbortSignal): Promise<FoundPort>;
  /** After `port.missing`: resolves once another try is worth it, or at the abort. Never rejects. Absent: nobody can tell. */
  appearance?(signal: AbortSignal): Promise<void>;
}

export interface FoundPort {
  readonly port: BytePort;
  /** Where it is now, for people. */
  readonly path: string;
  /** The USB device that it belongs to. */
  readonly usb?: UsbInterface | null;
  /** Before anything is stored or unlocked: whether the right modem is behind it. Throws `port.missing` where it is not, and `at.*`. */
  check?(session: AtSession, imei: string | null): Promise<void>;
  /** Told who it is, once it is ready. */
  identified?(who: Identity): void;
}

export interface FixedPort {
  /** A device path or `tcp://host:port`. */
  readonly address: string;
  openPort(address: string): Promise<BytePort>;
  readonly clock: Clock;
  /** How often a path is looked for. */
  readonly presence: Ms;
}

/** A port that is where the configuration says, or not there. */
export function fixedPort({ address, openPort, clock, presence }: FixedPort): PortFinder {
  const open = async () => ({ port: await openPort(address), path: address });
  if (address.startsWith('tcp:')) return { open };
  return { open, appearance: (signal) => untilThere(address, { clock, presence, signal }) };
}

/** Resolves once something is at the path, or at the abort. */
export async function untilThere(
  path: string,
  { clock, presence, signal }: { readonly clock: Clock; readonly presence: Ms; readonly signal: AbortSignal },
): Promise<void> {
  while (!signal.aborted) {
    await clock.sleep(presence, signal).catch(() => undefined);
    if (await isThere(path)) return;
  }
}

export function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
