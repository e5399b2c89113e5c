import type { ModemId } from './message.ts';

/** Which module a modem of the configuration was when it was ready last. */
export interface Resident {
  /** As configured: under another address it may be meant to be another one. */
  readonly address: string;
  readonly imei: string;
  /** `vendor:product` of the device that it is in; null where it is none of USB. */
  readonly ids: string | null;
}

/** Survives restarts; a power cut may undo what was written last. */
export interface ResidentMemory {
  residentOf(modem: ModemId): Resident | null;
  keepResident(modem: ModemId, resident: Resident): void;
}
