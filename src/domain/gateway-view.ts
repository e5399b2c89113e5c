import type { ModemId, Waiting } from './message.ts';
import type { ModemState } from './modem-state.ts';

export interface ModemView {
  readonly id: ModemId;
  readonly state: ModemState;
  /** Outbound messages that wait or are being sent. */
  readonly queued: number;
  /** Why the first of them has not gone yet; null where none waits. */
  readonly waiting?: Waiting | null;
}

/** What an edge may show of the gateway as a whole. */
export interface GatewayView {
  /** `[a-z0-9-]+` */
  readonly gateway: string;
  readonly version: string;
  /** A new one for each start of the daemon. */
  readonly boot: string;
  lastSeq(): number;
  modems(): readonly ModemView[];
  /** Throws when the database cannot be written. */
  checkStore(): void;
}
