import type { Clock, EpochMs, Ms } from '../../clock.ts';
import type { ModemId } from '../../domain/message.ts';
import { type Ailment, ladder, type Rung, type RungName } from './rungs.ts';

/** Survives restarts: what was done to a modem, and when. */
export interface RecoveryMemory {
  /** The instants of one rung since then, newest first. */
  taken(modem: ModemId, rung: string, since: EpochMs): readonly EpochMs[];
  /** Committed before it returns. */
  take(modem: ModemId, rung: string, at: EpochMs, reason: string): void;
}

/** For as long as the process lives. */
export function forgetfulMemory(): RecoveryMemory {
  const steps: { modem: ModemId; rung: string; at: EpochMs }[] = [];
  return {
    taken: (modem, rung, since) =>
      steps
        .filter((step) => step.modem === modem && step.rung === rung && step.at > since)
        .map(({ at }) => at)
        .reverse(),
    take: (modem, rung, at) => void steps.push({ modem, rung, at }),
  };
}

const day: Ms = 86_400_000;

/** The mildest rung that helps, is `possible`, has rested and was not taken too often today; null where there is none now. */
export function nextRung(
  ailment: Ailment,
  {
    modem,
    memory,
    clock,
    possible,
  }: {
    readonly modem: ModemId;
    readonly memory: RecoveryMemory;
    readonly clock: Clock;
    possible(rung: RungName): boolean;
  },
): Rung | null {
  const now = clock.now();
  const mayTake = ({ name, helps, coolDown, perDay }: Rung) => {
    if (!helps.includes(ailment) || !possible(name)) return false;
    const taken = memory.taken(modem, name, now - day);
    // A clock that was set back must not hold a rung for ever.
    const hasRested = taken.every((at) => at > now || now - at >= coolDown);
    return hasRested && taken.length < perDay;
  };
  return ladder.find(mayTake) ?? null;
}
