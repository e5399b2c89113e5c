import type { EpochMs } from '../clock.ts';
import type { EventBody } from '../domain/event.ts';
import { newMessageId } from '../domain/ids.ts';
import type { InboundMessage, LineId, MessageId } from '../domain/message.ts';
import type { ReceivedPdu } from '../domain/received.ts';
import { asGatewayError } from '../errors.ts';
import type { Numbers } from '../numbers/numbers.ts';
import type { OtpExtractor } from '../otp/otp.ts';
import { concatKey, type Deliver, decodePdu, isMmsNotification, joinParts, type StatusReport } from '../sms/sms.ts';
import type { PartSet } from '../store/parts.ts';
import type { Store } from '../store/store.ts';
import { applyReport } from './reports.ts';

export interface ReceiveDeps {
  readonly store: Store;
  readonly otp: OtpExtractor;
  readonly numbers: Pick<Numbers, 'admit' | 'arrived'>;
  /** Called after each commit: there is something to publish. */
  readonly committed: () => void;
}

/** An open transaction, and the mailboxes it has put something in. */
export interface Receiving extends ReceiveDeps {
  readonly reached: Set<number>;
}

/** How long a one-time code is worth showing: what its event's `expires` says. */
const otpLifetime = 10 * 60_000;

/**
 * Commits what a modem read, in one transaction: ledger, parts, messages, codes and their events.
 * Throws `store.full` and the like; then nothing of the batch is kept and nothing may be deleted.
 */
export function receive(deps: ReceiveDeps, batch: readonly ReceivedPdu[]): void {
  const inOrder = batch.map((received) => ({ received, tpdu: decode(received) })).sort(byServiceCentreTime);
  commitReceived(deps, (receiving) => {
    for (const { received, tpdu } of inOrder) receiveOne(receiving, received, tpdu);
  });
}

/** One transaction; after it, who waits for a code goes first. */
export function commitReceived(deps: ReceiveDeps, work: (receiving: Receiving) => void): void {
  const reached = new Set<number>();
  deps.store.db.commit(() => work({ ...deps, reached }));
  deps.numbers.arrived([...reached]);
  deps.committed();
}

type Decoded = Deliver | StatusReport | Error;

/** A modem fills its lowest free slot, so that slot order is not the order of arrival. What has no time comes first. */
function byServiceCentreTime(one: { tpdu: Decoded }, other: { tpdu: Decoded }): number {
  return (stampOf(one.tpdu) ?? 0) - (stampOf(other.tpdu) ?? 0);
}

function stampOf(tpdu: Decoded): EpochMs | null {
  return !(tpdu instanceof Error) && tpdu.type === 'SMS-DELIVER' ? instantOf(tpdu.timestamp) : null;
}

function receiveOne(deps: Receiving, received: ReceivedPdu, tpdu: Decoded): void {
  const { store } = deps;
  if (received.slot !== null && !store.slots.claim(received.line, received.slot, received.pdu, received.receivedAt))
    return;
  if (tpdu instanceof Error) keepUndecodable(store, received, tpdu.message);
  else if (tpdu.type === 'SMS-DELIVER') receiveDeliver(deps, received, tpdu);
  else applyReport(store, received, tpdu);
}

/** Whatever goes wrong with one PDU stays with that PDU. */
function decode({ pdu, tpduLength }: ReceivedPdu): Decoded {
  try {
    return decodePdu(pdu, { direction: 'MT', smsc: pdu.length / 2 !== tpduLength });
  } catch (error) {
    return asGatewayError(error);
  }
}

function keepUndecodable(store: Store, received: ReceivedPdu, reason: string): void {
  const id = newMessageId();
  store.undecodable.add(id, received, reason);
  const body: EventBody = { type: 'sms_undecodable', to: received.number, pdu: received.pdu, reason };
  store.events.append({ id, modem: received.modem, time: received.receivedAt, body });
}

function receiveDeliver(deps: Receiving, received: ReceivedPdu, deliver: Deliver): void {
  const key = concatKey(deliver);
  if (key === null || deliver.concat === null) {
    announceWhole(deps, { ...received, arrivedAt: received.receivedAt }, newMessageId(), [deliver]);
    return;
  }
  const { total, sequence } = deliver.concat;
  const set = deps.store.parts.add(
    {
      ...origin(received),
      peer: deliver.from.value,
      concatKey: key,
      total,
      sequence,
      pdu: received.pdu,
      data: deliver.data,
      smscTime: instantOf(deliver.timestamp),
      receivedAt: received.receivedAt,
    },
    newMessageId,
  );
  if (set === undefined) return;
  const arrivedAt = set.openedAt ?? received.receivedAt;
  announceWhole(deps, { ...received, arrivedAt }, set.messageId, deliversOf(set));
}

function announceWhole(deps: Receiving, received: Arrived, id: MessageId, delivers: readonly Deliver[]): void {
  const ports = delivers[0]?.ports ?? null;
  const { data } = joinParts(delivers);
  if (isMmsNotification({ ports, data })) announceMms(deps.store, received, id, delivers);
  else saveWhole(deps, received, id, delivers);
}

/** The decoded parts of a set, in order of their numbers. Each was decoded before it was kept. */
export function deliversOf(set: PartSet): Deliver[] {
  return [...set.pdus.entries()]
    .sort(([one], [other]) => one - other)
    .map(([, pdu]) => decodeKept(pdu))
    .filter((tpdu) => tpdu.type === 'SMS-DELIVER');
}

function decodeKept(pdu: string): Deliver | StatusReport {
  try {
    return decodePdu(pdu, { direction: 'MT', smsc: true });
  } catch {
    return decodePdu(pdu, { direction: 'MT', smsc: false });
  }
}

/** `arrivedAt`: when the first part of the message came. Who held the number then is who it is for. */
interface Arrived extends ReceivedPdu {
  readonly arrivedAt: EpochMs;
}

type Origin = Pick<ReceivedPdu, 'modem' | 'line' | 'number'>;

function origin({ modem, line, number }: ReceivedPdu): Origin {
  return { modem, line, number };
}

function saveWhole(deps: Receiving, received: Arrived, id: MessageId, delivers: readonly Deliver[]): void {
  const [first] = delivers;
  if (first === undefined) return;
  saveMessage(deps, received, {
    id,
    modem: received.modem,
    to: received.number,
    from: first.from.value,
    ...joinedText(delivers),
    parts: delivers.length,
    smscTime: first.timestamp,
    receivedAt: received.receivedAt,
    partial: false,
  });
}

/** Of 8-bit messages the octets in hex: nobody but their application knows what they mean. */
export function joinedText(delivers: readonly Deliver[]): Pick<InboundMessage, 'text' | 'encoding'> {
  const { text, encoding, data } = joinParts(delivers);
  return { text: encoding === '8bit' ? Buffer.from(data).toString('hex') : text, encoding };
}

/** Keeps a message with the code found in it, decides who may see it, and says so in the log of facts. */
export function saveMessage(
  deps: Receiving,
  { line, arrivedAt }: { readonly line: LineId; readonly arrivedAt: EpochMs },
  found: InboundMessage,
): void {
  const otp = found.encoding === '8bit' ? null : deps.otp.extract({ from: found.from, text: found.text });
  const message: InboundMessage = otp === null ? found : { ...found, otp };
  const { n, isNew } = deps.store.messages.saveInbound(message, line);
  for (const mailbox of readersOf(deps, message, { n, isNew, arrivedAt })) deps.reached.add(mailbox);
  const { id, modem, receivedAt, to, from, text, parts, encoding, smscTime, partial } = message;
  const type = partial ? 'sms_partial' : 'sms_received';
  const finding = otp === null ? {} : { otp };
  const append = (body: EventBody) => deps.store.events.append({ id, modem, time: receivedAt, body });
  append({ type, to, from, text, parts, encoding, smscTime, partial, ...finding });
  if (otp !== null) append({ type: 'otp_received', to, from, otp, messageId: id, expires: receivedAt + otpLifetime });
}

/** Who sees a message is decided once: a partial one that becomes whole stays with those who had it. */
function readersOf(
  { store, numbers }: Receiving,
  { id, to: number, from, smscTime }: InboundMessage,
  { n, isNew, arrivedAt: receivedAt }: { n: number; isNew: boolean; arrivedAt: EpochMs },
): readonly number[] {
  if (!isNew) return store.mailboxMessages.mailboxesOf(id);
  return numbers.admit({ n, number, from, receivedAt, sentAt: instantOf(smscTime) });
}

function announceMms(store: Store, received: ReceivedPdu, id: MessageId, delivers: readonly Deliver[]): void {
  const data = Buffer.concat(delivers.map((deliver) => deliver.data)).toString('hex');
  const body: EventBody = { type: 'mms_notification', to: received.number, from: delivers[0]?.from.value ?? '', data };
  store.events.append({ id, modem: received.modem, time: received.receivedAt, body });
}

function instantOf(timestamp: string | null): EpochMs | null {
  const instant = timestamp === null ? Number.NaN : Date.parse(timestamp);
  return Number.isNaN(instant) ? null : instant;
}
