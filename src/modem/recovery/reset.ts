import type { BytePort } from '../../at/port.ts';
import type { AtSession } from '../../at/session.ts';
import type { Clock, Ms } from '../../clock.ts';
import { accepts } from '../asking.ts';
import { radioOn } from '../commands/basic.ts';
import { plain } from '../commands/reply.ts';
import type { RungActions } from './recovery.ts';

/** How long the radio stays off (an aeroplane mode: the SIM keeps its power). */
const radioOffFor: Ms = 3_000;
const betweenLines: Ms = 2_000;
/** TS 27.007 8.2 <fun> = 4, and 0 where that is not known. */
const radioOff = ['AT+CFUN=4', 'AT+CFUN=0'] as const;

/** A modem that answers. */
export interface Talk extends Waiter {
  readonly session: AtSession;
  /** See `Profile.reset`. */
  readonly reset: readonly string[];
}

/** What can be done to a modem that answers, between two messages: one that is in flight ends first. */
export function actionsOn(talk: Talk, { sender, watch }: Live, { radioCycled, restarted }: Done): RungActions {
  return {
    signal: talk.signal,
    async radio() {
      await sender.alone(() => cycleRadio(talk));
      radioCycled();
      watch.lookSoon();
    },
    async module_reset() {
      await sender.alone(() => resetModule(talk));
      restarted();
    },
  };
}

/** To be told once it is done: the words of a start that follow are of our own making. */
interface Done {
  radioCycled(): void;
  restarted(): void;
}

interface Live {
  readonly sender: { alone(work: () => Promise<void>): Promise<void> };
  readonly watch: { lookSoon(): void };
}

/** The radio off and on again, which makes the modem register anew. Throws what ends the session. */
async function cycleRadio({ session, clock, signal }: Talk): Promise<void> {
  for (const line of radioOff) if (await accepts(session, plain(line, 20_000))) break;
  await clock.sleep(radioOffFor, signal);
  await accepts(session, radioOn);
}

/** Restarts a module that answers; its session is of no use after that. Throws what ends the session. */
async function resetModule({ session, reset }: Talk): Promise<void> {
  for (const line of reset) if (await accepts(session, plain(line, 10_000))) return;
}

/** The same for one that does not answer: it may still listen. Throws `port.*`. */
export async function resetBlindly(port: BytePort, lines: readonly string[], { clock, signal }: Waiter): Promise<void> {
  try {
    // ESC ends a prompt that waits for a message.
    for (const line of ['\x1b', 'AT', ...lines]) {
      await port.write(Buffer.from(`${line}\r`, 'latin1'));
      await clock.sleep(betweenLines, signal);
    }
  } finally {
    await port.close();
  }
}

export interface Waiter {
  readonly clock: Clock;
  readonly signal: AbortSignal;
}
