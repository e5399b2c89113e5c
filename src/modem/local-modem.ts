import { access } from 'node:fs/promises';
import type { BytePort } from '../at/port.ts';
import { type Clock, type Ms, systemClock } from '../clock.ts';
import type { ModemId } from '../domain/message.ts';
import type { ModemPhase, ModemState } from '../domain/modem-state.ts';
import type { ModemListener } from '../domain/received.ts';
import { asGatewayError, type ErrorCode, GatewayError } from '../errors.ts';
import type { Logger } from '../log.ts';
import { Bell } from './bell.ts';
import { Connection, type ConnectionDeps } from './connection.ts';
import { Delivery } from './delivery.ts';
import { defaultIntervals, type Intervals, nth } from './intervals.ts';
import type { Modem, PinMemory, SendOutcome, SubmitPart } from './modem.ts';
import { openPort } from './open-port.ts';
import type { Profile } from './profile.ts';
import { genericProfile } from './profiles/generic.ts';
import { notSent, offline } from './sender.ts';
import { forgotten, StateBox } from './state.ts';

export interface LocalModemOptions {
  readonly id: ModemId;
  /** A device path or `tcp://host:port`. */
  readonly port: string;
  /** The line's own number in E.164: counts more than what the SIM tells. */
  readonly number: string | null;
  readonly pin: string | null;
  readonly profile?: Profile;
  readonly intervals?: Partial<Intervals>;
}

export interface LocalModemDeps {
  readonly listener: ModemListener;
  readonly pins: PinMemory;
  readonly log: Logger;
  readonly clock?: Clock;
  readonly openPort?: (address: string) => Promise<BytePort>;
}

/** A modem on a port of this machine: opened, started, kept alive and brought back, for as long as `run` runs. */
export class LocalModem implements Modem {
  readonly id: ModemId;
  readonly #port: string;
  readonly #openPort: (address: string) => Promise<BytePort>;
  readonly #intervals: Intervals;
  readonly #clock: Clock;
  readonly #connecting: ConnectionDeps;
  readonly #bell = new Bell();
  #connection: Connection | undefined;
  /** The fault last told to the operator. */
  #alerted: ErrorCode | undefined;

  constructor(options: LocalModemOptions, deps: LocalModemDeps) {
    const { id, port, number, pin, profile = genericProfile } = options;
    const { listener, pins, clock = systemClock } = deps;
    const log = deps.log.child({ modem: id });
    const intervals = { ...defaultIntervals, ...options.intervals };
    this.id = id;
    this.#port = port;
    this.#openPort = deps.openPort ?? openPort;
    this.#intervals = intervals;
    this.#clock = clock;
    const state = new StateBox({ port, number }, clock, () => listener.stateChanged(id));
    const delivery = new Delivery({ modem: id, listener, clock, log, intervals });
    const phase = ([...id].reduce((sum, char) => sum * 31 + char.charCodeAt(0), 7) % 997) / 997;
    this.#connecting = {
      id,
      profile,
      pin,
      pins,
      number,
      listener,
      delivery,
      state,
      intervals,
      clock,
      log,
      phase,
      ended: (why) => this.#show(why),
    };
  }

  get state(): ModemState {
    return this.#connecting.state.current;
  }

  /** The whole life: opens, starts, lives, recovers. Resolves once aborted and a send in flight has ended; never rejects. */
  async run(signal: AbortSignal): Promise<void> {
    let failures = 0;
    while (!signal.aborted) {
      const { why, isSteady } = await this.#connect(signal);
      if (signal.aborted) break;
      if (isSteady) failures = 0;
      this.#show(why);
      if (await this.#pause(why, nth(this.#intervals.backOff, failures), signal)) failures = 0;
      else failures += 1;
    }
    this.#connecting.delivery.close();
    this.#connecting.state.update({ ...forgotten, phase: 'stopped', problem: null });
  }

  send(parts: readonly SubmitPart[]): Promise<SendOutcome> {
    return this.#connection?.send(parts) ?? Promise.resolve(notSent(offline));
  }

  async refresh(): Promise<void> {
    await this.#live().refresh();
  }

  restart(reason: string): void {
    this.#connecting.log.info({ reason }, 'modem restart asked for');
    this.#connection?.end(new GatewayError('at.closed', 'the modem is being restarted', { transient: true }));
    this.#bell.ring();
  }

  async ussd(request: string): Promise<void> {
    await this.#live().ussd(request);
  }

  async hangUp(): Promise<void> {
    await this.#live().hangUp();
  }

  #live(): Connection {
    if (this.#connection === undefined)
      throw new GatewayError('modem.offline', 'the modem is not ready', { transient: true });
    return this.#connection;
  }

  /** One connection from its opening to its end. */
  async #connect(signal: AbortSignal): Promise<{ why: GatewayError; isSteady: boolean }> {
    const { state } = this.#connecting;
    try {
      const port = await this.#openPort(this.#port);
      // A fault that needs a person stays on show until the modem is ready.
      if (state.current.phase === 'stopped' || state.current.phase === 'absent') state.enter('starting');
      const connection = new Connection(port, this.#connecting);
      this.#connection = connection;
      const why = await connection.run(signal);
      if (connection.readyAt === undefined) return { why, isSteady: false };
      this.#alerted = undefined;
      return { why, isSteady: this.#clock.now() - connection.readyAt >= this.#intervals.steady };
    } catch (thrown) {
      return { why: asGatewayError(thrown), isSteady: false };
    } finally {
      this.#connection = undefined;
    }
  }

  /** Says what is wrong, and once to the operator where only a person can mend it. */
  #show(why: GatewayError): void {
    const { log, state, listener } = this.#connecting;
    const phase = phaseOf(why.code);
    const hint = why.hint ?? (why.code === 'at.timeout' ? muteHint : undefined);
    const problem = { code: why.code, message: why.message, ...(hint === undefined ? {} : { hint }) };
    if (state.current.problem?.code !== why.code) log.warn({ code: why.code, reason: why.message }, `modem ${phase}`);
    state.update({ ...(state.current.phase === 'ready' ? forgotten : {}), phase, problem });
    if (phase !== 'failed' || this.#alerted === why.code) return;
    this.#alerted = why.code;
    listener.alert(this.id, problem);
  }

  /** Until the next try; true where that is due to a device that came back. */
  async #pause(why: GatewayError, backOff: Ms, signal: AbortSignal): Promise<boolean> {
    if (why.code !== 'port.missing' || this.#port.startsWith('tcp:')) {
      const wait = phaseOf(why.code) === 'failed' ? this.#intervals.failed : backOff;
      await this.#bell.wait(wait, this.#clock, signal);
      return false;
    }
    while (!signal.aborted) {
      await this.#bell.wait(this.#intervals.presence, this.#clock, signal);
      if (await exists(this.#port)) return true;
    }
    return false;
  }
}

const muteHint =
  'Nothing answers at this port: it may be another interface of the modem, be in use by another program, or lack power.';

function phaseOf(code: ErrorCode): ModemPhase {
  if (code === 'port.missing') return 'absent';
  return /^(?:sim\.|modem\.no_sms$|port\.permission$|port\.busy$|port\.unsupported$)/.test(code)
    ? 'failed'
    : 'recovering';
}

async function exists(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch {
    return false;
  }
}
