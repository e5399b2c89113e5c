import type { AtSession } from '../at/session.ts';
import type { OutboundError } from '../domain/message.ts';
import { asGatewayError, type GatewayError } from '../errors.ts';
import { accepts } from './asking.ts';
import { cmsError, cmsFailure } from './cms-table.ts';
import { setServiceCentre } from './commands/sim.ts';
import { moreMessages, submit } from './commands/submit.ts';
import type { SendOutcome, SubmitPart } from './modem.ts';

export interface SenderDeps {
  readonly session: AtSession;
  /** Nothing waits any more. */
  idle(): void;
  /** A part was refused, or nobody knows what became of it. */
  failed(): void;
  /** What to set where the modem forgot its service centre; null where nobody knows one. */
  serviceCentre(): string | null;
  /** The network refused several messages in a row for reasons that pass. */
  unheard(): void;
}

/** TS 27.005 3.2.5: SMSC address unknown. */
const noServiceCentre = 330;
/** Refusals in a row that say that the radio is to blame. */
const tooMany = 3;

/** Sends messages one after the other over one session. */
export class Sender {
  readonly #deps: SenderDeps;
  #last: Promise<unknown> = Promise.resolve();
  #pending = 0;
  #stopped = false;
  #canChain = true;
  #refused = 0;

  constructor(deps: SenderDeps) {
    this.#deps = deps;
  }

  get isBusy(): boolean {
    return this.#pending > 0;
  }

  /** Never rejects. */
  send(parts: readonly SubmitPart[]): Promise<SendOutcome> {
    return this.#next(() => (this.#stopped ? notSent(offline) : this.#sendParts(parts)));
  }

  /** Runs between two messages: what is in flight has ended, what comes waits. Rejects as `work` does. */
  alone(work: () => Promise<void>): Promise<void> {
    return this.#next(() => (this.#stopped ? undefined : work()));
  }

  #next<T>(work: () => T | Promise<T>): Promise<T> {
    this.#pending += 1;
    const done = this.#last.then(work);
    const settled = () => {
      this.#pending -= 1;
      if (this.#pending === 0) this.#deps.idle();
    };
    this.#last = done.then(settled, settled);
    return done;
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
      for (const part of parts) references.push(await this.#submit(part));
      this.#refused = 0;
      return { is: 'sent', references };
    } catch (thrown) {
      const error = asGatewayError(thrown);
      this.#deps.failed();
      this.#count(error);
      return outcomeOf(error, references);
    }
  }

  /** Once more where the modem had forgotten its service centre and took it again: the message has not left then. */
  async #submit(part: SubmitPart): Promise<number> {
    const { session, serviceCentre } = this.#deps;
    try {
      return await session.run(submit(part));
    } catch (thrown) {
      const address = serviceCentre();
      if (asGatewayError(thrown).details.cms !== noServiceCentre || address === null) throw thrown;
      if (!(await accepts(session, setServiceCentre(address)))) throw thrown;
      return await session.run(submit(part));
    }
  }

  #count({ details: { cms } }: GatewayError): void {
    const isRadio = typeof cms === 'number' && cmsError(cms).is === 'retry' && !notTheRadio(cms);
    this.#refused = isRadio ? this.#refused + 1 : 0;
    if (this.#refused < tooMany) return;
    this.#refused = 0;
    this.#deps.unheard();
  }

  /** The link stays open between the parts where the modem can do that. */
  async #chain(): Promise<void> {
    if (this.#canChain) this.#canChain = await accepts(this.#deps.session, moreMessages);
  }
}

/** Refusals that pass and speak of the other end, the service centre (TS 23.040) or the SIM. */
function notTheRadio(cms: number): boolean {
  return [22, 27, 314, 532].includes(cms) || (cms >= 128 && cms <= 255);
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
