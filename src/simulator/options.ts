import type { Ms } from '../clock.ts';
import type { SimulatorProfile } from './profile.ts';
import type { StorageName } from './stores.ts';

export interface SimulatorOptions {
  /** EF_MSISDN, E.164; empty: the card does not know its number. */
  readonly number?: string;
  /** This, the ICCID and the IMSI follow from the number, else from the link, where they are not given. */
  readonly imei?: string;
  readonly iccid?: string;
  readonly imsi?: string;
  /** Service centre, E.164. */
  readonly smsc?: string;
  /** Capacity of each storage in messages. */
  readonly storages?: Readonly<Record<StorageName, number>>;
  /** Between the last octet of a command and the first of its answer. Default 0. */
  readonly commandLatency?: Ms;
  /** Bits a second, both ways; 0, the default, is not paced. */
  readonly baud?: number;
  /** From Ctrl-Z to the result, on top of `commandLatency`. Default 0. */
  readonly sendLatency?: Ms;
  /** A symlink that follows the PTY. Its folder must exist. */
  readonly link?: string;
  readonly profile?: SimulatorProfile;
  /** Locks the card. */
  readonly pin?: string;
  /** TS 27.007 7.2 <stat>; default 1. */
  readonly registration?: number;
  readonly operator?: { readonly name: string; readonly numeric: string };
  /** Octets that come while a command runs: kept for later (default) or lost. */
  readonly busyInput?: 'queue' | 'lose';
}
