import type { LineId, ModemId } from '../domain/message.ts';
import type { SimMemory } from '../domain/sim-memory.ts';

/** For who has none that survives. */
export function forgetfulSims(): SimMemory {
  const lines = new Map<string, LineId>();
  const sims = new Map<ModemId, { line: LineId; number: string | null }>();
  const numbers = new Map<LineId, string>();
  const doubts = new Set<string>();
  return {
    lineOf: (sim) => lines.get(sim) ?? null,
    keepLine: (sim, line) => void lines.set(sim, line),
    simOf: (modem) => sims.get(modem) ?? null,
    keepSim: (modem, sim) => void sims.set(modem, sim),
    numberOf: (line) => numbers.get(line) ?? null,
    keepNumber(line, number) {
      for (const [other, its] of numbers) if (its === number) numbers.delete(other);
      if (number === null) numbers.delete(line);
      else numbers.set(line, number);
    },
    doubt(line, number) {
      const isNew = !doubts.has(`${line} ${number}`);
      doubts.add(`${line} ${number}`);
      return isNew;
    },
  };
}
