import { randomBytes } from 'node:crypto';
import type { Ms } from '../clock.ts';
import type { FaultOf, LineFault, StateFault } from './fault.ts';
import type { ModemState } from './modem-state.ts';
import { pinState, pinTriesOfNewCard, type SimCard } from './sim-card.ts';

/** What a fault can do to a modem. */
export interface Target {
  readonly modem: ModemState;
  /** Straight onto the line, whatever is in flight. */
  inject(data: Uint8Array): void;
  /** The port vanishes and comes back elsewhere, its card busy for a while. */
  drop(returnsAfter: Ms, busyFor: Ms): void;
}

const defaultAbsence: Ms = 500;
const defaultDownTime: Ms = 200;

export function strikeLine(target: Target, fault: LineFault): void {
  const { modem } = target;
  switch (fault.kind) {
    case 'drop':
      target.drop(fault.returnsAfter ?? defaultAbsence, 0);
      break;
    case 'reboot':
      modem.reboot(fault.downFor ?? defaultDownTime, fault.busyFor ?? 0);
      break;
    case 'garbage':
      target.inject(fault.hex === undefined ? randomBytes(64) : Buffer.from(fault.hex, 'hex'));
      break;
    case 'banner':
      target.inject(Buffer.from(`\0\0\0\r\n${bootLines(modem).join('\r\n\r\n')}\r\n`, 'latin1'));
      break;
    case 'urc':
      target.inject(Buffer.from(`\r\n${fault.line}\r\n`, 'latin1'));
      break;
    case 'echo':
      modem.settings.echo = true;
  }
}

export function strikeState(modem: ModemState, fault: StateFault): void {
  switch (fault.kind) {
    case 'full':
      setFull(modem, fault);
      break;
    case 'stale_notification':
      modem.unsolicited(`+CMTI: "${fault.storage ?? modem.settings.storages[2]}",${fault.index}`);
      break;
    case 'pin_lock':
      lock(modem.card, fault.pin, fault.tries);
      modem.unsolicited('+CPIN: SIM PIN');
      break;
    case 'sim_removed':
      modem.card.inserted = false;
      modem.unsolicited('+CPIN: NOT INSERTED');
      break;
    case 'sim_inserted':
      insertCard(modem, fault);
      break;
    case 'registration':
      modem.network.setRegistration(fault.stat);
      break;
    case 'signal':
      modem.network.rssi = fault.rssi;
      break;
    case 'clear':
      modem.faults.clear();
  }
}

/** The lines of a reset, with the state of the card as it is. */
export function bootLines(modem: ModemState): string[] {
  const state = pinState(modem.card, modem.now());
  const pin = typeof state === 'string' ? state : state.cme === 10 ? 'NOT INSERTED' : 'NOT READY';
  return modem.profile.boot.map((line) => line.replace('{pin}', pin));
}

function setFull(modem: ModemState, fault: FaultOf<'full'>): void {
  const names = fault.storage === undefined ? (['SM', 'ME'] as const) : [fault.storage];
  for (const name of names) modem.stores[name].blocked = fault.on ?? true;
  if (fault.on === false) modem.network.retry();
}

function lock(card: SimCard, pin: string, tries: number | undefined): void {
  card.pin = pin;
  card.open = false;
  card.pinTries = tries ?? pinTriesOfNewCard;
}

function insertCard(modem: ModemState, fault: FaultOf<'sim_inserted'>): void {
  const { card } = modem;
  card.inserted = true;
  if (fault.iccid !== undefined && fault.iccid !== card.iccid) {
    card.iccid = fault.iccid;
    card.pin = fault.pin ?? '';
    card.pinTries = pinTriesOfNewCard;
  }
  card.imsi = fault.imsi ?? card.imsi;
  card.open = card.pin === '';
  modem.unsolicited(`+CPIN: ${card.open ? 'READY' : 'SIM PIN'}`);
  modem.network.retry();
}
