import type { SimState } from '../domain/modem-state.ts';
import { asGatewayError, type ErrorCode, GatewayError } from '../errors.ts';
import { isRefusal, isSimBusy, optional } from './asking.ts';
import { toldCard } from './card.ts';
import { enterPin, pinTries, simState, simStateOfError } from './commands/sim.ts';
import { nth } from './intervals.ts';
import { PinRecord } from './pin-record.ts';
import type { StartContext } from './start-context.ts';

/** A wrong try must leave one for the operator and a phone. */
const leastTries = 2;

/** A card that says it failed may still be waking up. */
const looksAtFailed = 4;

/** So long after a try that nobody judged the modem has done with it. */
const looksAfterTry = 3;

/** Resolves once the SIM can be used; enters the PIN where it is wanted, allowed and not yet tried. Throws `sim.*`. */
export async function unlockSim(context: StartContext): Promise<void> {
  const { state, clock, signal } = context;
  const waits = context.intervals.simBusy;
  let entry: Entry | null = null;
  for (let looks = 0; ; looks += 1) {
    const sim = await readSim(context);
    state.update({ sim });
    if (sim === 'ready') {
      entry?.record.accepted(context.pin ?? '');
      return;
    }
    if (sim === 'pin_required' && (entry === null || (await isUncounted(context, entry, looks)))) {
      entry = await enter(context, looks);
    } else if (looks >= waits.length || !mayPass(sim, looks)) {
      if (entry !== null) await judge(context, entry, sim);
      fail(context, sim === 'pin_required' ? 'pin_wrong' : sim);
    }
    await clock.sleep(nth(waits, looks), signal);
  }
}

/** The SIM is open, and this is its ICCID: so the PIN that was typed before the program died was right. */
export function settlePin(context: StartContext, iccid: string | null): void {
  if (context.pin !== null) recordOf(context, iccid).opened(context.pin);
}

/** The PIN was given. */
interface Entry {
  readonly record: PinRecord;
  readonly look: number;
  /** Before it was. */
  readonly left: number | null;
  /** What the modem made of it: `open` where that says nothing of the PIN. */
  readonly outcome: 'taken' | 'refused' | 'open';
}

function mayPass(sim: SimState, looks: number): boolean {
  return sim === 'busy' || sim === 'pin_required' || (sim === 'failed' && looks < looksAtFailed);
}

/** A wrong PIN costs a try: where none is gone by now, nobody has looked at it. */
async function isUncounted(context: StartContext, entry: Entry, looks: number): Promise<boolean> {
  const { outcome, record, look, left } = entry;
  if (outcome !== 'open' || left === null || looks - look < looksAfterTry) return false;
  const now = await triesLeft(context);
  if (now !== null && now < left) record.refused(context.pin ?? '');
  return now === left;
}

/** The SIM did not open after it. Only a counter that is no lower than before speaks for a PIN then, and only where none was refused. */
async function judge(context: StartContext, { outcome, record, left }: Entry, sim: SimState): Promise<void> {
  const pin = context.pin ?? '';
  const now = await triesLeft(context);
  const isKept = now !== null && left !== null && now >= left;
  if (sim === 'pin_required' || sim === 'puk_required') {
    if (outcome === 'open') record.locked(pin, now);
    else if (outcome === 'taken' && !isKept) record.wrong(pin);
  } else if (outcome === 'open' && now !== null && !isKept) record.refused(pin);
}

async function readSim({ session }: StartContext): Promise<SimState> {
  try {
    return await session.run(simState);
  } catch (thrown) {
    const error = asGatewayError(thrown);
    if (!isRefusal(error)) throw error;
    if (error.code === 'at.timeout') return 'busy';
    return simStateOfError(error) ?? 'failed';
  }
}

/** One try, written down before it is made. */
async function enter(context: StartContext, look: number): Promise<Entry> {
  const { session, pin } = context;
  if (pin === null) fail(context, 'pin_required');
  const command = enterPin(pin);
  const card = await toldCard(context, { clock: context.clock, signal: context.signal, waits: [] });
  const record = recordOf(context, card?.iccid ?? null);
  const left = await triesLeft(context);
  record.locked(pin, left);
  if (left !== null && left < leastTries) fail(context, 'pin_wrong', `too few tries are left for the PIN: ${left}`);
  if (!record.mayTry(pin) && !(left !== null && record.takeBack(pin, left)))
    fail(context, 'pin_wrong', 'this PIN was tried on this SIM before and did not open it');
  if ((left === null || record.doubts(left)) && !record.mayTryBlindly) {
    fail(
      context,
      'pin_wrong',
      'another PIN did not open this SIM, and the modem does not tell for certain how many tries are left',
    );
  }
  record.typed(pin, left);
  try {
    await session.run(command);
    record.accepted(pin);
    return { record, look, left, outcome: 'taken' };
  } catch (thrown) {
    const error = asGatewayError(thrown);
    if (!isRefusal(error)) throw error;
    if (isVerdict(error)) {
      record.wrong(pin);
      fail(context, 'pin_wrong');
    }
    // Silence and a busy SIM say nothing of the PIN: what the SIM and its counter say next does. Any other error may be a verdict.
    if (error.code === 'at.timeout' || isSimBusy(error)) return { record, look, left, outcome: 'open' };
    record.refused(pin);
    return { record, look, left, outcome: 'refused' };
  }
}

/** TS 27.007 9.2.2: incorrect password, or blocked by it. */
function isVerdict({ details: { cme, cms } }: GatewayError): boolean {
  return cme === 16 || cme === 12 || cms === 316;
}

function recordOf({ pins, id, state }: StartContext, iccid: string | null): PinRecord {
  const { imei } = state.current.identity;
  return new PinRecord(pins, { iccid, modem: imei === null ? `modem:${id}` : `imei:${imei}` });
}

/** Null where no command tells. */
async function triesLeft({ session, profile }: StartContext): Promise<number | null> {
  for (const { line, reply } of profile.pinTries) {
    const left = await optional(session, pinTries(line, reply));
    if (left !== null) return left;
  }
  return null;
}

interface Failure {
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint: string;
}

const failures: Readonly<Partial<Record<SimState, Failure>>> = {
  absent: {
    code: 'sim.absent',
    message: 'no SIM is inserted',
    hint: 'Insert a SIM, contacts first, and restart the modem.',
  },
  pin_required: {
    code: 'sim.pin_required',
    message: 'the SIM wants its PIN',
    hint: 'Set pin_file for this modem, or switch the PIN off in a phone.',
  },
  pin_wrong: {
    code: 'sim.pin_wrong',
    message: 'the SIM did not accept the PIN',
    hint: 'The same one is never typed again. Set the right one in pin_file and restart the gateway, or switch the PIN off in a phone; with fewer than two tries left, enter it once in a phone first.',
  },
  puk_required: {
    code: 'sim.puk_required',
    message: 'the SIM is blocked and wants its PUK',
    hint: 'Put the SIM into a phone and enter the PUK; it is never typed from here.',
  },
  locked: {
    code: 'sim.network_locked',
    message: 'the modem is locked and does not take this SIM',
    hint: 'Use a SIM of the operator that the modem is locked to, or have it unlocked.',
  },
  busy: {
    code: 'sim.failed',
    message: 'the SIM stayed busy',
    hint: 'Restart the modem; if it stays so, try another SIM.',
  },
  failed: {
    code: 'sim.failed',
    message: 'the SIM failed',
    hint: 'Clean its contacts, seat it again, or try another SIM.',
  },
};

function fail({ state }: StartContext, sim: SimState, message?: string): never {
  const failure = failures[sim] ?? { code: 'sim.failed', message: 'the SIM cannot be used', hint: 'Try another SIM.' };
  state.update({ sim });
  throw new GatewayError(failure.code, message ?? failure.message, { hint: failure.hint, transient: sim === 'busy' });
}
