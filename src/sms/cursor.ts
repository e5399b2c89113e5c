import { badPdu } from './bad-pdu.ts';

/** A place in the octets of a PDU; the functions here move it on. */
export interface Cursor {
  readonly octets: Uint8Array;
  offset: number;
}

/** The next octet. Throws `sms.bad_pdu` at the end. */
export function takeOctet(cursor: Cursor, field: string): number {
  const octet = cursor.octets[cursor.offset];
  if (octet === undefined) throw badPdu(field, cursor.offset, 'it ends too early');
  cursor.offset++;
  return octet;
}

/** The next `count` octets, as a view. Throws `sms.bad_pdu` where there are fewer. */
export function takeOctets(cursor: Cursor, count: number, field: string): Uint8Array {
  const end = cursor.offset + count;
  if (end > cursor.octets.length) throw badPdu(field, cursor.offset, 'it ends too early');
  const taken = cursor.octets.subarray(cursor.offset, end);
  cursor.offset = end;
  return taken;
}
