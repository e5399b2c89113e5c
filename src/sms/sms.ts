/** The codec of TS 23.040 and TS 23.038 as others use it: pure functions, no clock, no modem. */
export type { Address, TypeOfNumber } from './address.ts';
export type { Dcs, MessageClass, WaitingIndication } from './dcs.ts';
export { decodePdu, type PduContext } from './decode.ts';
export { type EncodedMessage, type EncodedPart, encodeSubmit, type SubmitMessage } from './encode.ts';
export type { Shift } from './gsm7.ts';
export type { Deliver, StatusReport, Submit } from './message.ts';
export { isMmsNotification } from './mms.ts';
export {
  concatKey,
  isRepeat,
  type JoinedText,
  joinParts,
  type MessagePart,
  type OpenParts,
  type Reassembled,
  reassemble,
} from './reassembly.ts';
export { type SegmentOptions, type Segments, segment } from './segment.ts';
export { classifyStatus, type DeliveryOutcome } from './status.ts';
export type { Concat, InformationElement, Ports } from './udh.ts';
export type { UserData } from './user-data.ts';
export type { ValidityPeriod } from './validity.ts';
