import type { ModemId } from '../../domain/message.ts';
import type { Resident, ResidentMemory } from '../../domain/resident.ts';
import type { Logger } from '../../log.ts';
import type { SerialPortEntry } from '../port-scan.ts';
import { isSameImei } from './identity.ts';
import { unitOf } from './unit.ts';

type Port = Pick<SerialPortEntry, 'usb' | 'path'>;

/** Who each modem of ours was when it was ready last, and on which device while this process runs. */
export class Residents {
  readonly #log: Logger;
  readonly #memory: ResidentMemory;
  readonly #addresses = new Map<ModemId, string>();
  readonly #known = new Map<ModemId, Resident>();
  readonly #stays = new Map<ModemId, string>();

  constructor(log: Logger, memory: ResidentMemory = forgetful) {
    this.#log = log;
    this.#memory = memory;
  }

  /** Before the first port is opened: who it was in an earlier run, under the same address. */
  expect(modem: ModemId, address: string): void {
    this.#addresses.set(modem, address);
    const before = this.#memory.residentOf(modem);
    if (before?.address === address) this.#known.set(modem, before);
  }

  settle(modem: ModemId, port: Port, imei: string | null): void {
    this.#stays.set(modem, stayOf(port));
    if (imei === null) return;
    const resident = { address: this.#addresses.get(modem) ?? '', imei, ids: idsOf(port) };
    const before = this.#known.get(modem);
    this.#known.set(modem, resident);
    if (before?.imei !== imei || before.ids !== resident.ids) this.#keep(modem, resident);
  }

  /** A store that takes nothing now stops no modem: it is told again when it is ready the next time after a restart. */
  #keep(modem: ModemId, resident: Resident): void {
    try {
      this.#memory.keepResident(modem, resident);
    } catch (error) {
      this.#log.warn({ err: error, modem }, 'which module this modem is cannot be stored');
    }
  }

  imeiOf(modem: ModemId): string | null {
    return this.#known.get(modem)?.imei ?? null;
  }

  /** Of the device that it was in. */
  idsOf(modem: ModemId): string | null {
    return this.#known.get(modem)?.ids ?? null;
  }

  /** Whether it was ready since this process began. */
  wasReady(modem: ModemId): boolean {
    return this.#stays.has(modem);
  }

  /** Another modem of ours that was ready with this IMEI. */
  ownerOf(imei: string, modem: ModemId): ModemId | null {
    return [...this.#known].find(([id, known]) => id !== modem && isSameImei(known.imei, imei))?.[0] ?? null;
  }

  /** Who was ready here last, if the device was not unplugged since. */
  residentOf(port: Port): ModemId | null {
    const stay = stayOf(port);
    return [...this.#stays].find(([, last]) => last === stay)?.[0] ?? null;
  }
}

const forgetful: ResidentMemory = { residentOf: () => null, keepResident: () => undefined };

/** `vendor:product` of a port's device; null where it is none of USB. */
export function idsOf({ usb }: Pick<Port, 'usb'>): string | null {
  return usb === null ? null : `${usb.vendorId}:${usb.productId}`;
}

function stayOf(port: Port): string {
  return `${unitOf(port)} ${port.usb?.enumeration ?? ''}`;
}
