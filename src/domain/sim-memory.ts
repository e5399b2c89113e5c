import type { LineId, ModemId } from './message.ts';

/** Which SIM is which, and whose number is whose. Survives restarts; what is written is committed before the call returns. */
export interface SimMemory {
  /** The line that the SIM with this IMSI, or this ICCID, is. */
  lineOf(sim: string): LineId | null;
  keepLine(sim: string, line: LineId): void;
  /** The number that a modem of the configuration had last (null: none), and the SIM that it was for. */
  simOf(modem: ModemId): { readonly line: LineId; readonly number: string | null } | null;
  keepSim(modem: ModemId, sim: { readonly line: LineId; readonly number: string | null }): void;
  /** The number that was configured for this SIM, in whatever modem it was. */
  numberOf(line: LineId): string | null;
  /** `null` forgets it. Any other SIM that had this number has none any more. */
  keepNumber(line: LineId, number: string | null): void;
  /** That the configured number may not be this SIM's; true where that is new. */
  doubt(line: LineId, number: string): boolean;
}
