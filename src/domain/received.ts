import type { EpochMs } from '../clock.ts';
import type { LineId, ModemId } from './message.ts';
import type { UssdAnswer } from './ussd.ts';

/** Where a modem keeps a message: TS 27.005 3.2.2. */
export interface Slot {
  /** `SM`, `ME`, … */
  readonly storage: string;
  readonly index: number;
}

/** One PDU as a modem gave it, not yet decoded. */
export interface ReceivedPdu {
  readonly modem: ModemId;
  readonly line: LineId;
  /** The line's own number, where known. */
  readonly number: string | null;
  /** Null where the modem passed it on without storing it (+CMT, +CDS). */
  readonly slot: Slot | null;
  /** Hex, as read: SMSC octets first. */
  readonly pdu: string;
  /** The TPDU length of the header line, where it had one. */
  readonly tpduLength: number | null;
  readonly receivedAt: EpochMs;
}

/** What a modem tells those above it. */
export interface ModemListener {
  /** Resolves only after the whole batch is committed; then, and only then, the modem's copies are deleted. */
  received(batch: readonly ReceivedPdu[]): Promise<void>;
  /** These slots are empty now. */
  deleted(line: LineId, slots: readonly Slot[]): void;
  stateChanged(modem: ModemId): void;
  called(modem: ModemId, call: { readonly ended: boolean; readonly from: string | null }): void;
  ussd(modem: ModemId, answer: UssdAnswer): void;
  alert(
    modem: ModemId,
    alert: {
      readonly code: string;
      readonly message: string;
      readonly hint?: string;
      /** Of a step of recovery: which, and why. */
      readonly rung?: string;
      readonly reason?: string;
    },
  ): void;
}
