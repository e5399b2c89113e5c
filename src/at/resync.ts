import type { Clock, Ms } from '../clock.ts';
import { GatewayError } from '../errors.ts';
import type { AtCommand } from './command.ts';
import type { Dialogue, FinishedStep } from './dialogue.ts';

const ESC = '\x1b';
/** Silence that says: what was late has come. */
const SILENCE: Ms = 1_000;
/** A device that never falls silent is asked all the same. */
const LONGEST_DRAIN: Ms = 10_000;
/** How long a second answer, the late one, may come behind the first. */
const SETTLE: Ms = 1_000;
const ANSWER: Ms = 3_000;
const TRIES = 2;
/** Silence that says, before anything was asked: nothing is under way. */
const CHATTER: Ms = 200;
/** How long each `AT` of a wake-up may take. */
export const WAKE_ATTEMPTS: readonly Ms[] = [700, 1_500, 3_000];

/** A dialogue at rest and the time. Aborting `signal` ends any waiting. */
export interface Line {
  readonly dialogue: Dialogue;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** After a time-out: waits for 1 s of silence, then `AT` must bring exactly one OK. Throws `at.timeout` after two failures. */
export async function resync(line: Line): Promise<void> {
  for (let tried = 0; tried < TRIES; tried += 1) {
    await silence(line, SILENCE);
    const before = line.dialogue.strays;
    if (!(await answers(line, ANSWER))) continue;
    await line.clock.sleep(SETTLE, line.signal);
    if (line.dialogue.strays === before) return;
  }
  throw new GatewayError('at.timeout', 'the modem is out of step and did not find back', { transient: true });
}

/** Lets what a dead process asked for run out, frees a device that waits for a payload: ESC, CR, then `AT` until OK. Throws `at.timeout`. */
export async function wake(line: Line, attempts: readonly Ms[] = WAKE_ATTEMPTS): Promise<void> {
  const { dialogue } = line;
  await silence(line, CHATTER);
  dialogue.write(`${ESC}\r`);
  await silence(line, CHATTER);
  for (const [tried, timeout] of attempts.entries()) {
    if (!(await answers(line, timeout))) continue;
    // The answers to the earlier ones may be on their way.
    if (tried > 0) await silence(line, SILENCE);
    return;
  }
  throw new GatewayError('at.timeout', 'nothing answers to AT', { transient: true });
}

/** Waits until nothing came for `duration`. */
async function silence({ dialogue, clock, signal }: Line, duration: Ms): Promise<void> {
  const start = clock.now();
  const end = start + LONGEST_DRAIN;
  for (;;) {
    const now = clock.now();
    const left = Math.min(end, Math.max(start, dialogue.heardAt) + duration) - now;
    if (left <= 0) return;
    await clock.sleep(left, signal);
  }
}

/** Whether `AT` brings OK. */
async function answers({ dialogue, signal }: Line, timeout: Ms): Promise<boolean> {
  signal.throwIfAborted();
  const attention: AtCommand<unknown> = { line: 'AT', owns: /(?!)/, timeout, parse: () => undefined };
  const { promise, resolve } = Promise.withResolvers<FinishedStep>();
  dialogue.begin(attention, resolve);
  return (await promise).is === 'replied';
}
