import type { BytePort } from '../at/port.ts';
import { type AtSession, openSession } from '../at/session.ts';
import type { EpochMs } from '../clock.ts';
import { asGatewayError, GatewayError } from '../errors.ts';
import { type CallReport, Calls, endCalls } from './calls.ts';
import type { ConnectionDeps } from './connection-deps.ts';
import { type Examination, examine } from './examination.ts';
import { createLive, type Live } from './live.ts';
import type { SendOutcome, SubmitPart } from './modem.ts';
import { type ObservedSession, observed } from './observed-session.ts';
import { PassedOn } from './passed-on.ts';
import { type Profile, unsolicitedShapes } from './profile.ts';
import { allFamilies, familyOf } from './profiles/families.ts';
import { actionsOn } from './recovery/reset.ts';
import type { Ailment } from './recovery/rungs.ts';
import { notSent, offline } from './send-outcome.ts';
import { setServiceCentreAgain } from './service-centre.ts';
import { greetModem, type Started, startModem } from './start.ts';
import { Starting } from './starting.ts';
import { type Notice, noticeOf } from './unsolicited.ts';
import { UssdDialogue } from './ussd-dialogue.ts';
import { Warnings } from './warnings.ts';
import { within } from './within.ts';

/** One open port from its first command to its end. Single use. */
export class Connection {
  readonly #deps: ConnectionDeps;
  readonly #session: ObservedSession;
  readonly #calls: Calls;
  readonly #starting: Starting;
  readonly #passedOn: PassedOn;
  readonly #warnings: Warnings;
  readonly #ussd: UssdDialogue;
  #profile: Profile;
  readonly #over = Promise.withResolvers<GatewayError>();
  readonly #stop = new AbortController();
  /** When the modem last had a reason of ours to tell how it starts: it was opened, or its radio came on again. */
  #wokenAt: EpochMs;
  #live: Live | undefined;
  #readyAt: EpochMs | undefined;
  /** A send in flight can still end. */
  #isSound = true;

  /** Takes the port over and listens; nothing is written before `run`. */
  constructor(port: BytePort, deps: ConnectionDeps) {
    const { clock, log, listener, id, delivery } = deps;
    this.#deps = deps;
    this.#profile = deps.profile ?? allFamilies;
    this.#wokenAt = clock.now();
    this.#warnings = new Warnings(id, listener);
    const called = (call: CallReport) => listener.called(id, call);
    this.#calls = new Calls(clock, called, () => this.#ringing());
    const session = openSession(port, {
      unsolicited: unsolicitedShapes(this.#profile),
      onUnsolicited: (lines) => this.#onUnsolicited(lines),
      clock,
      log,
      gap: () => this.#profile.gap,
    });
    this.#session = observed(session, clock, deps.ticked);
    this.#ussd = new UssdDialogue({
      ...{ session, clock, heard: (answer) => listener.ussd(id, answer) },
      packed: () => this.#live?.started.packedUssd ?? false,
    });
    this.#starting = new Starting(this.#session);
    this.#passedOn = new PassedOn({
      ...{ modem: id, session, delivery, clock },
      line: () => this.#line(),
      acknowledges: () => this.#live?.started.isDirect ?? (deps.direct && this.#profile.direct.length > 0),
      refused: () => this.#live?.watch.checkSettings(),
    });
  }

  /** When the modem became ready, if it did. */
  get readyAt(): EpochMs | undefined {
    return this.#readyAt;
  }

  /** As the SIM told it at this start; null where it did not. */
  get iccid(): string | null {
    return this.#live?.started.card?.iccid ?? null;
  }

  /** Until it fails, is ended or aborted; a send in flight may end first. Resolves with why; never rejects. */
  async run(signal: AbortSignal): Promise<GatewayError> {
    // Nobody needs to hear of a stop that was asked for.
    const abort = () => this.#finish(new GatewayError('at.closed', 'the modem was told to stop'));
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
    void this.#session.closed.then((why) => this.end(why));
    const life = this.#start().catch((thrown: unknown) => this.#endWith(asGatewayError(thrown)));
    const why = await this.#over.promise;
    signal.removeEventListener('abort', abort);
    const sent = this.#live?.sender.stop();
    const { settle, stopping } = this.#deps.intervals;
    if (this.#isSound && sent !== undefined) await within(signal.aborted ? stopping : settle, sent);
    this.#calls.end();
    await this.#session.close();
    await Promise.all([life, sent]);
    return why;
  }

  /** `run` resolves with this, if it is the first; of a modem that was ready it is told. */
  end(why: GatewayError): void {
    if (this.#finish(why) && this.#readyAt !== undefined) this.#deps.ended(why);
  }

  /** Whether this is the first reason to end. */
  #finish(why: GatewayError): boolean {
    if (this.#stop.signal.aborted) return false;
    this.#stop.abort(why);
    this.#over.resolve(why);
    return true;
  }

  /** Never rejects. */
  send(parts: readonly SubmitPart[]): Promise<SendOutcome> {
    const live = this.#stop.signal.aborted ? undefined : this.#live;
    return live?.sender.send(parts) ?? Promise.resolve(notSent(offline));
  }

  async refresh(): Promise<void> {
    const { watch, inbox } = this.#ready();
    await this.#orEnd(Promise.all([watch.network(), inbox.sweep()]));
  }

  /** Throws `modem.offline`, and what the dialogue throws. */
  async ussd<T>(talk: (dialogue: UssdDialogue) => Promise<T>): Promise<T> {
    this.#ready();
    return await this.#orEnd(talk(this.#ussd));
  }

  examine(): Promise<Examination> {
    this.#ready();
    return examine(this.#session, this.#profile);
  }

  async hangUp(): Promise<void> {
    this.#ready();
    await endCalls(this.#session);
    // What we end ourselves is not reported by the modem.
    this.#calls.end();
  }

  #ready(): Live {
    if (this.#live === undefined || this.#stop.signal.aborted)
      throw new GatewayError('modem.offline', 'the modem is not ready', { transient: true });
    return this.#live;
  }

  async #orEnd<T>(work: Promise<T>): Promise<T> {
    const ended = this.#over.promise.then((why) => {
      throw new GatewayError('modem.offline', 'the modem went away', { transient: true, cause: why });
    });
    return await Promise.race([work, ended]);
  }

  /** The session's own reason counts more than that a command met its end. */
  async #endWith(error: GatewayError): Promise<void> {
    this.end(error.code === 'at.closed' ? await this.#session.closed : error);
  }

  async #start(): Promise<void> {
    const { signal } = this.#stop;
    const started = await this.#starting.run((session) => this.#startOnce(session));
    if (signal.aborted) return;
    const ails = (ailment: Ailment, reason: string) => this.#ails(ailment, reason);
    const live = createLive(started, { ...this.#deps, session: this.#session, warnings: this.#warnings, ails });
    this.#live = live;
    this.#readyAt = this.#deps.clock.now();
    const { imei } = this.#deps.state.current.identity;
    this.#deps.found?.identified?.({ imei, iccid: started.card?.iccid ?? null });
    this.#deps.state.enter('ready');
    this.#deps.log.info(
      {
        profile: this.#profile.id,
        indications: started.indications?.join(',') ?? 'none',
        storage: started.storage.receiving,
      },
      'modem ready',
    );
    const { announcing, found } = this.#deps;
    const check = announcing.check(this.#session, this.#profile, found?.usb ?? null);
    const loops = [live.inbox.run(signal), live.watch.run(signal), check];
    await Promise.all(loops.map((loop) => loop.catch((thrown: unknown) => this.#endWith(asGatewayError(thrown)))));
  }

  async #startOnce(session: AtSession): Promise<Started> {
    const { profile, state, direct, smsc, log } = this.#deps;
    const context = { ...this.#deps, session, signal: this.#stop.signal };
    const { line } = state.current;
    const identity = await greetModem(context);
    await this.#deps.found?.check?.(this.#session, identity.imei);
    state.update({ identity });
    this.#profile = profile ?? familyOf(identity);
    const started = await startModem({ ...context, profile: this.#profile });
    if (state.current.balance !== undefined && started.line !== line) state.update({ balance: undefined });
    await setServiceCentreAgain(session, state, smsc);
    if (direct && !started.isDirect) log.warn({ profile: this.#profile.id }, 'the modem does not pass messages on');
    return started;
  }

  /** Between two messages: one that is in flight ends first. */
  #ails(ailment: Ailment, reason: string): void {
    if (this.#live === undefined) return;
    const { clock, recovery } = this.#deps;
    const talk = { session: this.#session, clock, signal: this.#stop.signal, reset: this.#profile.reset };
    const done = {
      radioCycled: () => {
        this.#wokenAt = clock.now();
      },
      restarted: () => this.#restarted(),
    };
    void recovery.ails(ailment, reason, actionsOn(talk, this.#live, done));
  }

  /** A call was told. */
  #ringing(): void {
    // It ends by itself where that fails.
    if (this.#deps.calls === 'hangup' && this.#live !== undefined) this.hangUp().catch(() => undefined);
  }

  #onUnsolicited(lines: readonly string[]): void {
    const notice = noticeOf(lines, this.#profile, this.#live?.started.packedUssd);
    if (notice !== null && !this.#stop.signal.aborted) this.#onNotice(notice);
  }

  #onNotice(notice: Notice): void {
    if (notice.is === 'stored') this.#live?.inbox.announce(notice.storage, notice.index);
    else if (notice.is === 'direct') this.#passedOn.receive(notice.pdu, notice.tpduLength);
    else if (notice.is === 'registration') this.#live?.watch.registered(notice.domain, notice.state);
    else if (notice.is === 'storage_full') this.#live?.inbox.makeRoom();
    else if (notice.is === 'ringing') this.#calls.ring(notice.from);
    else if (notice.is === 'call_ended') this.#calls.end();
    else if (notice.is === 'low_power' || notice.is === 'high_power') this.#warnings.power(notice.is);
    else if (notice.is === 'detached') this.#live?.watch.lookSoon();
    else if (notice.is === 'ussd') this.#ussd.answered(notice.answer);
    else this.#onChange(notice);
  }

  #onChange(notice: Extract<Notice, { is: 'booted' | 'woke' | 'sim' }>): void {
    const { clock, intervals, restarts } = this.#deps;
    if (this.#live === undefined) {
      if (notice.is === 'booted') this.#starting.booted();
      if (notice.is === 'booted' && notice.cause !== undefined) restarts.happened(notice.cause);
    } else if (notice.is === 'booted') {
      restarts.happened(notice.cause ?? null);
      this.#restarted();
    } else if (notice.is === 'sim') {
      this.end(new GatewayError('modem.offline', `the SIM is ${notice.state} now`, { transient: true }));
    } else if (clock.now() - this.#wokenAt > intervals.starting && !this.#live.sender.isBusy) {
      restarts.happened(null);
      this.#restarted();
    } else {
      // A late line of the start that we saw or caused: our settings may be older than it. Or one that comes while a message
      // is being sent: a modem that restarted does not answer to that one, and one that answers did not restart.
      this.#live.sender.doubtMode();
      this.#live.watch.checkSettings();
      this.#live.inbox.sweepSoon();
    }
  }

  /** What was in flight is lost with the settings. */
  #restarted(): void {
    this.#isSound = false;
    this.end(new GatewayError('port.closed', 'the modem restarted', { transient: true }));
  }

  #line(): Pick<Started, 'line' | 'number'> {
    const { line, number } = this.#live?.started ?? this.#deps.state.current;
    return { line: line ?? `modem:${this.#deps.id}`, number };
  }
}
