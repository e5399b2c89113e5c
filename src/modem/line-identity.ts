import type { LineId } from '../domain/message.ts';
import { GatewayError } from '../errors.ts';
import { onceReady, type Patience } from './asking.ts';
import { type Card, readCard } from './card.ts';
import { imsi } from './commands/sim.ts';
import { isSameIccid } from './discovery/identity.ts';
import type { StartContext } from './start-context.ts';

/** Whose messages these are: what the slots read, the parts and the references sent are kept by. */
export interface LineIdentity {
  /** The ICCID, else `imsi:…`, else `modem:…`. */
  readonly line: LineId;
  /** Null where no command tells the ICCID. */
  readonly card: Card | null;
  /** The IMSI; null where the SIM does not tell. */
  readonly subscriber: string | null;
}

/**
 * The same for a SIM at each start, also where it does not tell its ICCID this time, or writes it otherwise: its IMSI is known.
 * Throws `sim.failed` where a modem that told before whose it is tells nothing now.
 */
export async function identifyLine(context: StartContext, patience: Patience): Promise<LineIdentity> {
  const { session, sims, id } = context;
  const card = await readCard(context, patience);
  const subscriber = await onceReady(session, imsi, patience);
  const known = subscriber === null ? null : sims.cardOf(subscriber);
  if (card !== null) {
    if (known !== null && isSameIccid(known, card.iccid)) return { line: known, card, subscriber };
    if (subscriber !== null) sims.keepCard(subscriber, card.iccid);
    return { line: card.iccid, card, subscriber };
  }
  if (subscriber !== null) return { line: known ?? `imsi:${subscriber}`, card, subscriber };
  const line = `modem:${id}`;
  const before = sims.simOf(id)?.line ?? line;
  if (before !== line) throw silent();
  return { line, card, subscriber };
}

/** Under another name its messages would come a second time. */
function silent(): GatewayError {
  return new GatewayError('sim.failed', 'the SIM tells neither its ICCID nor its IMSI', {
    hint: 'Its messages stay on it until it does. Restart the modem; if it stays so, clean the contacts of the SIM.',
    transient: true,
  });
}

/** Whether that line is this SIM, perhaps by a name from a start at which it told less. */
export function isSameSim(line: LineId, sim: LineIdentity): boolean {
  if (line === sim.line || isSameIccid(line, sim.line)) return true;
  return line.startsWith('modem:') || line === `imsi:${sim.subscriber}`;
}
