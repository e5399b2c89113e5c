import type { ModemId } from '../../domain/message.ts';
import type { SerialPortEntry } from '../port-scan.ts';
import { unitOf } from './unit.ts';

type Port = Pick<SerialPortEntry, 'usb' | 'path'>;

/** Who each modem of ours was when it was ready last in this process, and on which device. */
export class Residents {
  readonly #imeis = new Map<ModemId, string>();
  readonly #stays = new Map<ModemId, string>();

  settle(modem: ModemId, port: Port, imei: string | null): void {
    this.#stays.set(modem, stayOf(port));
    if (imei !== null) this.#imeis.set(modem, imei);
  }

  imeiOf(modem: ModemId): string | null {
    return this.#imeis.get(modem) ?? null;
  }

  /** Another modem of ours that was ready with this IMEI. */
  ownerOf(imei: string, modem: ModemId): ModemId | null {
    return [...this.#imeis].find(([id, known]) => id !== modem && known === imei)?.[0] ?? null;
  }

  /** Who was ready here last, if the device was not unplugged since. */
  residentOf(port: Port): ModemId | null {
    const stay = stayOf(port);
    return [...this.#stays].find(([, last]) => last === stay)?.[0] ?? null;
  }
}

function stayOf(port: Port): string {
  return `${unitOf(port)} ${port.usb?.enumeration ?? ''}`;
}
