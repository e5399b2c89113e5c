import type { SimState } from '../domain/modem-state.ts';
import { asGatewayError, type ErrorCode, GatewayError } from '../errors.ts';
import { isRefusal, optional } from './asking.ts';
import { readCard } from './card.ts';
import { enterPin, pinTries, simState, simStateOfError } from './commands/sim.ts';
import { nth } from './intervals.ts';
import { PinRecord } from './pin-record.ts';
import type { StartContext } from './start-context.ts';

/** A wrong try must leave one for the operator and a phone. */
const leastTries = 2;

/** Resolves once the SIM can be used; enters the PIN where it is wanted, allowed and not yet tried. Throws `sim.*`. */
export async function unlockSim(context: StartContext): Promise<void> {
  const { state, clock, signal } = context;
  const waits = context.intervals.simBusy;
  let entered: PinRecord | null = null;
  for (let tried = 0; ; tried += 1) {
    const sim = await readSim(context);
    state.update({ sim });
    if (sim === 'ready') {
      entered?.accepted(context.pin ?? '');
      return;
    }
    if (sim === 'pin_required' && entered === null) {
      entered = await enter(context);
    } else if (tried >= waits.length || !(sim === 'busy' || sim === 'pin_required')) {
      fail(context, sim === 'pin_required' ? 'pin_wrong' : sim);
    }
    await clock.sleep(nth(waits, tried), signal);
  }
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
async function enter(context: StartContext): Promise<PinRecord> {
  const { session, pin, pins, id, state } = context;
  if (pin === null) fail(context, 'pin_required');
  const command = enterPin(pin);
  const { imei } = state.current.identity;
  const iccid = (await readCard(context, { clock: context.clock, signal: context.signal, waits: [] }))?.iccid ?? null;
  const record = new PinRecord(pins, { iccid, modem: imei === null ? `modem:${id}` : `imei:${imei}` });
  const left = await triesLeft(context);
  if (left !== null && left < leastTries) fail(context, 'pin_wrong', `too few tries are left for the PIN: ${left}`);
  if (!record.mayTry(pin)) fail(context, 'pin_wrong', 'this PIN was tried on this SIM before and did not open it');
  if (left === null && !record.mayTryBlindly) {
    fail(
      context,
      'pin_wrong',
      'another PIN did not open this SIM, and the modem does not tell how many tries are left',
    );
  }
  record.typed(pin);
  try {
    await session.run(command);
    record.accepted(pin);
  } catch (thrown) {
    const error = asGatewayError(thrown);
    if (!isRefusal(error)) throw error;
    // Silence says nothing: what the SIM says next does.
    if (error.code !== 'at.timeout') fail(context, 'pin_wrong');
  }
  return record;
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
    hint: 'It is not tried again. Set the right one in pin_file; with fewer than two tries left, enter it once in a phone first.',
  },
  puk_required: {
    code: 'sim.puk_required',
    message: 'the SIM is blocked and wants its PUK',
    hint: 'Put the SIM into a phone and enter the PUK; it is never typed from here.',
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
