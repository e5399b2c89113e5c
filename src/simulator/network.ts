import type { Ms } from '../clock.ts';
import type { ModemBody } from './modem-body.ts';
import { encodeDeliver, encodeStatusReport, readSubmit, type Submit, tpduLength } from './pdu.ts';
import type { SimulatorProfile } from './profile.ts';
import { type StorageName, stat } from './stores.ts';
import type { Timeline } from './timeline.ts';

/** A PDU that left the modem. */
export interface SentPdu {
  /** TP-MR the modem gave it. */
  readonly reference: number;
  /** Hex as the client wrote it. */
  readonly pdu: string;
  readonly to: string;
  /** Of this part. */
  readonly text: string;
  readonly part: Submit['part'];
  readonly reportRequested: boolean;
  /** Epoch milliseconds. */
  readonly at: number;
}

interface Waiting {
  readonly pdu: string;
  readonly storage: StorageName | undefined;
  readonly notify: boolean;
}

const registeredStats = new Set([1, 5, 6, 7, 9, 10]);
/** Without +CNMA within this time a routed message counts as not received (TS 27.005 3.4.1). */
const acknowledgeLimit: Ms = 15_000;

/** Area, cell and, where the modem tells it, technology as `+CREG=2` adds them. */
export function location(registration: number, { cell, tellsTechnology }: SimulatorProfile): string {
  return registeredStats.has(registration) ? `,${cell.join(',')}${tellsTechnology ? ',7' : ''}` : '';
}

/** The radio side: registration, the service centre with its backlog, what was sent, USSD. */
export class Network {
  /** TS 27.007 7.2 <stat>. */
  stat = 1;
  /** TS 27.007 8.5 <rssi>. */
  rssi: number;
  readonly sent: SentPdu[] = [];
  /** Answers to USSD requests, by request; anything else is `+CUSD: 4`. */
  readonly ussd = new Map<string, string>();
  readonly #modem: ModemBody;
  readonly #timeline: Timeline;
  readonly #listeners: ((sent: SentPdu) => void)[] = [];
  #backlog: Waiting[] = [];
  #nextReference = 1;
  #nextConcatenation = 1;
  #cancelAcknowledgement: (() => void) | null = null;

  constructor(modem: ModemBody, timeline: Timeline) {
    this.#modem = modem;
    this.#timeline = timeline;
    [this.rssi] = modem.profile.signal;
  }

  /** Messages that wait for a network, a card or a free slot. */
  get waiting(): number {
    return this.#backlog.length;
  }

  get registered(): boolean {
    return this.#modem.settings.fun === 1 && registeredStats.has(this.stat);
  }

  /** <mt> and <ds> of +CNMI as they count: with <mode> 0 nothing is told. */
  get #indications(): { readonly mt: number; readonly ds: number } {
    const [mode, mt, , ds] = this.#modem.settings.cnmi;
    return mode === 0 ? { mt: 0, ds: 0 } : { mt, ds };
  }

  onSent(listener: (sent: SentPdu) => void): void {
    this.#listeners.push(listener);
  }

  /** To the storage that receives, or to the one named. The index; -1 when it has to wait, 0 when it was routed. */
  deliver(pdu: string, storage?: StorageName, notify = true): number {
    const waiting = { pdu, storage, notify };
    const behind = storage === undefined && this.#backlog.length > 0;
    const index = behind ? null : this.#place(waiting);
    if (index !== null) return index;
    this.#backlog.push(waiting);
    const { profile, settings, stores } = this.#modem;
    if (profile.fullNotice !== null && stores[storage ?? settings.storages[2]].full) {
      this.#modem.unsolicited(profile.fullNotice);
    }
    return -1;
  }

  deliverText(message: { from: string; text: string; time?: Date | undefined }): number[] {
    const { from, text, time = new Date() } = message;
    const reference = this.#nextConcatenation++ & 0xff;
    const pdus = encodeDeliver({ from, text, time, smsc: this.#modem.serviceCentre, reference });
    return pdus.map((pdu) => this.deliver(pdu));
  }

  /** Takes one SUBMIT out and returns its TP-MR. */
  submit(pdu: string, submit: Submit): number {
    const reference = this.#nextReference++ & 0xff;
    const { to, text, part, reportRequested } = submit;
    const one = { reference, pdu, to, text, part, reportRequested, at: Date.now() };
    this.sent.push(one);
    for (const listener of this.#listeners) listener(one);
    return reference;
  }

  /** A report on the message sent last with this reference; TP-ST 0 means delivered. False where there is none. */
  report(reference: number, status: number): boolean {
    const about = this.sent.findLast((one) => one.reference === reference);
    const submit = about === undefined ? null : readSubmit(about.pdu);
    if (submit === null) return false;
    const { settings, stores, profile, serviceCentre: smsc } = this.#modem;
    const pdu = encodeStatusReport({ smsc, reference, address: submit.address, time: new Date(), status });
    const { ds } = this.#indications;
    if (ds === 1) this.#route(profile.reportHeader, pdu);
    if (ds === 2 && profile.losesReports) this.#modem.unsolicited('+CDSI: "SM",0');
    else if (ds === 2) {
      const name = settings.storages[2];
      const stored = stores[name].add(pdu, stat.unread);
      if (stored !== null) this.#modem.unsolicited(`+CDSI: "${name}",${stored.index}`);
    }
    return true;
  }

  /** Tries again to deliver what waits, in order. */
  retry(): void {
    for (let first = this.#backlog[0]; first !== undefined; first = this.#backlog[0]) {
      if (this.#place(first) === null) return;
      this.#backlog.shift();
    }
  }

  setRegistration(registration: number): void {
    this.stat = registration;
    this.announce(registration);
    this.retry();
  }

  announce(registration: number): void {
    const { settings, profile } = this.#modem;
    for (const domain of ['+CREG', '+CGREG', '+CEREG'] as const) {
      const mode = settings.registrationReports[domain];
      const where = mode === 2 ? location(registration, profile) : '';
      if (mode > 0) this.#modem.unsolicited(`${domain}: ${registration}${where}`);
    }
  }

  /** TS 27.005 3.4.4; false where nothing waits for it. */
  acknowledge(): boolean {
    if (this.#cancelAcknowledgement === null) return false;
    this.#cancelAcknowledgement();
    this.#cancelAcknowledgement = null;
    this.retry();
    return true;
  }

  /** Null: no room, no card or no network now. */
  #place({ pdu, storage, notify }: Waiting): number | null {
    const { card, settings, stores } = this.#modem;
    if (!card.inserted || !card.open || !this.registered) return null;
    const { mt } = this.#indications;
    if (mt === 2 && storage === undefined && notify) {
      if (this.#cancelAcknowledgement !== null) return null;
      this.#route('+CMT: ,', pdu);
      return 0;
    }
    const name = storage ?? settings.storages[2];
    const message = stores[name].add(pdu, stat.unread);
    if (message === null) return null;
    if (notify && mt !== 0) this.#modem.unsolicited(`+CMTI: "${name}",${message.index}`);
    return message.index;
  }

  /** Straight to the client; with +CSMS=1 it has to acknowledge, or nothing is routed any more. */
  #route(header: string, pdu: string): void {
    const { settings } = this.#modem;
    this.#modem.unsolicited(`${header}${tpduLength(pdu)}`, pdu);
    if (settings.csms !== 1) return;
    this.#cancelAcknowledgement?.();
    this.#cancelAcknowledgement = this.#timeline.at(this.#timeline.now() + acknowledgeLimit, () => {
      this.#cancelAcknowledgement = null;
      settings.cnmi[1] = 0;
      settings.cnmi[3] = 0;
      if (header.startsWith('+CMT')) this.#place({ pdu, storage: undefined, notify: true });
      this.retry();
    });
  }
}
