import type { AtSession } from '../at/session.ts';
import type { Clock, EpochMs, Ms } from '../clock.ts';
import { asGatewayError, GatewayError } from '../errors.ts';
import { accepts } from './asking.ts';
import { cmsError } from './cms-table.ts';
import { pduMode } from './commands/basic.ts';
import { setServiceCentre } from './commands/sim.ts';
import { moreMessages, moreMessagesOnce, submit } from './commands/submit.ts';
import type { SendOutcome, SubmitPart } from './modem.ts';
import { notSent, offline, outcomeOf } from './send-outcome.ts';

export interface SenderDeps {
  readonly session: AtSession;
  readonly clock: Clock;
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
/** Other programs may choose text mode, in which a PDU goes out as a text to a number that is its length. */
const modeHolds: Ms = 5_000;

/** Sends messages one after the other over one session. */
export class Sender {
  readonly #deps: SenderDeps;
  #last: Promise<unknown> = Promise.resolve();
  #pending = 0;
  #stopped = false;
  /** How it may be asked to keep the link open between two parts; what it refused is not tried again. */
  #links = [moreMessages, moreMessagesOnce];
  #refused = 0;
  /** When the modem last took PDU mode; null where that is in doubt. */
  #modeSetAt: EpochMs | null = null;

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

  /** The modem may have forgotten its settings: PDU mode is set again before the next part. */
  doubtMode(): void {
    this.#modeSetAt = null;
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
    if (this.#modeSetAt !== null && this.#deps.clock.now() - this.#modeSetAt > modeHolds) this.doubtMode();
    try {
      if (parts.length > 1) await this.#keepLink();
      for (const part of parts) {
        if (this.#modeSetAt === null) await this.#setMode();
        references.push(await this.#submit(part));
      }
      this.#refused = 0;
      return { is: 'sent', references };
    } catch (thrown) {
      const error = asGatewayError(thrown);
      // It may have been refused because it was taken for something else.
      this.doubtMode();
      this.#deps.failed();
      this.#count(error);
      return outcomeOf(error, references, parts.length);
    }
  }

  /** It took PDU mode when it was started: a refusal now passes. */
  async #setMode(): Promise<void> {
    const { session, clock } = this.#deps;
    if (!(await accepts(session, pduMode)))
      throw new GatewayError('at.error', 'the modem refuses PDU mode', { transient: true });
    this.#modeSetAt = clock.now();
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

  /** Between the parts of this message, where the modem can do that. */
  async #keepLink(): Promise<void> {
    const [link] = this.#links;
    if (link === undefined || (await accepts(this.#deps.session, link))) return;
    this.#links = this.#links.slice(1);
    await this.#keepLink();
  }
}

/** Refusals that pass and speak of the other end, the service centre (TS 23.040) or the SIM. */
function notTheRadio(cms: number): boolean {
  return [22, 27, 127, 314, 532].includes(cms) || (cms >= 128 && cms <= 255);
}
