import type { Clock, EpochMs } from '../clock.ts';
import type { Registration } from '../domain/modem-state.ts';
import { optional } from './asking.ts';
import { Bell } from './bell.ts';
import { attention } from './commands/basic.ts';
import { currentIndications } from './commands/indications.ts';
import { bestRegistration, type Domain, type DomainState, operator, registration, signal } from './commands/network.ts';
import { supplyVoltage } from './commands/supply.ts';
import { keeps } from './indication-setup.ts';
import type { Intervals } from './intervals.ts';
import type { ObservedSession } from './observed-session.ts';
import { cardState, changed } from './same-card.ts';
import type { Started } from './start.ts';
import type { StateBox } from './state.ts';
import { patience, type Trouble, Troubles } from './trouble.ts';

export interface WatchDeps {
  readonly session: ObservedSession;
  readonly started: Started;
  readonly state: StateBox;
  readonly intervals: Intervals;
  readonly clock: Clock;
  /** 0 to 1, another one for each modem: they shall not all ask at once. */
  readonly phase: number;
  /** Whether messages are being sent: questions then wait for up to one interval. */
  sending(): boolean;
  /** Registered elsewhere, or not any more. */
  moved(): void;
  /** The supply is too low. */
  lowPower(): void;
  /** What keeps a modem that works from being of use; told again when that changes, null once nothing does. */
  troubled(trouble: Trouble | null): void;
  /** There is a signal, and no network for minutes. */
  deaf(): void;
}

/** Modules stop to work between 3.3 and 3.4 V; what tells no voltage tells less than 2.5. */
const leastSupply = 3_400;
const credibleSupply = 2_500;

/** Asks a live modem how it is: seldom, one question at a time, and never between two messages that are being sent. */
export class Watch {
  readonly #deps: WatchDeps;
  readonly #bell = new Bell();
  #networkAt: EpochMs;
  #settingsAt: EpochMs;
  readonly #troubles = new Troubles();
  /** What was told last. */
  #trouble: Trouble | null = null;
  #cardInDoubtSince: EpochMs | null = null;
  #deafSince: EpochMs | null = null;
  #tellsSupply = true;

  constructor(deps: WatchDeps) {
    this.#deps = deps;
    const now = deps.clock.now();
    this.#networkAt = now;
    this.#settingsAt = now + deps.intervals.settings * (0.5 + deps.phase / 2);
  }

  /** The modem told by itself of a change in one domain. */
  registered(domain: Domain, now: DomainState): void {
    const { state } = this.#deps;
    const before = state.current.registration;
    this.#note({ [domain]: now });
    const trouble = this.#troubles.judge(state.current, this.#deps.clock.now());
    if (!isNews(trouble, this.#trouble)) this.#tell(trouble);
    if (state.current.registration === before) return;
    this.#networkAt = Math.min(this.#networkAt, this.#deps.clock.now());
    this.#bell.ring();
    this.#deps.moved();
  }

  /** Something suggests that the modem lost its settings. */
  checkSettings(): void {
    this.#settingsAt = this.#deps.clock.now();
    this.#bell.ring();
  }

  /** Something was done about the network. */
  lookSoon(): void {
    this.#networkAt = this.#deps.clock.now();
    this.#bell.ring();
  }

  /** Sending has ended: what waited for that may go on. */
  wake(): void {
    this.#bell.ring();
  }

  /** Until aborted. Throws what ends the session: also that it is not the same modem, SIM or set-up any more. */
  async run(abort: AbortSignal): Promise<void> {
    const { clock, intervals, session, sending } = this.#deps;
    let latest: EpochMs | null = null;
    while (!abort.aborted) {
      const now = clock.now();
      const due = Math.min(this.#networkAt, this.#settingsAt, session.usedAt + intervals.heartbeat);
      if (now < due) {
        await this.#bell.wait(due - now, clock, abort);
        continue;
      }
      latest ??= now + intervals.network;
      if (sending() && now < latest) {
        await this.#bell.wait(latest - now, clock, abort);
      } else {
        latest = null;
        await this.#ask(now);
      }
    }
  }

  async #ask(now: EpochMs): Promise<void> {
    if (now >= this.#networkAt) await this.network();
    else if (now >= this.#settingsAt) await this.#settings();
    else await optional(this.#deps.session, attention);
  }

  /** Registration, operator and signal, asked now. */
  async network(): Promise<void> {
    const { session, started, state, intervals, clock, phase } = this.#deps;
    const found: Partial<Record<Domain, DomainState>> = {};
    for (const domain of started.domains) {
      const now = await optional(session, registration(domain));
      if (now !== null) found[domain] = now;
    }
    const carrier = await optional(session, operator);
    const signalDbm = await optional(session, signal);
    this.#note(found, { signalDbm, ...(carrier === null ? {} : { operator: carrier.name }) }, carrier?.technology);
    await this.#judge();
    const interval = isRegistered(state.current.registration) ? intervals.network : intervals.searching;
    this.#networkAt = clock.now() + interval * (0.9 + phase / 5);
  }

  async #settings(): Promise<void> {
    const { session, started, clock, intervals } = this.#deps;
    this.#settingsAt = clock.now() + ((await this.#isCardThere()) ? intervals.settings : intervals.searching);
    const { indications } = started;
    await this.#supply();
    const kept = indications === null ? null : await optional(session, currentIndications);
    if (kept !== null && indications !== null && !keeps(kept, indications))
      throw changed('the modem lost its settings');
  }

  async #supply(): Promise<void> {
    if (!this.#tellsSupply) return;
    const millivolts = await optional(this.#deps.session, supplyVoltage);
    this.#tellsSupply = millivolts !== null;
    if (millivolts !== null && millivolts > credibleSupply && millivolts < leastSupply) this.#deps.lowPower();
  }

  /** Without a card there is no network either: before anything is said or done about that, the card is asked for. */
  async #judge(): Promise<void> {
    const { state, clock, deaf } = this.#deps;
    const now = clock.now();
    const trouble = this.#troubles.judge(state.current, now);
    this.#deafSince = trouble?.code === 'network.not_found' ? (this.#deafSince ?? now - patience) : null;
    const isDue = this.#deafSince !== null && now - this.#deafSince >= patience;
    if ((isDue || isNews(trouble, this.#trouble)) && !(await this.#isCardThere())) return;
    this.#tell(trouble);
    if (!isDue) return;
    this.#deafSince = now;
    deaf();
  }

  #tell(trouble: Trouble | null): void {
    this.#trouble = trouble;
    this.#deps.troubled(trouble);
  }

  /** False while that cannot be told. Throws where it is not, or stays in doubt. */
  async #isCardThere(): Promise<boolean> {
    const { session, started, clock, intervals } = this.#deps;
    const card = await cardState(session, started);
    const now = clock.now();
    const since = this.#cardInDoubtSince;
    this.#cardInDoubtSince = card === 'there' ? null : (since ?? now);
    if (card === 'there' || since === null) return card === 'there';
    // A start waits as long for one that is busy.
    const busyFor = intervals.simBusy.reduce((sum, wait) => sum + wait, 0);
    if (card === 'unclear' || now - since >= busyFor) throw changed('the SIM does not answer any more');
    return false;
  }

  #note(
    found: Partial<Record<Domain, DomainState>>,
    more: { signalDbm?: number | null; operator?: string | null } = {},
    technology?: string | null,
  ): void {
    const { state } = this.#deps;
    const stats = Object.fromEntries(Object.entries(found).map(([domain, { stat }]) => [domain, stat]));
    const domains = { ...state.current.domains, ...stats };
    const best = bestRegistration(Object.values(domains));
    const told = technology ?? Object.values(found).find((one) => one.technology !== null)?.technology;
    state.update({
      ...more,
      domains,
      registration: best,
      technology: isRegistered(best) ? (told ?? state.current.technology) : null,
    });
  }
}

export function isRegistered(registration: Registration): boolean {
  return registration === 'home' || registration === 'roaming';
}

/** Of the network, and not told yet. */
function isNews(trouble: Trouble | null, told: Trouble | null): boolean {
  return trouble !== null && trouble.code !== told?.code && trouble.code.startsWith('network.');
}
