import type { LineId, ModemId } from '../domain/message.ts';

/** Which SIM is which, and whose number is whose. Survives restarts; what is written is committed before the call returns. */
export interface SimMemory {
  /** The ICCID of the card that this IMSI was on last. */
  cardOf(imsi: string): LineId | null;
  keepCard(imsi: string, line: LineId): void;
  /** The number that a modem of the configuration had last (null: none), and the SIM that it was for. */
  simOf(modem: ModemId): { readonly line: LineId; readonly number: string | null } | null;
  keepSim(modem: ModemId, sim: { readonly line: LineId; readonly number: string | null }): void;
  /** The number that was configured for this SIM, in whatever modem it was. */
  numberOf(line: LineId): string | null;
  /** `null` forgets it. */
  keepNumber(line: LineId, number: string | null): void;
  /** That the configured number may not be this SIM's; true where that is new. */
  doubt(line: LineId, number: string): boolean;
}

/** For who has none that survives. */
export function forgetfulSims(): SimMemory {
  const cards = new Map<string, LineId>();
  const sims = new Map<ModemId, { line: LineId; number: string | null }>();
  const numbers = new Map<LineId, string>();
  const doubts = new Set<string>();
  return {
    cardOf: (imsi) => cards.get(imsi) ?? null,
    keepCard: (imsi, line) => void cards.set(imsi, line),
    simOf: (modem) => sims.get(modem) ?? null,
    keepSim: (modem, sim) => void sims.set(modem, sim),
    numberOf: (line) => numbers.get(line) ?? null,
    keepNumber: (line, number) => void (number === null ? numbers.delete(line) : numbers.set(line, number)),
    doubt(line, number) {
      const isNew = !doubts.has(`${line} ${number}`);
      doubts.add(`${line} ${number}`);
      return isNew;
    },
  };
}
