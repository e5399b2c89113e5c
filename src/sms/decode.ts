import { GatewayError } from '../errors.ts';
import { takeAddress, takeServiceCentre } from './address.ts';
import { badPdu } from './bad-pdu.ts';
import { type Cursor, takeOctet, takeOctets } from './cursor.ts';
import { type Dcs, decodeDcs } from './dcs.ts';
import { parseHex } from './hex.ts';
import type { Deliver, StatusReport, Submit } from './message.ts';
import { decodeTimestamp } from './timestamp.ts';
import { takeUserData, type UserData } from './user-data.ts';
import { takeValidity } from './validity.ts';

/** How a PDU came: `MT` as received, `MO` as sent or stored to be sent; `smsc` whether it begins with those octets. */
export interface PduContext {
  readonly direction: 'MT' | 'MO';
  readonly smsc: boolean;
}

// Bits of the first octet of a TPDU: TS 23.040 9.2.3.1 to 9.2.3.23.
const messageType = 0x03;
const noMoreMessages = 0x04;
const rejectDuplicates = 0x04;
const statusReport = 0x20;
const hasHeader = 0x40;
const replyPath = 0x80;

/**
 * The message in a PDU-mode string. Octets beyond its end are counted and left; an undecodable time is null.
 * Throws `sms.bad_pdu`, with the field and the octet, for anything else that is not whole.
 */
export function decodePdu(hex: string, context: PduContext & { readonly direction: 'MT' }): Deliver | StatusReport;
export function decodePdu(hex: string, context: PduContext & { readonly direction: 'MO' }): Submit;
export function decodePdu(hex: string, context: PduContext): Deliver | Submit | StatusReport;
export function decodePdu(hex: string, { direction, smsc }: PduContext): Deliver | Submit | StatusReport {
  const cursor: Cursor = { octets: parseHex(hex), offset: 0 };
  const serviceCentre = smsc ? takeServiceCentre(cursor) : null;
  const tpduStart = cursor.offset;
  const first = takeOctet(cursor, 'mti');
  const decode = bodies[direction][first & messageType];
  if (decode === undefined || decode === null) throw badPdu('mti', tpduStart, 'not a message type that is handled');
  const body = decode(cursor, first);
  const end = cursor.octets.length;
  return { ...body, smsc: serviceCentre, tpduLength: end - tpduStart, trailingOctets: end - cursor.offset };
}

type Body<T> = Omit<T, 'smsc' | 'tpduLength' | 'trailingOctets'>;
type DecodeBody = (cursor: Cursor, first: number) => Body<Deliver> | Body<Submit> | Body<StatusReport>;

// By TP-MTI. Submit and deliver reports and commands pass between network and SIM and never reach a modem's user.
const bodies: Readonly<Record<PduContext['direction'], readonly (DecodeBody | null)[]>> = {
  MT: [decodeDeliver, null, decodeStatusReport, null],
  MO: [null, decodeSubmit, null, null],
};

function decodeDeliver(cursor: Cursor, first: number): Body<Deliver> {
  const from = takeAddress(cursor, 'oa');
  const pid = takeOctet(cursor, 'pid');
  const dcs = decodeDcs(takeOctet(cursor, 'dcs'));
  const timestamp = takeTimestamp(cursor, 'scts');
  return {
    ...takeUserData(cursor, dcs, (first & hasHeader) !== 0),
    type: 'SMS-DELIVER',
    from,
    pid,
    dcs,
    timestamp,
    mms: (first & noMoreMessages) === 0,
    sri: (first & statusReport) !== 0,
    rp: (first & replyPath) !== 0,
  };
}

function decodeSubmit(cursor: Cursor, first: number): Body<Submit> {
  const mr = takeOctet(cursor, 'mr');
  const to = takeAddress(cursor, 'da');
  const pid = takeOctet(cursor, 'pid');
  const dcs = decodeDcs(takeOctet(cursor, 'dcs'));
  const vp = takeValidity(cursor, first);
  return {
    ...takeUserData(cursor, dcs, (first & hasHeader) !== 0),
    type: 'SMS-SUBMIT',
    mr,
    to,
    pid,
    dcs,
    vp,
    srr: (first & statusReport) !== 0,
    rd: (first & rejectDuplicates) !== 0,
    rp: (first & replyPath) !== 0,
  };
}

function decodeStatusReport(cursor: Cursor, first: number): Body<StatusReport> {
  const mr = takeOctet(cursor, 'mr');
  const recipient = takeAddress(cursor, 'ra');
  const timestamp = takeTimestamp(cursor, 'scts');
  const discharge = takeTimestamp(cursor, 'dt');
  const status = takeOctet(cursor, 'st');
  return {
    type: 'SMS-STATUS-REPORT',
    mr,
    recipient,
    timestamp,
    discharge,
    status,
    mms: (first & noMoreMessages) === 0,
    srq: (first & statusReport) !== 0,
    ...takeReportTail(cursor, first),
  };
}

function takeTimestamp(cursor: Cursor, field: string): string | null {
  return decodeTimestamp(takeOctets(cursor, 7, field));
}

interface ReportTail {
  readonly pid: number | null;
  readonly dcs: Dcs | null;
  readonly userData: UserData | null;
}

const noTail: ReportTail = Object.freeze({ pid: null, dcs: null, userData: null });

/**
 * What TP-PI announces (TS 23.040 9.2.3.27). Modems pad here with anything, so a tail that is not whole is none: the
 * report stands.
 */
function takeReportTail(cursor: Cursor, first: number): ReportTail {
  const start = cursor.offset;
  if (start === cursor.octets.length) return noTail;
  try {
    const indicator = takeOctet(cursor, 'pi');
    for (let more = indicator; (more & 0x80) !== 0; ) more = takeOctet(cursor, 'pi');
    const pid = (indicator & 1) === 0 ? null : takeOctet(cursor, 'pid');
    const dcs = (indicator & 2) === 0 ? null : decodeDcs(takeOctet(cursor, 'dcs'));
    const withHeader = (first & hasHeader) !== 0;
    const userData = (indicator & 4) === 0 ? null : takeUserData(cursor, dcs ?? decodeDcs(0), withHeader);
    return { pid, dcs, userData };
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    cursor.offset = start;
    return noTail;
  }
}
