import type { AtSession } from '../at/session.ts';
import type { SimState } from '../domain/modem-state.ts';
import { asGatewayError, GatewayError } from '../errors.ts';
import { isRefusal, optional } from './asking.ts';
import { iccid, imsi, simState, simStateOfError } from './commands/sim.ts';
import { isSameIccid } from './discovery/identity.ts';
import type { LineIdentity } from './line-identity.ts';

/**
 * Whether the SIM of the start is still in the modem; false where that cannot be told now: a busy SIM, or answers that mean nothing.
 * Throws `modem.offline` where it is gone, locked or another one, and what ends the session.
 */
export async function isCardThere(session: AtSession, { card, subscriber }: LineIdentity): Promise<boolean> {
  const now = card === null ? null : await optional(session, iccid(card.command));
  if (card !== null && now !== null) return isSame(isSameIccid(now, card.iccid));
  const who = subscriber === null ? null : await optional(session, imsi);
  if (who !== null) return isSame(who === subscriber);
  const sim = await readSimState(session);
  if (sim === null || sim === 'busy') return false;
  if (sim !== 'ready') throw changed(`the SIM is ${sim} now`);
  return true;
}

function isSame(is: boolean): true {
  if (!is) throw changed('another SIM is in the modem');
  return true;
}

/** Null where the answer says nothing of the SIM. */
async function readSimState(session: AtSession): Promise<SimState | null> {
  try {
    return await session.run(simState);
  } catch (thrown) {
    const error = asGatewayError(thrown);
    if (!isRefusal(error)) throw error;
    return simStateOfError(error);
  }
}

/** The session is of no use any more: what it was set up with has changed. */
export function changed(message: string): GatewayError {
  return new GatewayError('modem.offline', message, { transient: true });
}
