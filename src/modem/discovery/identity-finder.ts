import type { ModemId } from '../../domain/message.ts';
import { GatewayError } from '../../errors.ts';
import type { FoundPort, PortFinder } from '../port-finder.ts';
import type { Discovery, Search } from './discovery.ts';
import { fingerprintOf } from './fingerprint.ts';
import { type Identity, isSameIccid, isSameImei, readIccid } from './identity.ts';

/** A modem that is known by its IMEI, or by the SIM in it, wherever it is plugged in. */
export class IdentityFinder implements PortFinder {
  readonly #discovery: Discovery;
  readonly #modem: ModemId;
  readonly #kind: 'imei' | 'iccid';
  readonly #wanted: string;
  #version = 0;

  /** `address`: `imei:…` or `iccid:…`. */
  constructor(discovery: Discovery, modem: ModemId, address: string) {
    const [kind, wanted = ''] = address.split(':');
    this.#discovery = discovery;
    this.#modem = modem;
    this.#kind = kind === 'iccid' ? 'iccid' : 'imei';
    this.#wanted = wanted;
  }

  async open(signal: AbortSignal): Promise<FoundPort> {
    const discovery = this.#discovery;
    this.#version = discovery.changes.version;
    const entry = await discovery.find(this.#search(signal));
    if (entry === null) throw missing(this.#kind);
    const { port, answered, settle } = await discovery.opener.take(this.#modem, entry, signal);
    return {
      port,
      path: entry.path,
      usb: entry.usb,
      check: async (session, imei) => {
        const iccid = this.#kind === 'iccid' ? await readIccid(session, fingerprintOf(entry.usb)?.iccid) : null;
        const who = { imei, iccid };
        answered(this.#kind === 'iccid' ? who : { imei });
        if (!this.#isWanted(who)) throw missing(this.#kind);
      },
      identified: (who) => {
        answered(who);
        settle();
        discovery.residents.settle(this.#modem, entry, who.imei);
      },
    };
  }

  appearance(signal: AbortSignal): Promise<void> {
    return this.#discovery.change({ version: this.#version, modem: this.#modem, recheck: this.#recheck, signal });
  }

  /** SIMs move from one modem to another without a word; IMEIs do not. */
  get #recheck(): number {
    return this.#kind === 'iccid' ? this.#discovery.intervals.recheck : Number.POSITIVE_INFINITY;
  }

  #search(signal: AbortSignal): Search {
    return { modem: this.#modem, wanted: (who) => this.#isWanted(who), recheck: this.#recheck, signal };
  }

  #isWanted({ imei, iccid }: Identity): boolean {
    if (this.#kind === 'iccid') return iccid !== null && isSameIccid(iccid, this.#wanted);
    return imei !== null && isSameImei(imei, this.#wanted);
  }
}

function missing(kind: 'imei' | 'iccid'): GatewayError {
  const what = kind === 'imei' ? 'modem has this IMEI' : 'modem holds the SIM with this ICCID';
  return new GatewayError('port.missing', `no ${what}`, {
    transient: true,
    hint: 'Check that it is plugged in; `sim2mqtt ports` lists the modems that answer, with their IMEI and ICCID.',
  });
}
