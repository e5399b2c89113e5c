import { type AtSession, openSession } from '../at/session.ts';
import type { Ms } from '../clock.ts';
import type { Logger } from '../log.ts';
import { optional } from './asking.ts';
import { echoOff, imei, model } from './commands/basic.ts';
import { openPort } from './open-port.ts';
import { unsolicitedShapes } from './profile.ts';
import { genericProfile } from './profiles/generic.ts';
import { within } from './within.ts';

/** What an AT channel said when asked; null where it does not tell. */
export interface PortAnswer {
  readonly imei: string | null;
  readonly model: string | null;
}

/** How long each `AT` may take, and a whole probe: a port that is no modem may hang in any way. */
const attempts: readonly Ms[] = [700, 1_500];
const limit: Ms = 8_000;

/** Asks a port whether a modem answers there; null where none does or the port cannot be opened. Changes no setting but echo. */
export async function probePort(path: string, log: Logger): Promise<PortAnswer | null> {
  let session: AtSession | undefined;
  const asked = async () => {
    const port = await openPort(path);
    session = openSession(port, { unsolicited: unsolicitedShapes(genericProfile), onUnsolicited: () => {}, log });
    await session.sync(attempts);
    await session.run(echoOff);
    return { model: await optional(session, model), imei: await optional(session, imei) };
  };
  try {
    return (await within(limit, asked())) ?? null;
  } catch {
    return null;
  } finally {
    await session?.close();
  }
}
