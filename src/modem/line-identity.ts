import type { LineId } from '../domain/message.ts';
import { GatewayError } from '../errors.ts';
import { onceReady, type Patience } from './asking.ts';
import { type Card, readCard } from './card.ts';
import { imsi } from './commands/sim.ts';
import { isSameIccid } from './discovery/identity.ts';
import type { StartContext } from './start-context.ts';

/** Whose messages these are: what the slots read, the parts and the references sent are kept by. */
export interface LineIdentity {
  /** The first name that this SIM had: the ICCID, else `imsi:…`; else `modem:…`. */
  readonly line: LineId;
  /** Null where no command tells the ICCID. */
  readonly card: Card | null;
  /** The IMSI; null where the SIM does not tell. */
  readonly subscriber: string | null;
}

/**
 * The same for a SIM at each start, also where it does not tell its ICCID this time, did not the first time, or writes it otherwise:
 * its IMSI is known.
 * Throws `sim.failed` where a modem that told before whose it is tells nothing now.
 */
export async function identifyLine(context: StartContext, patience: Patience): Promise<LineIdentity> {
  const { session, sims, id } = context;
  const card = await readCard(context, patience);
  const subscriber = await onceReady(session, imsi, patience);
  const known = subscriber === null ? null : sims.lineOf(subscriber);
  if (card !== null) {
    const line = nameOf(card, known ?? sims.lineOf(card.iccid));
    if (subscriber !== null && line !== known) sims.keepLine(subscriber, line);
    // A start at which only the ICCID is told.
    if (line.startsWith('imsi:') && sims.lineOf(card.iccid) !== line) sims.keepLine(card.iccid, line);
    return { line, card, subscriber };
  }
  if (subscriber !== null) {
    const line = known ?? `imsi:${subscriber}`;
    if (known === null) sims.keepLine(subscriber, line);
    return { line, card, subscriber };
  }
  const line = `modem:${id}`;
  const before = sims.simOf(id)?.line ?? line;
  if (before !== line) throw silent();
  return { line, card, subscriber };
}

/** The name it had before it told its ICCID stays: its messages are kept by that. Another card of a subscriber is another line. */
function nameOf({ iccid }: Card, known: LineId | null): LineId {
  return known !== null && (known.startsWith('imsi:') || isSameIccid(known, iccid)) ? known : iccid;
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
  if (sim.card !== null && isSameIccid(line, sim.card.iccid)) return true;
  return line.startsWith('modem:') || line === `imsi:${sim.subscriber}`;
}
