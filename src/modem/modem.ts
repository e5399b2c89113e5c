import type { LineId, ModemId, OutboundError } from '../domain/message.ts';
import type { Balance, ModemState } from '../domain/modem-state.ts';

/** One part to send, as `sms/` encoded it. */
export interface SubmitPart {
  /** SMSC octets and TPDU, hex in capitals. */
  readonly pdu: string;
  /** Octets of the TPDU without the SMSC: the number `AT+CMGS` takes. */
  readonly tpduLength: number;
}

/**
 * What became of the parts of one message. `references` are the TP-MR of those accepted, in order.
 * `not_sent`: certainly nothing left. `failed`: refused at part `references.length + 1`. `unknown`: no answer after Ctrl-Z.
 */
export type SendOutcome =
  | { readonly is: 'sent'; readonly references: readonly number[] }
  | {
      readonly is: 'not_sent';
      readonly references: readonly [];
      readonly error: OutboundError;
    }
  | {
      readonly is: 'failed' | 'unknown';
      readonly references: readonly number[];
      readonly error: OutboundError;
    };

/** One SIM modem, wherever it is. Nothing above may assume that it runs in this process. */
export interface Modem {
  readonly id: ModemId;
  readonly state: ModemState;
  /** Never rejects; waits for nothing but the modem itself. */
  send(parts: readonly SubmitPart[]): Promise<SendOutcome>;
  /** Reads the state again and sweeps every storage. Throws `modem.offline`. */
  refresh(): Promise<void>;
  /** Ends the session and starts over; `reason` is for the log. */
  restart(reason: string): void;
  /** Asks the network (TS 27.007 7.15); the answer comes by `ModemListener.ussd`. Throws `modem.offline`, `at.*`. */
  ussd(request: string): Promise<void>;
  /** Ends a dialogue that waits for an answer. Throws `modem.offline`, `at.*`. */
  cancelUssd(): Promise<void>;
  /** Asks what is left by the preset of this modem; the answer is told as any other too. Throws `command.invalid` without one, `modem.*`, `at.*`. */
  balance(): Promise<Balance>;
  /** Ends or rejects every call. Throws `modem.offline`, `at.*`. */
  hangUp(): Promise<void>;
}

/** Survives restarts: a PIN is tried once, ever, for a SIM. */
export interface PinMemory {
  /** Whether this very PIN was tried on this SIM before. `sim` is the ICCID, else `imei:…`. */
  wasTried(sim: LineId, pin: string): boolean;
  /** Committed before it returns. */
  remember(sim: LineId, pin: string): void;
}
