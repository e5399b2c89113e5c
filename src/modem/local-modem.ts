import type { BytePort } from '../at/port.ts';
import { type Clock, type EpochMs, type Ms, systemClock } from '../clock.ts';
import type { ModemId } from '../domain/message.ts';
import type { Balance, ModemPhase, ModemState } from '../domain/modem-state.ts';
import type { ModemListener } from '../domain/received.ts';
import type { SimMemory } from '../domain/sim-memory.ts';
import { asGatewayError, type ErrorCode, GatewayError } from '../errors.ts';
import type { Logger } from '../log.ts';
import { Absence } from './absence.ts';
import { Announcing } from './announcing.ts';
import { Bell } from './bell.ts';
import type { CallPolicy } from './calls.ts';
import { Connection } from './connection.ts';
import type { ConnectionDeps } from './connection-deps.ts';
import { Delivery } from './delivery.ts';
import type { Examination } from './examination.ts';
import { defaultIntervals, type Intervals, nth } from './intervals.ts';
import type { Modem, PinMemory, SendOutcome, SubmitPart } from './modem.ts';
import { openPort } from './open-port.ts';
import { fixedPort, type PortFinder } from './port-finder.ts';
import type { Profile } from './profile.ts';
import { familyOf } from './profiles/families.ts';
import { forgetfulMemory, type RecoveryMemory } from './recovery/ladder.ts';
import { Recovery, type RecoveryHooks, type RungActions } from './recovery/recovery.ts';
import { resetBlindly } from './recovery/reset.ts';
import { Restarts } from './recovery/restarts.ts';
import { notSent, offline } from './send-outcome.ts';
import { forgetfulSims } from './sim-memory.ts';
import { forgotten, StateBox } from './state.ts';

export interface LocalModemOptions {
  readonly id: ModemId;
  /** A device path or `tcp://host:port`. */
  readonly port: string;
  /** The line's own number in E.164: counts more than what the SIM tells. */
  readonly number: string | null;
  readonly pin: string | null;
  /** Absent: recognised by what the modem says it is. */
  readonly profile?: Profile;
  /** Messages are passed on in place of being stored, where the family bears it. Default false. */
  readonly direct?: boolean;
  /** What happens to a call once it was told. Default `hangup`. */
  readonly calls?: CallPolicy;
  /** The service centre to set where the modem names none. */
  readonly smsc?: string | null;
  /** The USSD request that tells what is left on the SIM. */
  readonly balanceUssd?: string | null;
  readonly intervals?: Partial<Intervals>;
}

export interface LocalModemDeps {
  readonly listener: ModemListener;
  readonly pins: PinMemory;
  /** Default: none that outlives this object. */
  readonly sims?: SimMemory;
  readonly log: Logger;
  readonly clock?: Clock;
  /** What was done to bring it back before; default: nothing, as far as anybody knows. */
  readonly memory?: RecoveryMemory;
  readonly hooks?: RecoveryHooks;
  /** Where its port is found; default: at its address. */
  readonly finder?: PortFinder | null;
  readonly openPort?: (address: string) => Promise<BytePort>;
  /** Stands for `/` (tests). */
  readonly root?: string;
}

/** A modem on a port of this machine: opened, started, kept alive and brought back, for as long as `run` runs. */
export class LocalModem implements Modem {
  readonly id: ModemId;
  readonly #finder: PortFinder;
  readonly #intervals: Intervals;
  readonly #clock: Clock;
  readonly #connecting: ConnectionDeps;
  readonly #bell = new Bell();
  readonly #recovery: Recovery;
  readonly #absence: Absence;
  readonly #balanceUssd: string | null;
  #connection: Connection | undefined;
  #tickedAt: EpochMs | null = null;
  /** The fault last told to the operator. */
  #alerted: ErrorCode | undefined;

  constructor(options: LocalModemOptions, deps: LocalModemDeps) {
    const { id, port, number, pin, profile = null, direct = false, calls = 'hangup', smsc = null } = options;
    const { listener, pins, clock = systemClock, memory = forgetfulMemory(), hooks = noHooks } = deps;
    const log = deps.log.child({ modem: id });
    const intervals = { ...defaultIntervals, ...options.intervals };
    this.id = id;
    const fixed = { address: port, openPort: deps.openPort ?? openPort, clock, presence: intervals.presence };
    this.#finder = deps.finder ?? fixedPort(fixed);
    this.#intervals = intervals;
    this.#clock = clock;
    const state = new StateBox({ port, number }, clock, () => listener.stateChanged(id));
    const delivery = new Delivery({ modem: id, listener, clock, log, intervals });
    const phase = ([...id].reduce((sum, char) => sum * 31 + char.charCodeAt(0), 7) % 997) / 997;
    this.#balanceUssd = options.balanceUssd ?? null;
    const { root = '/' } = deps;
    this.#recovery = new Recovery({ modem: id, memory, hooks, listener, clock, log, root });
    this.#absence = new Absence({ recovery: this.#recovery, clock, gone: intervals.gone });
    this.#connecting = {
      id,
      profile,
      direct,
      pin,
      pins,
      sims: deps.sims ?? forgetfulSims(),
      number,
      isBySim: port.startsWith('iccid:'),
      smsc,
      calls,
      recovery: this.#recovery,
      restarts: new Restarts({ modem: id, listener, clock }),
      announcing: new Announcing(id, listener),
      listener,
      delivery,
      state,
      intervals,
      clock,
      log,
      phase,
      ticked: () => this.#tick(),
      ended: (why) => this.#show(why),
    };
  }

  get state(): ModemState {
    return this.#connecting.state.current;
  }

  /** Of the SIM, as it tells it, else as its line is known by it; null where it never told. */
  get iccid(): string | null {
    const { line } = this.state;
    return this.#connection?.iccid ?? (line !== null && /^\d+$/.test(line) ? line : null);
  }

  /** When its life last got on; null while it waits for a device or for the next try, which may take any time. */
  get tickedAt(): EpochMs | null {
    return this.#tickedAt;
  }

  #tick(): void {
    this.#tickedAt = this.#clock.now();
  }

  /** The whole life: opens, starts, lives, recovers. Resolves once aborted and a send in flight has ended; never rejects. */
  async run(signal: AbortSignal): Promise<void> {
    let failures = 0;
    while (!signal.aborted) {
      const { why, isSteady } = await this.#connect(signal);
      if (signal.aborted) break;
      if (isSteady) {
        failures = 0;
        this.#recovery.recovered();
      }
      this.#show(why);
      if (why.code !== 'port.missing') this.#absence.end();
      await this.#recovery.failed(why, this.#blindly(signal));
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
    await this.#live().ussd((dialogue) => dialogue.ask(request));
  }

  async cancelUssd(): Promise<void> {
    await this.#live().ussd((dialogue) => dialogue.cancel());
  }

  async balance(): Promise<Balance> {
    const request = this.#balanceUssd;
    if (request === null) {
      const hint = 'Set balance_ussd of the modem to the code of its operator, as in "*100#".';
      throw new GatewayError('command.invalid', 'this modem has no code that asks for its balance', { hint });
    }
    const text = await this.#live().ussd((dialogue) => dialogue.question(request));
    const balance = { text, at: this.#clock.now() };
    this.#connecting.state.update({ balance });
    return balance;
  }

  async hangUp(): Promise<void> {
    await this.#live().hangUp();
  }

  /** What only questions tell. Throws `modem.offline`, and what ends the session. */
  examine(): Promise<Examination> {
    return this.#live().examine();
  }

  #live(): Connection {
    if (this.#connection === undefined)
      throw new GatewayError('modem.offline', 'the modem is not ready', { transient: true });
    return this.#connection;
  }

  /** One connection from its opening to its end. */
  async #connect(signal: AbortSignal): Promise<{ why: GatewayError; isSteady: boolean }> {
    const { state } = this.#connecting;
    this.#tick();
    try {
      const { port, path, ...found } = await this.#finder.open(signal);
      state.update({ port: path });
      this.#recovery.isAt(found.usb ?? null);
      // A fault that needs a person stays on show until the modem is ready.
      if (state.current.phase === 'stopped' || state.current.phase === 'absent') state.enter('starting');
      const connection = new Connection(port, { ...this.#connecting, found });
      this.#connection = connection;
      const why = await connection.run(signal);
      if (connection.readyAt === undefined) return { why, isSteady: false };
      this.#alerted = undefined;
      return { why, isSteady: this.#clock.now() - connection.readyAt >= this.#intervals.steady };
    } catch (thrown) {
      return { why: asGatewayError(thrown), isSteady: false };
    } finally {
      this.#connection = undefined;
      this.#tickedAt = null;
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
    if (why.code !== 'port.missing' || this.#finder.appearance === undefined) {
      const { failed, returning } = this.#intervals;
      const wait = phaseOf(why.code) === 'failed' ? failed : backOff;
      const mayReturn = why.code === 'port.missing' || why.code === 'port.busy';
      await this.#bell.wait(mayReturn ? Math.min(wait, returning) : wait, this.#clock, signal);
      return false;
    }
    const isLost = this.state.identity.imei !== null;
    await this.#absence.wait(this.#finder.appearance.bind(this.#finder), { isLost, signal });
    return true;
  }

  /** A module that was one once may still listen though it does not answer. */
  #blindly(signal: AbortSignal): RungActions {
    const { identity } = this.state;
    if (identity.imei === null) return { signal };
    const lines = (this.#connecting.profile ?? familyOf(identity)).reset;
    return {
      signal,
      module_reset: async () => {
        const { port } = await this.#finder.open(signal);
        await resetBlindly(port, lines, { clock: this.#clock, signal });
      },
    };
  }
}

const noHooks: RecoveryHooks = { usb: null, power: null };

const muteHint =
  'Nothing answers at this port: it may be another interface of the modem, be in use by another program, or lack power.';

function phaseOf(code: ErrorCode): ModemPhase {
  if (code === 'port.missing') return 'absent';
  return /^(?:sim\.|modem\.no_sms$|port\.permission$|port\.busy$|port\.baud$|port\.unsupported$)/.test(code)
    ? 'failed'
    : 'recovering';
}
