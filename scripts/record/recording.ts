import type { BytePort } from '../../src/at/port.ts';
import type { EpochMs, Ms } from '../../src/clock.ts';
import { asGatewayError, GatewayError } from '../../src/errors.ts';
import type { Profile } from '../../src/modem/profile.ts';
import { allFamilies, families, familyOf } from '../../src/modem/profiles/families.ts';
import { noticeOf } from '../../src/modem/unsolicited.ts';
import { Interview, type Taken } from './interview.ts';
import type { RecordOptions } from './options.ts';
import * as plan from './plan.ts';
import { Restoration } from './restoration.ts';

/** Everything that was heard, and how it ended. Not anonymous. */
export interface Recording {
  readonly taken: readonly Taken[];
  /** What it says of itself shows this family; null where it did not get to say so. */
  readonly shown: string | null;
  /** Why it is not whole. */
  readonly brokenOff: string | null;
  /** Commands that would have put back what is not as it was. */
  readonly notPutBack: readonly string[];
}

export interface RecordingOptions extends Pick<RecordOptions, 'family' | 'listen' | 'sendTo'> {
  readonly signal: AbortSignal;
  say(text: string): void;
}

/** Takes the port over and closes it. Throws `at.timeout` where nothing answers there. */
export async function record(port: BytePort, options: RecordingOptions): Promise<Recording> {
  const arrived: Arrived[] = [];
  const interview = new Interview(port, {
    signal: options.signal,
    say: options.say,
    onUnsolicited(lines) {
      const notice = noticeOf(lines, allFamilies);
      if (notice?.is === 'stored' && notice.index !== null) arrived.push({ ...notice, index: notice.index });
    },
  });
  try {
    await wake(interview);
    return await ask(interview, arrived, options);
  } finally {
    await interview.close();
  }
}

interface Arrived {
  readonly storage: string | null;
  readonly index: number;
}

async function wake(interview: Interview): Promise<void> {
  try {
    await interview.wake();
  } catch (error) {
    const heard = interview.taken.some(({ lines }) => lines.some(({ from }) => from === 'modem'));
    throw new GatewayError(
      'at.timeout',
      `nothing answers to AT at this port${heard ? ', but something is said there' : ''}`,
      {
        hint: 'Most sticks have several ports, of which one or two answer: `scripts/sim2mqtt ports` asks them all. A real UART may need --baud.',
        cause: error,
      },
    );
  }
}

async function ask(interview: Interview, arrived: Arrived[], options: RecordingOptions): Promise<Recording> {
  const restoration = new Restoration(interview);
  let shown: string | null = null;
  let brokenOff: string | null = null;
  try {
    const identity = await plan.identify({ interview, restoration });
    shown = familyOf(identity).id;
    const profile = profileOf(options.family ?? shown);
    await askTheRest({ interview, restoration, profile }, arrived, options);
  } catch (thrown) {
    brokenOff = asGatewayError(thrown).message;
  }
  options.say('putting the settings back');
  const notPutBack = await restoration.putBack();
  interview.keepIdle();
  return { taken: interview.taken, shown, brokenOff, notPutBack };
}

/** One that is not known to us yet is taken for one that follows the standard. */
export function profileOf(family: string): Profile {
  return families.find(({ id }) => id === family) ?? plainProfile;
}

const plainProfile = families.find(({ id }) => id === 'generic') ?? allFamilies;

async function askTheRest(asked: plan.Plan, arrived: Arrived[], options: RecordingOptions): Promise<void> {
  await plan.askCard(asked);
  await plan.askNetwork(asked);
  await plan.readStorages(asked);
  await plan.negotiateIndications(asked);
  await plan.prepareSending(asked, options.sendTo);
  if (options.listen === 0) return;
  options.say(`listening for ${options.listen} s: send a text to this line now to have its arrival recorded`);
  await listen(asked.interview, arrived, options);
}

const pause: Ms = 500;

async function listen(interview: Interview, arrived: Arrived[], options: RecordingOptions): Promise<void> {
  const end: EpochMs = Date.now() + options.listen * 1000;
  for (let left = end - Date.now(); left > 0; left = end - Date.now()) {
    await interview.listen(Math.min(left, pause));
    options.signal.throwIfAborted();
    for (const { storage, index } of arrived.splice(0)) await plan.readArrived(interview, storage, index);
  }
}
