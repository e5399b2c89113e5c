import type { BytePort } from '../at/port.ts';
import { type AtSession, openSession } from '../at/session.ts';
import type { Clock, Ms } from '../clock.ts';
import { asGatewayError, type GatewayError } from '../errors.ts';
import type { Logger } from '../log.ts';
import { optional } from './asking.ts';
import { echoOff, model } from './commands/basic.ts';
import { type Identity, readIdentity } from './discovery/identity.ts';
import { unsolicitedShapes } from './profile.ts';
import { genericProfile } from './profiles/generic.ts';
import { within } from './within.ts';

/** What an AT channel said when asked; null where it does not tell. */
export interface PortAnswer extends Identity {
  readonly model: string | null;
}

/** What a port that is no AT channel said: nothing, our own words, positions (NMEA 0183), or something else. */
export type Heard = 'nothing' | 'echo' | 'positions' | 'noise';

export type Probed =
  | { readonly is: 'answered'; readonly answer: PortAnswer }
  | { readonly is: 'mute'; readonly heard: Heard }
  | { readonly is: 'unopened'; readonly error: GatewayError };

export interface ProbeOptions {
  open(): Promise<BytePort>;
  readonly log: Logger;
  readonly clock?: Clock;
  /** How long each `AT` may take. */
  readonly attempts?: readonly Ms[];
  /** The command for the ICCID that is known to work. */
  readonly iccid?: string | undefined;
}

export const probeAttempts: readonly Ms[] = [700, 1_500, 3_000];
/** Without its opening: a port that is no modem may hang in any way. */
const limit: Ms = 15_000;
/** So much of what a port says is enough to know what it is. */
const sample = 4_096;

/** Asks a port whether a modem answers there, and who. Changes no setting but echo; never rejects. */
export async function probe(options: ProbeOptions): Promise<Probed> {
  let port: BytePort;
  try {
    port = await options.open();
  } catch (error) {
    return { is: 'unopened', error: asGatewayError(error) };
  }
  const heard = new Overheard(port);
  const { log, clock } = options;
  const session = openSession(heard, {
    unsolicited: unsolicitedShapes(genericProfile),
    onUnsolicited: () => {},
    log,
    ...(clock === undefined ? {} : { clock }),
  });
  try {
    const answer = await within(limit, ask(session, options));
    return answer === undefined ? { is: 'mute', heard: heard.kind } : { is: 'answered', answer };
  } catch {
    return { is: 'mute', heard: heard.kind };
  } finally {
    await session.close();
  }
}

async function ask(session: AtSession, { attempts = probeAttempts, iccid }: ProbeOptions): Promise<PortAnswer> {
  await session.sync(attempts);
  await optional(session, echoOff);
  const name = await optional(session, model);
  return { model: name, ...(await readIdentity(session, iccid)) };
}

/** A port whose first words are kept. */
class Overheard implements BytePort {
  readonly bytes: AsyncIterable<Uint8Array>;
  readonly #port: BytePort;
  #text = '';

  constructor(port: BytePort) {
    this.#port = port;
    this.bytes = this.#listen();
  }

  get kind(): Heard {
    const text = this.#text;
    if (/\$G[A-Z]{4},/.test(text)) return 'positions';
    if (text.replaceAll(/[\s\0\x1b]|AT/g, '') === '') return text.includes('AT') ? 'echo' : 'nothing';
    return 'noise';
  }

  write(data: Uint8Array): Promise<void> {
    return this.#port.write(data);
  }

  close(): Promise<void> {
    return this.#port.close();
  }

  async *#listen(): AsyncGenerator<Uint8Array> {
    for await (const chunk of this.#port.bytes) {
      if (this.#text.length < sample) this.#text += Buffer.from(chunk).toString('latin1');
      yield chunk;
    }
  }
}
