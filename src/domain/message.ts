import type { EpochMs } from '../clock.ts';
import type { ErrorCode } from '../errors.ts';

/** `msg_` and a UUIDv7. The same in every event, API and retry. */
export type MessageId = string;
/** `[a-z0-9-]+`, from the configuration. */
export type ModemId = string;
/** Whose messages a storage holds: the ICCID, else `imsi:…`, else `modem:<id>` while the SIM cannot be read. */
export type LineId = string;

/** The alphabet of a message: TS 23.038 clause 4. */
export type Encoding = 'gsm7' | 'ucs2' | '8bit';

/** A one-time code found in a text. */
export interface OtpFinding {
  readonly code: string;
  readonly rule: string;
  /** 0 to 1. */
  readonly confidence: number;
  readonly service?: string;
}

export interface InboundMessage {
  readonly id: MessageId;
  readonly modem: ModemId;
  /** The line's own number in E.164, or null where it is not known. */
  readonly to: string | null;
  /** The sender as addressed: E.164, a short code, or a name. */
  readonly from: string;
  readonly text: string;
  /** How many parts the whole message has. */
  readonly parts: number;
  readonly encoding: Encoding;
  /** ISO 8601 with the offset the service centre stamped; null where it was undecodable. */
  readonly smscTime: string | null;
  readonly receivedAt: EpochMs;
  /** True while parts are missing. */
  readonly partial: boolean;
  readonly otp?: OtpFinding;
}

/** `unknown`: died between prompt and result; never sent again by itself. */
export type OutboundStatus = 'queued' | 'sending' | 'sent' | 'delivered' | 'failed' | 'unknown' | 'expired';

/** In the order in which they go. */
export const priorities = ['high', 'normal', 'low'] as const;
export type Priority = (typeof priorities)[number];

/** Why a message still waits. `paused`: its line is barred; `busy`: others of the same line go first. */
export const queuedReasons = ['modem_offline', 'not_registered', 'paused', 'retry_at', 'pace', 'busy'] as const;
export type QueuedReason = (typeof queuedReasons)[number];

export interface Waiting {
  readonly reason: QueuedReason;
  /** When it may go at the earliest, where that is known. */
  readonly retryAt: EpochMs | null;
}

export interface OutboundError {
  readonly code: ErrorCode | `cms.${number}` | `cme.${number}` | `tp-st.${number}`;
  readonly message: string;
  readonly retryable: boolean;
  /** What to mend before it can go: one sentence for the operator. */
  readonly hint?: string;
}

export interface OutboundMessage {
  readonly id: MessageId;
  readonly modem: ModemId;
  readonly from: string | null;
  readonly to: string;
  readonly text: string;
  readonly encoding: Encoding;
  readonly segments: number;
  readonly status: OutboundStatus;
  /** TP-MR of each part the network accepted, in order. */
  readonly references: readonly number[];
  readonly createdAt: EpochMs;
  readonly notAfter: EpochMs | null;
  readonly error: OutboundError | null;
}
