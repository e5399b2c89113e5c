import { realpath } from 'node:fs/promises';
import { join } from 'node:path';
import type { ModemId } from '../../domain/message.ts';
import { type SerialPortEntry, scanPorts } from '../port-scan.ts';
import { type UnitKey, unitOf } from './unit.ts';

/** The ports of this machine as they were when somebody looked last, and which of them the configuration names. */
export class Inventory {
  readonly #root: string;
  readonly #scanned: (ports: readonly SerialPortEntry[]) => void;
  readonly #addresses = new Map<ModemId, string>();
  #ports: readonly SerialPortEntry[] = [];
  #reserved: ReadonlyMap<UnitKey, ModemId> = new Map();
  #scanning: Promise<readonly SerialPortEntry[]> | undefined;

  constructor(root: string, scanned: (ports: readonly SerialPortEntry[]) => void) {
    this.#root = root;
    this.#scanned = scanned;
  }

  /** As found by the last look. */
  get ports(): readonly SerialPortEntry[] {
    return this.#ports;
  }

  /** Nobody but this modem is to use the device that the path names. */
  reserve(modem: ModemId, address: string): void {
    this.#addresses.set(modem, address);
  }

  /** Whose that very address is. */
  ownerOf(address: string): ModemId | null {
    return [...this.#addresses].find(([, own]) => own === address)?.[0] ?? null;
  }

  reservedFor(port: SerialPortEntry): ModemId | null {
    return this.#reserved.get(unitOf(port)) ?? null;
  }

  /** Looks again; who comes while somebody looks gets what that finds. */
  scan(): Promise<readonly SerialPortEntry[]> {
    this.#scanning ??= this.#scan().finally(() => {
      this.#scanning = undefined;
    });
    return this.#scanning;
  }

  /** The hardware behind a path; null where sysfs knows none. */
  async portAt(address: string): Promise<SerialPortEntry | null> {
    return this.#portAmong(await this.scan(), address);
  }

  async #scan(): Promise<readonly SerialPortEntry[]> {
    const ports = await scanPorts(this.#root);
    const reserved = new Map<UnitKey, ModemId>();
    for (const [modem, address] of this.#addresses) {
      const port = await this.#portAmong(ports, address);
      if (port !== null) reserved.set(unitOf(port), modem);
    }
    this.#ports = ports;
    this.#reserved = reserved;
    this.#scanned(ports);
    return ports;
  }

  async #portAmong(ports: readonly SerialPortEntry[], address: string): Promise<SerialPortEntry | null> {
    const named = ports.find(({ path, byId, byPath }) => [path, byId, byPath].includes(address));
    if (named !== undefined) return named;
    const target = await realpath(join(this.#root, address)).catch(() => null);
    if (target === null) return null;
    for (const port of ports) {
      if ((await realpath(join(this.#root, port.path)).catch(() => null)) === target) return port;
    }
    return null;
  }
}
