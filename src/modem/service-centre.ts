import type { AtSession } from '../at/session.ts';
import { accepts } from './asking.ts';
import { setServiceCentre } from './commands/sim.ts';
import type { StateBox } from './state.ts';

/** Some SIMs and modems name none, or forget it: the configured one is set then. Throws what ends the session. */
export async function setServiceCentreAgain(session: AtSession, state: StateBox, smsc: string | null): Promise<void> {
  if (state.current.smsc !== null || smsc === null) return;
  if (await accepts(session, setServiceCentre(smsc))) state.update({ smsc });
}
