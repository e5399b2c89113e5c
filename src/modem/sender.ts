import type { AtSession } from '../at/session.ts';
import type { OutboundError } from '../domain/message.ts';
import { asGatewayError, type GatewayError } from '../errors.ts';
import { accepts } from './asking.ts';
import { cmsFailure } from './cms-table.ts';
import { moreMessages, submit } from './commands/submit.ts';
import type { SendOutcome, SubmitPart } from './modem.ts';

export interface SenderDeps {
  readonly session: AtSession;
  /** Nothing waits any more. */
  idle(): void;
  /** A part was refused, or nobody knows what became of it. */
  failed(): void;
}

/** Sends messages one after the other over one session. */
export class Sender {
  readonly #deps: SenderDeps;
  #last: Promise<unknown> = Promise.resolve();
  #pending = 0;
  #stopped = false;
  #canChain = true;

  constructor(deps: SenderDeps) {
    this.#deps = deps;
  }

  get isBusy(): boolean {
    return this.#pending > 0;
  }

  /** Never rejects. */
  send(parts: readonly SubmitPart[]): Promise<SendOutcome> {
    this.#pending += 1;
    const outcome = this.#last.then(() => (this.#stopped ? notSent(offline) : this.#sendParts(parts)));
    this.#last = outcome.finally(() => {
      this.#pending -= 1;
      if (this.#pending === 0) this.#deps.idle();
    });
    return outcome;
  }

  /** Sends nothing more; resolves once what is in flight has ended. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#last;
  }

  async #sendParts(parts: readonly SubmitPart[]): Promise<SendOutcome> {
    const references: number[] = [];
    try {
      if (parts.length > 1) await this.#chain();
      for (const part of parts) references.push(await this.#deps.session.run(submit(part)));
      return { is: 'sent', references };
    } catch (thrown) {
      this.#deps.failed();
      return outcomeOf(asGatewayError(thrown), references);
    }
  }

  /** The link stays open between the parts where the modem can do that. */
  async #chain(): Promise<void> {
    if (this.#canChain) this.#canChain = await accepts(this.#deps.session, moreMessages);
  }
}

/** The modem cannot be asked now. */
export const offline: OutboundError = { code: 'modem.offline', message: 'the modem is not ready', retryable: true };

export function notSent(error: OutboundError): SendOutcome {
  return { is: 'not_sent', references: [], error };
}

/** What an error of `AT+CMGS` means, after so many parts were accepted. Without an answer after Ctrl-Z nobody knows. */
function outcomeOf(error: GatewayError, references: readonly number[]): SendOutcome {
  const isRefused = error.code === 'at.cms' || error.code === 'at.cme' || error.code === 'at.error';
  const isBefore = error.details.phase === 'before_payload' || error.details.phase === undefined;
  if (!isBefore && !isRefused) {
    const message = 'the modem did not say whether the message went out';
    return { is: 'unknown', references, error: { code: 'message.outcome_unknown', message, retryable: false } };
  }
  const failure = failureOf(error, isBefore);
  return isBefore && references.length === 0 ? notSent(failure) : { is: 'failed', references, error: failure };
}

function failureOf(error: GatewayError, isBefore: boolean): OutboundError {
  const { cms, cme } = error.details;
  if (typeof cms === 'number') return cmsFailure(cms);
  const code = typeof cme === 'number' ? (`cme.${cme}` as const) : error.code;
  return { code, message: error.message, retryable: isBefore && (error.transient || error.code !== 'at.error') };
}
