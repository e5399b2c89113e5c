import { encodeAddress, encodeServiceCentre, numberAddress } from './address.ts';
import { writeUcs2 } from './code-units.ts';
import type { MessageClass } from './dcs.ts';
import { encodeSeptets, type Shift } from './gsm7.ts';
import { toHex } from './hex.ts';
import { type SegmentOptions, type Segments, segment } from './segment.ts';
import { fillBits, packSeptets } from './septets.ts';
import { encodeHeader } from './udh.ts';
import { absoluteOctets, relativeValue, vpFormat } from './validity.ts';

/** A message to send. What is left out is not asked for. */
export interface SubmitMessage extends SegmentOptions {
  /** `+` and digits, or digits alone (with `*`, `#`, `a` to `c`): 1 to 20 of them. */
  readonly to: string;
  readonly text: string;
  /** Service centre, as `to`; left out or empty: the one the SIM holds. */
  readonly smsc?: string | null;
  readonly statusReport?: boolean;
  /** How long the service centre tries, in milliseconds to 63 weeks; rounded up to what TP-VP can say. */
  readonly validity?: number;
  /** Until when it tries, in ISO 8601 with an offset, instead of `validity`. */
  readonly validUntil?: string;
  /** Concatenation reference, default 0: who sends more than one long message counts it up. */
  readonly reference?: number;
  /** 0 is shown at once ("flash"). */
  readonly messageClass?: MessageClass;
  /** TP-MR of the first part, counted up for the others, or of each; default 0. Most modems put their own. */
  readonly messageReference?: number | readonly number[];
  readonly rejectDuplicates?: boolean;
  readonly replyPath?: boolean;
  /** TP-PID, default 0. */
  readonly pid?: number;
}

export interface EncodedPart {
  /** SMSC octets and TPDU, hex in capitals. */
  readonly pdu: string;
  /** Octets of the TPDU without the SMSC: the number `AT+CMGS` takes. */
  readonly tpduLength: number;
  readonly text: string;
}

export interface EncodedMessage {
  readonly encoding: 'gsm7' | 'ucs2';
  readonly parts: readonly EncodedPart[];
}

const maxPduOctets = 176;
const maxUserDataOctets = 140;

/**
 * SUBMIT PDUs of a message, one a part. Throws `sms.bad_address`, `sms.too_long` (more than 255 parts),
 * `sms.unencodable`.
 */
export function encodeSubmit(message: SubmitMessage): EncodedMessage {
  const segments = segment(message.text, message);
  const envelope = encodeEnvelope(message, segments);
  const parts = segments.parts.map((text, index) => encodePart(envelope, text, index));
  return { encoding: segments.encoding, parts };
}

/** What the parts of one message have in common, as octets. */
interface Envelope {
  readonly message: SubmitMessage;
  readonly segments: Segments;
  readonly serviceCentre: Uint8Array;
  readonly firstOctet: number;
  /** TP-DA to TP-VP. */
  readonly fields: Uint8Array;
}

function encodeEnvelope(message: SubmitMessage, segments: Segments): Envelope {
  const smsc = message.smsc ?? '';
  const serviceCentre = encodeServiceCentre(smsc === '' ? null : numberAddress(smsc));
  const vp = encodeValidity(message);
  const destination = encodeAddress(numberAddress(message.to));
  const messageClass = message.messageClass === undefined ? 0 : 0x10 | message.messageClass;
  const dcs = (segments.encoding === 'ucs2' ? 0x08 : 0) | messageClass;
  const fields = new Uint8Array(destination.length + 2 + vp.octets.length);
  fields.set(destination);
  fields[destination.length] = message.pid ?? 0;
  fields[destination.length + 1] = dcs;
  fields.set(vp.octets, destination.length + 2);
  const firstOctet =
    0x01 |
    (message.rejectDuplicates === true ? 0x04 : 0) |
    vp.format |
    (message.statusReport === true ? 0x20 : 0) |
    (message.replyPath === true ? 0x80 : 0);
  return { message, segments, serviceCentre, firstOctet, fields };
}

function encodeValidity({ validity, validUntil }: SubmitMessage): { format: number; octets: Uint8Array } {
  if (validUntil !== undefined) return { format: vpFormat.absolute, octets: absoluteOctets(validUntil) };
  if (validity !== undefined) return { format: vpFormat.relative, octets: Uint8Array.of(relativeValue(validity)) };
  return { format: vpFormat.none, octets: new Uint8Array(0) };
}

function encodePart(envelope: Envelope, text: string, index: number): EncodedPart {
  const { message, segments, serviceCentre, fields } = envelope;
  const header = partHeader(message, segments, index);
  const octets = new Uint8Array(maxPduOctets);
  octets.set(serviceCentre);
  const start = serviceCentre.length;
  octets[start] = envelope.firstOctet | (header.length === 0 ? 0 : 0x40);
  octets[start + 1] = messageReference(message.messageReference ?? 0, index);
  octets.set(fields, start + 2);
  const udl = start + 2 + fields.length;
  const userData = octets.subarray(udl + 1, udl + 1 + maxUserDataOctets);
  userData.set(header);
  const length =
    segments.encoding === 'ucs2'
      ? putUnits(text, userData, header.length)
      : putSeptets(text, segments.shift, { userData, header: header.length });
  octets[udl] = length.udl;
  const end = udl + 1 + length.octets;
  return { pdu: toHex(octets.subarray(0, end)), tpduLength: end - start, text };
}

function partHeader(message: SubmitMessage, { parts, shift }: Segments, index: number): Uint8Array {
  if (parts.length === 1) return encodeHeader(null, shift);
  const bits = message.referenceBits ?? 8;
  const reference = (message.reference ?? 0) & (bits === 8 ? 0xff : 0xffff);
  return encodeHeader({ reference, bits, total: parts.length, sequence: index + 1 }, shift);
}

function messageReference(references: number | readonly number[], index: number): number {
  return (typeof references === 'number' ? references + index : (references[index] ?? 0)) & 0xff;
}

/** TP-UDL, and the octets of TP-UD it stands for. */
interface Length {
  readonly udl: number;
  readonly octets: number;
}

function putUnits(text: string, userData: Uint8Array, header: number): Length {
  writeUcs2(text, userData, header);
  const octets = header + text.length * 2;
  return { udl: octets, octets };
}

function putSeptets(text: string, shift: Shift, room: { userData: Uint8Array; header: number }): Length {
  const septets = encodeSeptets(text, shift) ?? new Uint8Array(0);
  const skipBits = fillBits(room.header);
  const packed = packSeptets(septets, room.userData, { offset: room.header, skipBits });
  return { udl: (room.header * 8 + skipBits) / 7 + septets.length, octets: room.header + packed };
}
