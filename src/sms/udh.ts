import { badPdu } from './bad-pdu.ts';
import { defaultShift, type Shift } from './gsm7.ts';

/** One element of the user data header, known or not: TS 23.040 9.2.3.24. */
export interface InformationElement {
  readonly iei: number;
  readonly data: Uint8Array;
}

/** A part of a longer message. As sent: `total` and `sequence` may be senseless (see `concatKey`). */
export interface Concat {
  readonly reference: number;
  readonly bits: 8 | 16;
  readonly total: number;
  /** From 1. */
  readonly sequence: number;
}

/** Application ports: WAP push comes to 2948. */
export interface Ports {
  readonly bits: 8 | 16;
  readonly destination: number;
  readonly source: number;
}

/** Information element identifiers. */
const iei = { concat8: 0x00, ports8: 0x04, ports16: 0x05, concat16: 0x08, single: 0x24, locking: 0x25 } as const;

/**
 * What the header says that the codec acts on. Of elements that exclude each other the last counts; one of a wrong
 * length does not.
 */
export interface Header {
  readonly elements: readonly InformationElement[];
  readonly concat: Concat | null;
  readonly ports: Ports | null;
  readonly shift: Shift;
}

export const emptyHeader: Header = Object.freeze({
  elements: Object.freeze([]),
  concat: null,
  ports: null,
  shift: defaultShift,
});

/**
 * Elements of a header without its length octet, which lies at `offset` in the PDU. Throws `sms.bad_pdu` where the last
 * is cut.
 */
export function decodeHeader(octets: Uint8Array, offset: number): Header {
  const elements: InformationElement[] = [];
  for (let at = 0; at < octets.length; ) {
    const length = octets[at + 1];
    const end = at + 2 + (length ?? 0);
    if (length === undefined || end > octets.length) {
      throw badPdu('udh', offset + 1 + at, 'an information element that ends beyond the header');
    }
    elements.push({ iei: octets[at] ?? 0, data: octets.subarray(at + 2, end) });
    at = end;
  }
  return interpret(elements);
}

function interpret(elements: readonly InformationElement[]): Header {
  let { concat, ports, shift } = emptyHeader;
  for (const element of elements) {
    const { data } = element;
    const [a = 0, b = 0, c = 0, d = 0] = data;
    if (element.iei === iei.concat8 && data.length === 3) concat = { reference: a, bits: 8, total: b, sequence: c };
    else if (element.iei === iei.concat16 && data.length === 4) {
      concat = { reference: (a << 8) | b, bits: 16, total: c, sequence: d };
    } else if (element.iei === iei.ports8 && data.length === 2) ports = { bits: 8, destination: a, source: b };
    else if (element.iei === iei.ports16 && data.length === 4) {
      ports = { bits: 16, destination: (a << 8) | b, source: (c << 8) | d };
    } else if (element.iei === iei.single && data.length === 1) shift = { ...shift, single: a };
    else if (element.iei === iei.locking && data.length === 1) shift = { ...shift, locking: a };
  }
  return { elements, concat, ports, shift };
}

/** Octets of the header that `encodeHeader` makes, its length octet included; 0 for none. */
export function headerLength(concatBits: 8 | 16 | null, shift: Shift): number {
  const elements =
    (concatBits === null ? 0 : concatBits === 8 ? 5 : 6) + (shift.locking === 0 ? 0 : 3) + (shift.single === 0 ? 0 : 3);
  return elements === 0 ? 0 : elements + 1;
}

/** The header of a part, its length octet first; empty where nothing needs one. */
export function encodeHeader(concat: Concat | null, shift: Shift): Uint8Array {
  const header = new Uint8Array(headerLength(concat?.bits ?? null, shift));
  if (header.length === 0) return header;
  header[0] = header.length - 1;
  let at = 1;
  const put = (...octets: number[]) => {
    header.set(octets, at);
    at += octets.length;
  };
  if (concat?.bits === 8) put(iei.concat8, 3, concat.reference, concat.total, concat.sequence);
  if (concat?.bits === 16) {
    put(iei.concat16, 4, concat.reference >> 8, concat.reference & 0xff, concat.total, concat.sequence);
  }
  if (shift.single !== 0) put(iei.single, 1, shift.single);
  if (shift.locking !== 0) put(iei.locking, 1, shift.locking);
  return header;
}
