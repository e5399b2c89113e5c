import type { AtCommand } from '../../at/command.ts';
import type { SimState } from '../../domain/modem-state.ts';
import { GatewayError } from '../../errors.ts';
import { decimal, fieldsOf, plain, query, unparsable } from './reply.ts';

/** TS 27.007 8.3. A SIM that fails to answer is an error result: see `simStateOfError`. */
export const simState: AtCommand<SimState> = {
  ...query('AT+CPIN?', '+CPIN:', (line) => simStateOf(fieldsOf(line)[0] ?? '')),
  resultOptional: true,
};

/** Tries left for the PIN, by the given command; null where the reply does not say. `reply` has the number as its first group. */
export function pinTries(line: string, reply: RegExp): AtCommand<number | null> {
  const prefix = /^AT([+^*#$%]\w+)/i.exec(line)?.[1] ?? '';
  return {
    line,
    owns: new RegExp(`^\\${prefix}:`, 'i'),
    timeout: 5_000,
    parse: (info) => decimal(info.map((one) => reply.exec(one)?.[1]).find(Boolean)),
  };
}

/** The one command that may be given once only: a wrong PIN costs a try. */
export function enterPin(pin: string): AtCommand<void> {
  if (!/^\d{4,8}$/.test(pin)) throw new GatewayError('sim.pin_wrong', 'a PIN has 4 to 8 digits');
  return plain(`AT+CPIN="${pin}"`, 30_000);
}

/** TS 27.007 5.6. */
export const imsi: AtCommand<string | null> = {
  line: 'AT+CIMI',
  owns: 'bare',
  timeout: 5_000,
  parse: (info) => info.map((line) => /(?:^|\D)(\d{14,15})(?!\d)/.exec(line)?.[1]).find(Boolean) ?? null,
};

/** The card's number by the given command; a short time-out, for where it is unknown some modems hang. */
export function iccid(line: string): AtCommand<string> {
  return line === cardFile ? fileIccid : toldIccid(line);
}

function toldIccid(line: string): AtCommand<string> {
  return {
    line,
    owns: /^(?:[+^*#$%]?\w*CID:?\s*)?"?\d{18,22}F?"?$/i,
    timeout: 1_500,
    parse(info) {
      const digits = info.map((reply) => /(?:^|\D)(\d{18,22})F?"?$/i.exec(reply)?.[1]).find(Boolean);
      if (digits === undefined) throw unparsable(line, info);
      return digits;
    },
  };
}

/** Reads EF_ICCID from the card itself: TS 27.007 8.18. */
export const cardFile = 'AT+CRSM=176,12258,0,0,10';

/** ETSI TS 102 221 13.2: two digits an octet, the lower half first. */
const fileIccid: AtCommand<string> = query(cardFile, '+CRSM:', (line) => {
  const hex = /^\+CRSM:\s*144\s*,\s*\d+\s*,\s*"?([0-9A-F]{20})"?\s*$/i.exec(line)?.[1];
  const digits = hex?.replace(/(.)(.)/g, '$2$1').replace(/F+$/i, '');
  if (digits === undefined || !/^\d{18,20}$/.test(digits)) throw unparsable('AT+CRSM', [line]);
  return digits;
});

/** TS 27.007 7.1: the first number in international form the SIM holds, in E.164. Only a text on the card: it may be stale. */
export const ownNumber: AtCommand<string | null> = {
  line: 'AT+CNUM',
  owns: /^\+CNUM:/i,
  timeout: 5_000,
  parse: (info) => info.map((line) => international(fieldsOf(line)[1], fieldsOf(line)[2])).find(Boolean) ?? null,
};

/** TS 27.005 3.3.1; null where none is set. */
export const serviceCentre: AtCommand<string | null> = query('AT+CSCA?', '+CSCA:', (line) => {
  const [address = '', type] = fieldsOf(line);
  return international(address, type) ?? (address === '' ? null : address);
});

/** TS 27.005 3.3.1, in E.164. */
export function setServiceCentre(address: string): AtCommand<void> {
  return plain(`AT+CSCA="${address}",145`, 15_000);
}

/** What an error result says of the SIM (TS 27.007 9.2.2, TS 27.005 3.2.5); null where it says nothing. */
export function simStateOfError(error: GatewayError): SimState | null {
  const number = error.details.cme ?? error.details.cms;
  return simStateOfCode[String(number)] ?? null;
}

/** From the text of `+CPIN:`, with or without quotes. */
export function simStateOf(text: string): SimState {
  const state = text.trim().toUpperCase();
  if (state === 'READY' || state === 'SIM PIN2') return 'ready';
  if (state === 'SIM PIN') return 'pin_required';
  if (state.startsWith('SIM PUK')) return 'puk_required';
  if (state === 'NOT INSERTED' || state === 'REMOVED') return 'absent';
  // PH-SIM, PH-NET, PH-SP and kin: the lock is the modem's, not the card's.
  if (state.startsWith('PH-')) return 'locked';
  return state === 'NOT READY' ? 'busy' : 'failed';
}

const simStateOfCode: Readonly<Record<string, SimState>> = {
  5: 'locked',
  6: 'locked',
  7: 'locked',
  10: 'absent',
  11: 'pin_required',
  12: 'puk_required',
  13: 'failed',
  14: 'busy',
  15: 'failed',
  16: 'pin_wrong',
  40: 'locked',
  41: 'locked',
  42: 'locked',
  43: 'locked',
  44: 'locked',
  45: 'locked',
  46: 'locked',
  47: 'locked',
  48: 'locked',
  310: 'absent',
  311: 'pin_required',
  312: 'locked',
  313: 'failed',
  314: 'busy',
  316: 'puk_required',
  515: 'busy',
};

function international(number: string | undefined, type: string | undefined): string | null {
  const digits = /^\+?(\d{3,15})$/.exec(number ?? '')?.[1];
  if (digits === undefined) return null;
  return number?.startsWith('+') === true || type === '145' ? `+${digits}` : null;
}
