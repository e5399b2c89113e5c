import type { EpochMs } from '../clock.ts';
import type { AccountId } from './account.ts';
import type { MessageId, ModemId, OtpFinding, OutboundError, OutboundStatus, QueuedReason } from './message.ts';

/** UUIDv7. */
export type NumberId = string;
/** `shared`: by every account; `lease`: by one at a time; `private`: the operator's own. */
export type Offer = 'shared' | 'lease' | 'private';

/** One of the gateway's own lines. */
export interface PoolNumber {
  readonly id: NumberId;
  readonly e164: string;
  /** ISO 3166-1 alpha-2; null where the number does not tell. */
  readonly region: string | null;
  readonly offer: Offer;
  /** Null while no configured modem has the line. */
  readonly modem: ModemId | null;
}

/** What one account has of one number. It sees what is delivered here, and nothing else; a new lease is a new mailbox. */
export interface Mailbox {
  /** Never given out. */
  readonly n: number;
  /** UUIDv7; of a rental `rent_` and one. */
  readonly id: string;
  readonly account: AccountId;
  readonly number: PoolNumber;
  readonly kind: 'shared' | 'lease' | 'rental';
  readonly openedAt: EpochMs;
  /** When a rental ends by itself. */
  readonly endsAt: EpochMs | null;
  readonly closedAt: EpochMs | null;
}

/** A message as its mailbox sees it. */
export interface MailboxMessage {
  /** The order of arrival in the whole gateway; a list is sorted by it. */
  readonly n: number;
  readonly id: MessageId;
  readonly direction: 'in' | 'out';
  /** The line's own number. */
  readonly number: string;
  readonly peer: string;
  readonly text: string;
  readonly createdAt: EpochMs;
  /** Of an inbound one: parts are missing. */
  readonly partial: boolean;
  readonly otp: OtpFinding | null;
  /** Of an outbound one. */
  readonly outbound: {
    readonly status: OutboundStatus;
    readonly error: OutboundError | null;
    /** When the network accepted its last part. */
    readonly sentAt: EpochMs | null;
    /** What the status report said; null: none came (yet). */
    readonly delivery: 'delivered' | 'failed' | null;
    /** Of one that is queued: why it has not gone yet, and when it may, where that is known. */
    readonly queuedReason?: QueuedReason;
    readonly retryAt?: EpochMs | null;
  } | null;
}
