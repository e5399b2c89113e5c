import { badPdu } from './bad-pdu.ts';
import { decodeUcs2 } from './code-units.ts';
import { type Cursor, takeOctet, takeOctets } from './cursor.ts';
import type { Dcs } from './dcs.ts';
import { decodeSeptets, type Shift } from './gsm7.ts';
import { fillBits, unpackSeptets } from './septets.ts';
import { type Concat, decodeHeader, emptyHeader, type InformationElement, type Ports } from './udh.ts';

/** TP-UD and what its header says: TS 23.040 9.2.3.24. */
export interface UserData {
  /** TP-UDL as sent: septets (header included) in the default alphabet, else octets. */
  readonly udl: number;
  readonly udh: readonly InformationElement[];
  /** Octets the header takes with its length octet; 0 where there is none. */
  readonly udhLength: number;
  readonly concat: Concat | null;
  readonly ports: Ports | null;
  /** National language tables the header names. */
  readonly shift: Shift;
  /** Null for 8-bit and for compressed text. A part may begin or end inside a character: see `joinParts`. */
  readonly text: string | null;
  /** Octets after the header; packed septets begin at its fill bits. */
  readonly data: Uint8Array;
}

/**
 * TP-UDL and TP-UD. Throws `sms.bad_pdu` where they are cut, the header does not fit, or UCS-2 is odd in a message of
 * one part.
 */
export function takeUserData(cursor: Cursor, dcs: Dcs, hasHeader: boolean): UserData {
  const udl = takeOctet(cursor, 'udl');
  const start = cursor.offset;
  const septets = dcs.alphabet === 'gsm7' && !dcs.compressed;
  const octets = takeOctets(cursor, septets ? (udl * 7 + 7) >> 3 : udl, 'ud');
  const udhLength = hasHeader ? headerOctets(octets, start) : 0;
  const header = hasHeader ? decodeHeader(octets.subarray(1, udhLength), start) : emptyHeader;
  const { elements: udh, concat, ports, shift } = header;
  const data = octets.subarray(udhLength);
  if (dcs.alphabet === 'ucs2' && !dcs.compressed && data.length % 2 !== 0 && concat === null) {
    throw badPdu('ud', start + octets.length - 1, 'an odd count of UCS-2 octets');
  }
  const text = textOf({ udl, udhLength, shift, data }, dcs);
  return { udl, udh, udhLength, concat, ports, shift, text, data };
}

function headerOctets(octets: Uint8Array, offset: number): number {
  const length = octets[0];
  if (length === undefined || length >= octets.length) throw badPdu('udh', offset, 'a header beyond the user data');
  return length + 1;
}

function textOf(ud: SeptetData & { readonly shift: Shift }, dcs: Dcs): string | null {
  if (dcs.compressed || dcs.alphabet === '8bit') return null;
  return dcs.alphabet === 'ucs2' ? decodeUcs2(ud.data) : decodeSeptets(septetsOf(ud), ud.shift);
}

type SeptetData = Pick<UserData, 'udl' | 'udhLength' | 'data'>;

/** The septet codes after the header, for user data in the default alphabet. */
export function septetsOf({ udl, udhLength, data }: SeptetData): Uint8Array {
  const skipBits = fillBits(udhLength);
  const headerSeptets = (udhLength * 8 + skipBits) / 7;
  return unpackSeptets(data, { skipBits, count: Math.max(0, udl - headerSeptets) });
}
