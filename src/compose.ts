import { join } from 'node:path';
import type { Accounts } from './accounts/accounts.ts';
import { type Clock, type Ms, systemClock } from './clock.ts';
import { type Core, eventsAdded, type Ground, type Undo } from './compose/core.ts';
import { checkProgress } from './compose/progress.ts';
import { startEdges } from './compose/start-edges.ts';
import { offerNumbers, startModems } from './compose/start-modems.ts';
import { createCommandPort, createUseCases } from './compose/use-cases.ts';
import type { Config } from './config/schema.ts';
import type { ModemId } from './domain/message.ts';
import { NightlyBackup } from './gateway/nightly-backup.ts';
import { giveOutPartial } from './gateway/partial.ts';
import { pruneSome } from './gateway/retention.ts';
import { startControl } from './http/control.ts';
import type { Logger } from './log.ts';
import { Discovery } from './modem/discovery/discovery.ts';
import type { Numbers } from './numbers/numbers.ts';
import { createReloadableExtractor, operatorRules } from './otp/otp.ts';
import type { Simulator } from './simulator/simulator.ts';
import { openStore } from './store/store.ts';

export interface DaemonDeps {
  readonly log: Logger;
  readonly version: string;
  readonly clock?: Clock;
}

/** A running gateway. */
export interface Daemon {
  readonly mqttUrl: string;
  readonly httpUrl: string;
  /** Those of `port: sim:`, by modem id. */
  readonly simulators: ReadonlyMap<ModemId, Simulator>;
  readonly accounts: Accounts;
  readonly numbers: Numbers;
  /** Proof of progress for the watchdog: throws `store.*` when the database takes no write, `modem.stalled` when a modem's life stands still. */
  checkAlive(): void;
  /** From now on these operator rules count. Throws `otp.bad_rule`, and goes on with those it had. */
  reloadRules(rules: Config['otp']): void;
  /** Stops taking work, finishes what is in flight, then ends everything. */
  stop(): Promise<void>;
}

const tickInterval: Ms = 1000;
const ticksBetweenPruning = 60;
/** What sends in flight may still take when the daemon is told to stop: all of it has 10 s, the last words to the broker 2 of them. */
const grace: Ms = 7000;
const day: Ms = 86_400_000;

/** Builds every long-lived object and hands it what it needs. Throws what keeps the gateway from starting at all. */
export async function startDaemon(config: Config, folder: string, deps: DaemonDeps): Promise<Daemon> {
  const undo: Undo = [];
  try {
    return await build(config, folder, deps, undo);
  } catch (error) {
    await unwind(undo);
    throw error;
  }
}

async function unwind(undo: Undo): Promise<void> {
  for (const step of undo.splice(0).reverse()) await step();
}

async function build(config: Config, folder: string, deps: DaemonDeps, undo: Undo): Promise<Daemon> {
  const { log, version, clock = systemClock } = deps;
  let rules = config.otp;
  const otp = createReloadableExtractor(() => operatorRules(rules.rules, rules.folder));
  const store = openStore(folder);
  undo.push(() => store.close());
  const discovery = new Discovery({ log, clock, memory: store.residents });
  undo.push(() => discovery.close());
  const things = { store, otp, discovery, modems: new Map(), edges: { pumps: [] } };
  const ground: Ground = { config, folder, log, version, clock, ...things };
  const core = createUseCases(ground);
  const commands = createCommandPort(core);
  const control = await startControl({ path: join(folder, 'control.sock'), commands });
  undo.push(() => control.close());
  // Only now: another daemon on this folder would have been refused above.
  core.dispatcher.settleInterrupted();
  offerNumbers(core);
  const edges = await startEdges(core, commands, undo);
  const simulators = await startModems(core, undo);
  startTicking(core, undo);
  undo.push(() => Promise.race([core.dispatcher.stop(), clock.sleep(grace)]));
  return {
    ...edges,
    simulators,
    accounts: core.accounts,
    numbers: core.numbers,
    checkAlive: () => checkProgress(core),
    reloadRules(next) {
      const before = rules;
      rules = next;
      try {
        otp.reload();
      } catch (error) {
        rules = before;
        throw error;
      }
    },
    stop: () => unwind(undo),
  };
}

/** What only time brings about: expiry, the end of rentals, partial messages, retention. */
function startTicking(core: Core, undo: Undo): void {
  const { config, folder, store, clock, log, dispatcher, numbers } = core;
  const receiving = { ...core, committed: () => eventsAdded(core) };
  const patience = config.messages.partial_after * 1000;
  const nightly = new NightlyBackup({
    folder,
    ...config.backup,
    store,
    clock,
    log,
    committed: () => eventsAdded(core),
  });
  let ticks = 0;
  const timer = setInterval(() => {
    try {
      dispatcher.tick();
      numbers.tick();
      nightly.tick();
      giveOutPartial(receiving, clock.now(), patience);
      // A batch a second while there is something to remove, else one look a minute.
      if (ticks-- <= 0) ticks = prune(core) > 0 ? 0 : ticksBetweenPruning;
    } catch (error) {
      log.error({ err: error }, 'the housekeeping of a second failed; it is tried again in the next');
    }
  }, tickInterval);
  undo.push(() => {
    clearInterval(timer);
    return nightly.close();
  });
}

function prune({ config, store, clock, accounts, webhooks }: Core): number {
  const now = clock.now();
  const { messages_days: messagesDays, events_days: eventsDays } = config.retention;
  return (
    pruneSome(store, { messagesDays, eventsDays }, now) +
    accounts.prune(now, now - messagesDays * day) +
    webhooks.prune(now - eventsDays * day)
  );
}
