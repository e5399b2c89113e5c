import { onceReady, type Patience } from './asking.ts';
import { iccid } from './commands/sim.ts';
import type { StartContext } from './start-context.ts';

/** The SIM in the modem, and the command that told it. */
export interface Card {
  readonly command: string;
  readonly iccid: string;
}

/** Null where no command tells. */
export async function readCard(
  { session, profile }: Pick<StartContext, 'session' | 'profile'>,
  patience: Patience,
): Promise<Card | null> {
  for (const command of profile.iccid) {
    const found = await onceReady(session, iccid(command), patience);
    if (found !== null) return { command, iccid: found };
  }
  return null;
}
