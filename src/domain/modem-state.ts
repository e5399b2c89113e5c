import type { EpochMs } from '../clock.ts';
import type { ErrorCode } from '../errors.ts';
import type { LineId } from './message.ts';

/** `absent`: its port is not there. `failed`: it needs a person. */
export type ModemPhase = 'stopped' | 'absent' | 'starting' | 'ready' | 'recovering' | 'failed';

export type SimState =
  | 'unknown'
  | 'ready'
  | 'busy'
  | 'absent'
  | 'pin_required'
  | 'pin_wrong'
  | 'puk_required'
  /** The modem takes no SIM of this operator, or none but one. */
  | 'locked'
  | 'failed';

/** TS 27.007 7.2 <stat>, the best of all domains. */
export type Registration = 'unknown' | 'idle' | 'searching' | 'home' | 'roaming' | 'denied' | 'emergency_only';

export interface StorageState {
  /** `SM`, `ME`, … */
  readonly name: string;
  readonly used: number;
  readonly total: number;
}

export interface ModemIdentity {
  readonly manufacturer: string | null;
  readonly model: string | null;
  readonly revision: string | null;
  readonly imei: string | null;
}

/** What the network said is left on the SIM, in its own words. */
export interface Balance {
  readonly text: string;
  readonly at: EpochMs;
}

/** What is known of one modem now. Immutable: a change is a new object. */
export interface ModemState {
  readonly phase: ModemPhase;
  /** What is wrong, in the operator's words: why it is not ready, or why it is of no use though it is. */
  readonly problem: {
    readonly code: ErrorCode;
    readonly message: string;
    readonly hint?: string;
  } | null;
  readonly port: string;
  readonly identity: ModemIdentity;
  readonly line: LineId | null;
  readonly sim: SimState;
  readonly registration: Registration;
  /** Stat of each domain asked, by command name: `{ CREG: 1, CEREG: 5 }`. */
  readonly domains: Readonly<Record<string, number>>;
  readonly operator: string | null;
  /** `gsm`, `utran`, `lte`, …: TS 27.007 7.3 <AcT>. */
  readonly technology: string | null;
  /** RSSI in dBm; null where it is not known. */
  readonly signalDbm: number | null;
  /** E.164; the configured number, else what the SIM tells. */
  readonly number: string | null;
  /** Service centre address; null where it is empty, and then nothing can be sent. */
  readonly smsc: string | null;
  readonly storages: readonly StorageState[];
  /** Where it was asked for since the SIM is in. */
  readonly balance?: Balance | undefined;
  readonly since: EpochMs;
}
