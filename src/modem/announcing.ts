import type { AtSession } from '../at/session.ts';
import type { ModemId } from '../domain/message.ts';
import type { ModemListener } from '../domain/received.ts';
import { optional } from './asking.ts';
import { atPlaceOf } from './discovery/fingerprint.ts';
import type { UsbInterface } from './port-scan.ts';
import type { Profile } from './profile.ts';

/** Whether one modem that has several ports announces messages on ours. Where not, they are found by looking only; the operator hears of it once. */
export class Announcing {
  readonly #modem: ModemId;
  readonly #listener: Pick<ModemListener, 'alert'>;
  #isTold = false;

  constructor(modem: ModemId, listener: Pick<ModemListener, 'alert'>) {
    this.#modem = modem;
    this.#listener = listener;
  }

  /** Changes nothing: the modem keeps that setting for ever. Throws what ends the session. */
  async check(session: AtSession, { announcing }: Profile, usb: Pick<UsbInterface, AtPlaceKeys> | null): Promise<void> {
    const place = usb === null ? null : atPlaceOf(usb);
    const ours = place === null ? undefined : announcing?.ports[place];
    if (announcing === null || ours === undefined || this.#isTold) return;
    const { line, reply, hint } = announcing;
    const parse = (info: readonly string[]) => info.map((one) => reply.exec(one)?.[1]).find(Boolean) ?? null;
    const where = await optional(session, { line, owns: reply, timeout: 5_000, parse });
    if (where === null || where === ours || !announcing.ports.includes(where)) return;
    this.#isTold = true;
    const message = 'the modem announces messages on another of its ports: here they are found a minute late';
    this.#listener.alert(this.#modem, { code: 'announced_elsewhere', message, hint });
  }
}

type AtPlaceKeys = 'vendorId' | 'productId' | 'interface' | 'triple';
