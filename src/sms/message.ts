import type { Address } from './address.ts';
import type { Dcs } from './dcs.ts';
import type { UserData } from './user-data.ts';
import type { ValidityPeriod } from './validity.ts';

interface Tpdu {
  /** Null where the PDU names no service centre. */
  readonly smsc: Address | null;
  /** Octets after those of the service centre: what `AT+CMGS` and `+CMGR` count. */
  readonly tpduLength: number;
  /** Octets beyond the end of the message, which some modems add. */
  readonly trailingOctets: number;
}

/** A message as received: TS 23.040 9.2.2.1. */
export interface Deliver extends Tpdu, UserData {
  readonly type: 'SMS-DELIVER';
  readonly from: Address;
  /** TP-PID. */
  readonly pid: number;
  readonly dcs: Dcs;
  /** TP-SCTS in ISO 8601 with the offset as sent; null where it was undecodable. */
  readonly timestamp: string | null;
  /** More messages wait at the service centre. */
  readonly mms: boolean;
  /** The sender gets a status report. */
  readonly sri: boolean;
  /** Reply path. */
  readonly rp: boolean;
}

/** A message as sent, or stored to be sent: TS 23.040 9.2.2.2. */
export interface Submit extends Tpdu, UserData {
  readonly type: 'SMS-SUBMIT';
  /** TP-MR. */
  readonly mr: number;
  readonly to: Address;
  readonly pid: number;
  readonly dcs: Dcs;
  readonly vp: ValidityPeriod | null;
  /** Status report requested. */
  readonly srr: boolean;
  /** Reject duplicates. */
  readonly rd: boolean;
  readonly rp: boolean;
}

/** What became of a message sent: TS 23.040 9.2.2.3. */
export interface StatusReport extends Tpdu {
  readonly type: 'SMS-STATUS-REPORT';
  /** TP-MR of the message it is about. */
  readonly mr: number;
  readonly recipient: Address;
  /** When the service centre took the message; null where undecodable, as `discharge`. */
  readonly timestamp: string | null;
  /** When the outcome was reached. */
  readonly discharge: string | null;
  /** TP-ST: see `classifyStatus`. */
  readonly status: number;
  /** More messages wait at the service centre. */
  readonly mms: boolean;
  /** The report answers an SMS-COMMAND. */
  readonly srq: boolean;
  /** The optional tail, each null where it is not there. */
  readonly pid: number | null;
  readonly dcs: Dcs | null;
  readonly userData: UserData | null;
}
