import { join } from 'node:path';
import type { ModemId } from '../../domain/message.ts';
import { GatewayError } from '../../errors.ts';
import { type FoundPort, type PortFinder, untilThere } from '../port-finder.ts';
import type { SerialPortEntry } from '../port-scan.ts';
import type { Discovery } from './discovery.ts';
import { type Identity, isSameImei } from './identity.ts';
import { patience } from './prober.ts';
import { RateDoubt } from './rate-doubt.ts';
import { idsOf } from './residents.ts';
import { appearanceOf, unitOf } from './unit.ts';

/** Where the modem was when it was ready. */
interface Place {
  readonly position: string;
  readonly interface: string | null;
}

/** In openings of a mute port. */
const rarely = 20;

/** A modem on a path; one that was ready once is found again when nodes are numbered anew. */
export class PathFinder implements PortFinder {
  readonly #discovery: Discovery;
  readonly #modem: ModemId;
  readonly #address: string;
  readonly #rateDoubt: RateDoubt;
  /** Also where it was so in an earlier run: then it is looked for by what it was. */
  #isHardware: boolean;
  #place: Place | null = null;
  /** What is at the path is another modem of ours, for as long as it is there. */
  #foreign: string | null = null;
  /** The same, as the last look found it: another modem of ours is at work there. */
  #isTaken = false;
  /** How often this port was opened since somebody answered at it. */
  #silence = { appearance: '', times: 0 };
  #version = 0;

  constructor(discovery: Discovery, modem: ModemId, address: string) {
    this.#discovery = discovery;
    this.#modem = modem;
    this.#address = address;
    this.#rateDoubt = new RateDoubt(discovery, modem);
    this.#isHardware = discovery.residents.idsOf(modem) !== null;
  }

  async open(signal: AbortSignal): Promise<FoundPort> {
    const discovery = this.#discovery;
    this.#version = discovery.changes.version;
    const named = await discovery.inventory.portAt(this.#address);
    const likely = await this.#entry(named, signal);
    if (likely === null) {
      // What was hardware before is just being plugged in; else a pseudo-terminal, or nothing at all.
      if (this.#isHardware) throw missing();
      return { port: await discovery.openPlain(this.#address), path: this.#address };
    }
    await this.#rateDoubt.check(likely, this.#isRateDue(likely), signal);
    const entry = (await this.#sibling(likely, signal)) ?? likely;
    signal.throwIfAborted();
    const isNamed = appearanceOf(entry) === (named === null ? null : appearanceOf(named));
    const { port, answered, settle } = await discovery.opener.take(this.#modem, entry, signal);
    this.#opened(entry);
    return {
      port,
      path: isNamed ? this.#address : entry.path,
      usb: entry.usb,
      check: (_, imei) => {
        answered({ imei });
        this.#silence.times = 0;
        this.#check(entry, isNamed, imei);
        return Promise.resolve();
      },
      identified: (who) => {
        answered(who);
        settle();
        this.#identified(entry, who.imei);
      },
    };
  }

  async appearance(signal: AbortSignal): Promise<void> {
    const discovery = this.#discovery;
    const over = new AbortController();
    const end = () => over.abort();
    signal.addEventListener('abort', end, { once: true });
    try {
      const { clock, intervals, root } = discovery;
      const waits = { clock, presence: intervals.presence, signal: over.signal };
      const isForeign = this.#foreign !== null || this.#isTaken;
      await Promise.race([
        discovery.change({ version: this.#version, modem: this.#modem, signal: over.signal }),
        ...(isForeign ? [] : [untilThere(join(root, this.#address), waits)]),
      ]);
    } finally {
      signal.removeEventListener('abort', end);
      over.abort();
    }
  }

  /** The port to open; null where sysfs knows none for this path. Throws `port.missing`. */
  async #entry(named: SerialPortEntry | null, signal: AbortSignal): Promise<SerialPortEntry | null> {
    const discovery = this.#discovery;
    const imei = discovery.residents.imeiOf(this.#modem);
    const isMine = (who: Identity | null) => imei !== null && who?.imei != null && isSameImei(who.imei, imei);
    const ports = await discovery.inventory.scan();
    const known = ports.filter((port) => isMine(discovery.knowledge.identity(port)) && this.#isLike(port));
    // Asked not long ago: better than any name, unless that names another such port of the same device.
    if (known[0] !== undefined) return known.find((port) => port.path === named?.path) ?? known[0];
    const isTaken = (port: SerialPortEntry) => discovery.claims.isTakenFrom(this.#modem, unitOf(port));
    const place = ports.find((port) => this.#isPlace(port) && !isTaken(port));
    // Two devices with one serial number share one by-id link: it may point to the other by now.
    if (named !== null && place !== undefined && isById(this.#address) && !this.#isPlace(named)) return place;
    this.#isTaken = named !== null && imei !== null && isTaken(named);
    const credible = named === null || this.#isTaken || appearanceOf(named) === this.#foreign ? null : named;
    if (credible !== null && (isLink(this.#address) || this.#isLikePlace(credible))) return credible;
    if (named === null && place !== undefined && isLink(this.#address)) return place;
    if (imei === null || !this.#isHardware) return credible;
    const search = { modem: this.#modem, wanted: isMine, among: (port: SerialPortEntry) => this.#isLike(port), signal };
    const found = (await discovery.find(search)) ?? credible;
    if (found === null) throw missing();
    return found;
  }

  /** Another port of the same device, where a port that answered once stays mute and the modem is behind that one. */
  async #sibling(mute: SerialPortEntry, signal: AbortSignal): Promise<SerialPortEntry | null> {
    const { appearance, times } = this.#silence;
    const imei = this.#discovery.residents.imeiOf(this.#modem);
    if (imei === null || appearance !== appearanceOf(mute) || times < patience) return null;
    const wanted = (who: Identity) => who.imei !== null && isSameImei(who.imei, imei);
    const among = (port: SerialPortEntry) => unitOf(port) === unitOf(mute) && port.path !== mute.path;
    return await this.#discovery.find({ modem: this.#modem, wanted, among, signal });
  }

  /** A modem that answered before has most likely not changed its rate since. */
  #isRateDue(port: SerialPortEntry): boolean {
    const { appearance, times } = this.#silence;
    if (appearance !== appearanceOf(port) || times < patience) return false;
    const isNew = !this.#discovery.residents.wasReady(this.#modem);
    return (isNew && times === patience) || times % rarely === 0;
  }

  #opened(entry: SerialPortEntry): void {
    const appearance = appearanceOf(entry);
    const times = appearance === this.#silence.appearance ? this.#silence.times + 1 : 1;
    this.#silence = { appearance, times };
  }

  /** A modem that is another than before is taken for a replaced one, unless it is another one of ours. */
  #check(entry: SerialPortEntry, isNamed: boolean, imei: string | null): void {
    const discovery = this.#discovery;
    const mine = discovery.residents.imeiOf(this.#modem);
    if (mine === null || imei === null || isSameImei(imei, mine)) return;
    if (isNamed && discovery.residents.ownerOf(imei, this.#modem) === null) return;
    this.#foreign = appearanceOf(entry);
    throw missing();
  }

  #identified(entry: SerialPortEntry, imei: string | null): void {
    this.#foreign = null;
    this.#isHardware = true;
    this.#discovery.residents.settle(this.#modem, entry, imei);
    const { usb } = entry;
    if (usb === null) return;
    this.#place = { position: usb.position, interface: usb.interface };
  }

  #isPlace({ usb }: SerialPortEntry): boolean {
    return usb !== null && usb.position === this.#place?.position && usb.interface === this.#place.interface;
  }

  /** Numbers that moved may name another interface of the same device now. */
  #isLikePlace({ usb }: SerialPortEntry): boolean {
    return this.#place === null || usb?.interface === this.#place.interface;
  }

  /** Only a device of the same make is asked: the others are none of this modem's business. */
  #isLike(port: SerialPortEntry): boolean {
    return port.usb !== null && idsOf(port) === this.#discovery.residents.idsOf(this.#modem);
  }
}

function isById(address: string): boolean {
  return address.startsWith('/dev/serial/by-id/');
}

function isLink(address: string): boolean {
  return address.startsWith('/dev/serial/');
}

function missing(): GatewayError {
  return new GatewayError('port.missing', 'there is no such serial port', {
    transient: true,
    hint: 'Check that the modem is plugged in; `sim2mqtt ports` lists what is there.',
  });
}
