import { onceReady, type Patience } from './asking.ts';
import { cardFile, iccid } from './commands/sim.ts';
import type { StartContext } from './start-context.ts';

/** The SIM in the modem, and the command that told it. */
export interface Card {
  readonly command: string;
  readonly iccid: string;
}

type Asked = Pick<StartContext, 'session' | 'profile'>;

/** Each command twice, for one may go unheard, and the card itself in between. Null where nothing tells. */
export function readCard(asked: Asked, patience: Patience): Promise<Card | null> {
  const { iccid: told } = asked.profile;
  return askCard(asked, [...told, cardFile, ...told], patience);
}

/** As the modem tells it; what is read from the card itself may be written otherwise. Null where no command tells. */
export function toldCard(asked: Asked, patience: Patience): Promise<Card | null> {
  return askCard(asked, asked.profile.iccid, patience);
}

async function askCard({ session }: Asked, commands: readonly string[], patience: Patience): Promise<Card | null> {
  for (const command of commands) {
    const found = await onceReady(session, iccid(command), patience);
    if (found !== null) return { command, iccid: found };
  }
  return null;
}
