import type { AtSession } from '../at/session.ts';
import type { SimState } from '../domain/modem-state.ts';
import { asGatewayError, GatewayError } from '../errors.ts';
import { isRefusal, optional } from './asking.ts';
import { iccid, imsi, simState, simStateOfError } from './commands/sim.ts';
import { isSameIccid } from './discovery/identity.ts';
import type { LineIdentity } from './line-identity.ts';

/** Of the SIM of the start; `unclear`: the modem's answers mean nothing. */
export type CardState = 'there' | 'busy' | 'unclear';

/** Whether it is still in the modem. Throws `modem.offline` where it is gone, locked or another one, and what ends the session. */
export async function cardState(session: AtSession, { card, subscriber }: LineIdentity): Promise<CardState> {
  const now = card === null ? null : await optional(session, iccid(card.command));
  if (card !== null && now !== null) return same(isSameIccid(now, card.iccid));
  const who = subscriber === null ? null : await optional(session, imsi);
  if (who !== null) return same(who === subscriber);
  const sim = await readSimState(session);
  if (sim === null) return 'unclear';
  if (sim === 'busy') return 'busy';
  if (sim !== 'ready') throw changed(`the SIM is ${sim} now`);
  return 'there';
}

function same(is: boolean): 'there' {
  if (!is) throw changed('another SIM is in the modem');
  return 'there';
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
