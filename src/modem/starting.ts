import type { AtSession } from '../at/session.ts';
import { GatewayError } from '../errors.ts';
import type { ObservedSession } from './observed-session.ts';
import { powerHint } from './warnings.ts';

/** Starts of one modem over one port: more look like a lack of power. */
const mostStarts = 5;

/** The start of a modem that may restart meanwhile, perhaps because its port was opened: it is started over, on the same port. */
export class Starting {
  readonly #session: ObservedSession;
  #bootedAgain = false;

  constructor(session: ObservedSession) {
    this.#session = session;
  }

  /** The modem said so: no answer will come to what it was asked before. */
  booted(): void {
    if (this.#bootedAgain) return;
    this.#bootedAgain = true;
    this.#session.interrupt(restarted());
  }

  /** What `start` comes to, made until it was not disturbed. Throws what it threw, or `modem.offline` after too many. */
  async run<T>(start: (session: AtSession) => Promise<T>): Promise<T> {
    const session = { ...this.#session, closed: this.#session.closed, run: this.#run };
    for (let starts = 1; starts <= mostStarts; starts += 1) {
      this.#bootedAgain = false;
      try {
        const started = await start(session);
        if (!this.#bootedAgain) return started;
      } catch (thrown) {
        if (!this.#bootedAgain) throw thrown;
      }
    }
    throw new GatewayError('modem.offline', 'the modem restarts again and again', { transient: true, hint: powerHint });
  }

  /** Nothing more of a start that is void. */
  readonly #run: AtSession['run'] = (command, options) =>
    this.#bootedAgain ? Promise.reject(disturbed()) : this.#session.run(command, options);
}

function disturbed(): GatewayError {
  return new GatewayError('modem.offline', 'the modem restarted', { transient: true });
}

function restarted(): GatewayError {
  return new GatewayError('at.timeout', 'the modem restarted', { transient: true });
}
