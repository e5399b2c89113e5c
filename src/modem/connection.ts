import type { BytePort } from '../at/port.ts';
import { openSession } from '../at/session.ts';
import type { Clock, EpochMs } from '../clock.ts';
import type { ModemId } from '../domain/message.ts';
import type { StorageState } from '../domain/modem-state.ts';
import type { ModemListener } from '../domain/received.ts';
import { asGatewayError, GatewayError } from '../errors.ts';
import type { Logger } from '../log.ts';
import { accepts, isRefusal } from './asking.ts';
import { Calls } from './calls.ts';
import { hangUp, hangUpCalls } from './commands/basic.ts';
import { askUssd } from './commands/ussd.ts';
import type { Delivery } from './delivery.ts';
import { Inbox } from './inbox.ts';
import type { Intervals } from './intervals.ts';
import type { PinMemory, SendOutcome, SubmitPart } from './modem.ts';
import { type ObservedSession, observed } from './observed-session.ts';
import { type Profile, unsolicitedShapes } from './profile.ts';
import { notSent, offline, Sender } from './sender.ts';
import { type Started, startModem } from './start.ts';
import type { StateBox } from './state.ts';
import { type Notice, noticeOf } from './unsolicited.ts';
import { Watch } from './watch.ts';
import { within } from './within.ts';

export interface ConnectionDeps {
  readonly id: ModemId;
  readonly profile: Profile;
  readonly pin: string | null;
  readonly pins: PinMemory;
  readonly number: string | null;
  readonly listener: ModemListener;
  readonly delivery: Delivery;
  readonly state: StateBox;
  readonly intervals: Intervals;
  readonly clock: Clock;
  readonly log: Logger;
  /** 0 to 1, another one for each modem. */
  readonly phase: number;
  /** Told at once when it is over for a modem that was ready; a send in flight may still end. */
  ended(why: GatewayError): void;
}

/** A storage fuller than this after a sweep needs a person. */
const nearlyFull = 0.8;

/** Starts of one modem over one port: more look like a lack of power. */
const mostStarts = 5;
const powerHint = 'Give the modem more power: a powered hub, a shorter cable or a supply of its own.';

/** What runs once the modem is started. */
interface Live {
  readonly started: Started;
  readonly inbox: Inbox;
  readonly watch: Watch;
  readonly sender: Sender;
}

/** One open port from its first command to its end. Single use. */
export class Connection {
  readonly #deps: ConnectionDeps;
  readonly #session: ObservedSession;
  readonly #calls: Calls;
  readonly #over = Promise.withResolvers<GatewayError>();
  readonly #stop = new AbortController();
  readonly #openedAt: EpochMs;
  #live: Live | undefined;
  #readyAt: EpochMs | undefined;
  #isFull = false;
  /** While it was being started. */
  #bootedAgain = false;
  /** A send in flight can still end. */
  #isSound = true;

  /** Takes the port over and listens; nothing is written before `run`. */
  constructor(port: BytePort, deps: ConnectionDeps) {
    const { profile, clock, log, listener, id } = deps;
    this.#deps = deps;
    this.#openedAt = clock.now();
    this.#calls = new Calls(clock, (call) => listener.called(id, call));
    const session = openSession(port, {
      unsolicited: unsolicitedShapes(profile),
      onUnsolicited: (lines) => this.#onUnsolicited(lines),
      clock,
      log,
      gap: profile.gap,
    });
    this.#session = observed(session, clock);
  }

  /** When the modem became ready, if it did. */
  get readyAt(): EpochMs | undefined {
    return this.#readyAt;
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

  async ussd(request: string): Promise<void> {
    this.#ready();
    await this.#session.run(askUssd(request));
  }

  async hangUp(): Promise<void> {
    this.#ready();
    if (!(await accepts(this.#session, hangUpCalls))) await this.#session.run(hangUp);
    // What we end ourselves is not reported by the modem.
    this.#calls.end();
  }

  #ready(): Live {
    if (this.#live === undefined || this.#stop.signal.aborted)
      throw new GatewayError('modem.offline', 'the modem is not ready', { transient: true });
    return this.#live;
  }

  async #orEnd(work: Promise<unknown>): Promise<void> {
    const ended = this.#over.promise.then((why) => {
      throw new GatewayError('modem.offline', 'the modem went away', { transient: true, cause: why });
    });
    await Promise.race([work, ended]);
  }

  /** The session's own reason counts more than that a command met its end. */
  async #endWith(error: GatewayError): Promise<void> {
    this.end(error.code === 'at.closed' ? await this.#session.closed : error);
  }

  async #start(): Promise<void> {
    const { signal } = this.#stop;
    const started = await this.#startOften();
    if (signal.aborted) return;
    const live = this.#build(started);
    this.#live = live;
    this.#readyAt = this.#deps.clock.now();
    this.#deps.state.enter('ready');
    this.#deps.log.info(
      { indications: started.indications?.join(',') ?? 'none', storage: started.storage.receiving },
      'modem ready',
    );
    const loops = [live.inbox.run(signal), live.watch.run(signal)];
    await Promise.all(loops.map((loop) => loop.catch((thrown: unknown) => this.#endWith(asGatewayError(thrown)))));
  }

  /** A modem that restarts meanwhile, perhaps because its port was opened, is started over. */
  async #startOften(): Promise<Started> {
    for (let starts = 1; ; starts += 1) {
      this.#bootedAgain = false;
      try {
        const started = await startModem({ ...this.#deps, session: this.#session, signal: this.#stop.signal });
        if (!this.#bootedAgain) return started;
      } catch (thrown) {
        if (!this.#bootedAgain || !isRefusal(asGatewayError(thrown))) throw thrown;
      }
      if (starts === mostStarts)
        throw new GatewayError('modem.offline', 'the modem restarts again and again', {
          transient: true,
          hint: powerHint,
        });
    }
  }

  #build(started: Started): Live {
    const { id, clock, intervals, log, delivery, state, phase } = this.#deps;
    const session = this.#session;
    const sender = new Sender({
      session,
      idle: () => {
        inbox.wake();
        watch.wake();
      },
      failed: () => inbox.hurry(),
    });
    const sending = () => sender.isBusy;
    const inbox = new Inbox({
      ...{ modem: id, line: started.line, number: started.number, storage: started.storage },
      ...{ session, delivery, intervals, clock, log, sending },
      used: (storages) => this.#onUsed(storages),
    });
    const watch = new Watch({ session, started, state, intervals, clock, phase, sending, moved: () => inbox.hurry() });
    return { started, inbox, watch, sender };
  }

  #onUnsolicited(lines: readonly string[]): void {
    const notice = noticeOf(lines, this.#deps.profile);
    if (notice !== null && !this.#stop.signal.aborted) this.#onNotice(notice);
  }

  #onNotice(notice: Notice): void {
    const { listener, id } = this.#deps;
    if (notice.is === 'stored') this.#live?.inbox.announce(notice.storage, notice.index);
    else if (notice.is === 'direct') this.#onDirect(notice.pdu, notice.tpduLength);
    else if (notice.is === 'registration') this.#live?.watch.registered(notice.domain, notice.state);
    else if (notice.is === 'storage_full') this.#live?.inbox.sweepSoon();
    else if (notice.is === 'ringing') this.#calls.ring(notice.from);
    else if (notice.is === 'call_ended') this.#calls.end();
    else if (notice.is === 'ussd') listener.ussd(id, notice.answer);
    else this.#onChange(notice);
  }

  #onChange(notice: Extract<Notice, { is: 'booted' | 'woke' | 'sim' }>): void {
    const { clock, intervals } = this.#deps;
    if (this.#live === undefined) this.#bootedAgain ||= notice.is === 'booted';
    else if (notice.is === 'booted') this.#restarted();
    else if (notice.is === 'sim') {
      this.end(new GatewayError('modem.offline', `the SIM is ${notice.state} now`, { transient: true }));
    } else if (clock.now() - this.#openedAt > intervals.starting) {
      this.#restarted();
    } else {
      // A late line of the start that we saw: our settings may be older than it.
      this.#live.watch.checkSettings();
      this.#live.inbox.sweepSoon();
    }
  }

  /** What was in flight is lost with the settings. */
  #restarted(): void {
    this.#isSound = false;
    this.end(new GatewayError('port.closed', 'the modem restarted', { transient: true }));
  }

  #onDirect(pdu: string, tpduLength: number | null): void {
    const { id, state, clock, delivery } = this.#deps;
    const { line, number } = this.#live?.started ?? state.current;
    const receivedAt = clock.now();
    delivery.direct({ modem: id, line: line ?? `modem:${id}`, number, slot: null, pdu, tpduLength, receivedAt });
  }

  #onUsed(storages: readonly StorageState[]): void {
    const { state, listener, id } = this.#deps;
    state.update({ storages });
    const full = storages.find(({ used, total }) => total > 0 && used / total > nearlyFull);
    if (full !== undefined && !this.#isFull) {
      const message = `storage ${full.name} is nearly full: ${full.used} of ${full.total}`;
      const hint =
        'Messages of our own or unreadable ones fill it: delete them in a phone. A full storage receives nothing.';
      listener.alert(id, { code: 'storage_full', message, hint });
    }
    this.#isFull = full !== undefined;
  }
}
