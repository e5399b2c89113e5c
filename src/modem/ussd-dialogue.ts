import type { AtSession } from '../at/session.ts';
import type { Clock, Ms } from '../clock.ts';
import type { UssdAnswer, UssdEnd } from '../domain/ussd.ts';
import { asGatewayError, GatewayError } from '../errors.ts';
import { accepts } from './asking.ts';
import { plain } from './commands/reply.ts';
import { askUssd } from './commands/ussd.ts';

export interface UssdDeps {
  readonly session: AtSession;
  readonly clock: Clock;
  /** Requests are packed septets in hex. */
  packed(): boolean;
  /** Told of all that the network says. */
  heard(answer: UssdAnswer): void;
}

/** TS 27.007 7.15 <n> = 2. */
const cancelSession = plain('AT+CUSD=2', 10_000);
const answerWithin: Ms = 120_000;

const noAnswer = 'the network answered without a word';
const reasons: Readonly<Record<UssdEnd, string>> = {
  by_network: 'the network ended the dialogue without an answer',
  other_client: 'another program at this modem took the answer',
  not_supported: 'the network knows no such request',
  timeout: 'the network did not answer in time',
};

/** One dialogue with the network at a time: requests, answers that expect a reply, and their end. */
export class UssdDialogue {
  readonly #deps: UssdDeps;
  #isOpen = false;
  /** We ended one, and neither heard of that nor asked anything since. */
  #isCancelled = false;
  #asker: PromiseWithResolvers<UssdAnswer> | undefined;

  constructor(deps: UssdDeps) {
    this.#deps = deps;
  }

  /** The network said something. */
  answered(answer: UssdAnswer): void {
    const isEcho = this.#isCancelled && answer.ended === 'by_network' && answer.text === '';
    this.#isCancelled = false;
    if (isEcho) return;
    this.#isOpen = answer.replyExpected;
    this.#deps.heard(answer);
    this.#asker?.resolve(answer);
  }

  /** Asks, or replies where that is expected. Throws `at.*`. */
  async ask(request: string): Promise<void> {
    const { session, packed } = this.#deps;
    const command = askUssd(request, packed());
    // A dialogue that was left open blocks the next.
    if (this.#isOpen && /^[*#]+\d/.test(request)) await this.cancel();
    try {
      await session.run(command);
    } catch (thrown) {
      if (!isBusy(asGatewayError(thrown))) throw thrown;
      await this.cancel();
      await session.run(command);
    }
    this.#isCancelled = false;
  }

  /** What the network answers; a dialogue that it opens is ended. Throws `modem.busy`, `at.*`. */
  async question(request: string): Promise<string> {
    if (this.#asker !== undefined) throw new GatewayError('modem.busy', 'another question waits for its answer');
    const asker = Promise.withResolvers<UssdAnswer>();
    this.#asker = asker;
    const over = new AbortController();
    try {
      await this.ask(request);
      const late = this.#deps.clock.sleep(answerWithin, over.signal).then(() => {
        throw new GatewayError('at.timeout', 'the network did not answer the request', { transient: true });
      });
      // The loser of the race below is nobody's concern.
      late.catch(() => undefined);
      const { text, replyExpected, ended } = await Promise.race([asker.promise, late]);
      if (replyExpected) await this.cancel();
      if (text !== '') return text;
      throw new GatewayError('at.error', ended === undefined ? noAnswer : reasons[ended], {
        hint: 'Check balance_ussd: each operator has a code of its own, and some have none on LTE.',
      });
    } finally {
      over.abort(new GatewayError('at.closed', 'answered'));
      this.#asker = undefined;
    }
  }

  /** Some modems know no such command: the network ends the dialogue by itself then. */
  async cancel(): Promise<void> {
    this.#isOpen = false;
    this.#isCancelled = true;
    await accepts(this.#deps.session, cancelSession);
  }
}

/** TS 27.007 9.2.2: 258 is what several makers say of a dialogue in use. */
function isBusy({ details }: GatewayError): boolean {
  return details.cme === 258;
}
