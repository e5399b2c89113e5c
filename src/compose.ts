import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Clock, isoTime, type Ms, systemClock } from './clock.ts';
import type { Config, ModemConfig } from './config/schema.ts';
import type { CommandPort } from './domain/command.ts';
import type { EventSink } from './domain/event.ts';
import { newEventId } from './domain/ids.ts';
import type { ModemId } from './domain/message.ts';
import { createCommands } from './gateway/commands.ts';
import { Dispatcher } from './gateway/dispatcher.ts';
import { EventPump } from './gateway/event-pump.ts';
import { createModemListener } from './gateway/listener.ts';
import { giveOutPartial } from './gateway/partial.ts';
import { createGatewayView } from './gateway/queries.ts';
import { pruneSome } from './gateway/retention.ts';
import { startControl } from './http/control.ts';
import { createMetrics, type Metrics } from './http/metrics.ts';
import { startHttp } from './http/server.ts';
import type { Logger } from './log.ts';
import { LocalModem } from './modem/local-modem.ts';
import { scanPorts } from './modem/port-scan.ts';
import { type MqttEdge, startBroker, startMqtt, type TlsFiles } from './mqtt/mqtt.ts';
import { createReloadableExtractor, type OtpExtractor, operatorRules } from './otp/otp.ts';
import type { Simulator } from './simulator/simulator.ts';
import { backupDatabase } from './store/copies.ts';
import { openStore, type Store } from './store/store.ts';

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
  /** Proof of progress for the watchdog: throws when the database takes no write. */
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

/** What ends again in the opposite order, also when the start fails half-way. */
type Undo = (() => Promise<void> | void)[];

interface Core {
  readonly config: Config;
  readonly folder: string;
  readonly log: Logger;
  readonly clock: Clock;
  readonly store: Store;
  readonly otp: OtpExtractor;
  readonly modems: Map<ModemId, LocalModem>;
  /** Filled by `startEdges`; what the use cases tell goes through it. */
  readonly edges: { mqtt?: MqttEdge; pump?: EventPump };
}

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
  const core: Core = { config, folder, log, clock, store, otp, modems: new Map(), edges: {} };
  const dispatcher = new Dispatcher({ store, modems: core.modems, clock, log, committed: () => outboxChanged(core) });
  const commands = buildCommands(core, dispatcher);
  const control = await startControl({ path: join(folder, 'control.sock'), commands });
  undo.push(() => control.close());
  // Only now: another daemon on this folder would have been refused above.
  dispatcher.settleInterrupted();
  const edges = await startEdges(core, commands, version, undo);
  const simulators = await startModems(core, dispatcher, undo);
  startTicking(core, dispatcher, undo);
  undo.push(() => Promise.race([dispatcher.stop(), clock.sleep(grace)]));
  return {
    ...edges,
    simulators,
    checkAlive: () => store.check(),
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

function outboxChanged({ edges, modems }: Core): void {
  edges.pump?.wake();
  for (const id of modems.keys()) edges.mqtt?.modemChanged(id);
}

function buildCommands(core: Core, dispatcher: Dispatcher): CommandPort {
  const { store, modems, clock, log, folder, edges } = core;
  return createCommands({
    store,
    modems,
    clock,
    log,
    committed: () => {
      outboxChanged(core);
      dispatcher.wake();
    },
    replay: (after, limit) => edges.pump?.replay(after, limit) ?? Promise.resolve({ count: 0, last: after }),
    scan: async () => ({ ports: await scanPorts() }),
    backup: async () => {
      const file = join(folder, 'backups', `${isoTime(clock.now()).replace(/[:.]/g, '-')}.db`);
      return { file, bytes: await backupDatabase(folder, file) };
    },
  });
}

async function startEdges(
  core: Core,
  commands: CommandPort,
  version: string,
  undo: Undo,
): Promise<Pick<Daemon, 'mqttUrl' | 'httpUrl'>> {
  const { config, log, clock, store, modems, edges } = core;
  const view = createGatewayView({ gateway: config.gateway, version, boot: randomUUID(), store, modems });
  const broker = config.mqtt.url === undefined ? await startBroker(config.mqtt.listen, log) : undefined;
  if (broker !== undefined) undo.push(() => broker.close());
  const { root, username, password, privacy, response_topics } = config.mqtt;
  const url = config.mqtt.url ?? broker?.url ?? '';
  const mqtt = startMqtt({
    url,
    username,
    password,
    tls: tlsFiles(config),
    root,
    gateway: config.gateway,
    privacy,
    responseTopics: response_topics,
    view,
    commands,
    log,
    onTakenOver: () => raiseTakenOver(core),
  });
  undo.push(() => mqtt.close());
  const metrics = createMetrics({ view, broker: () => mqtt.connection() });
  const pump = new EventPump({ events: store.events, sink: counted(mqtt.sink, metrics), clock, log });
  const pumping = new AbortController();
  const pumped = pump.run(pumping.signal);
  undo.push(async () => {
    pumping.abort();
    await pumped;
  });
  edges.mqtt = mqtt;
  edges.pump = pump;
  const http = await startHttp({ listen: config.http.listen, view, broker: () => mqtt.connection(), log, metrics });
  undo.push(() => http.close());
  return { mqttUrl: url, httpUrl: http.url };
}

function counted(sink: EventSink, { counters }: Metrics): EventSink {
  return {
    name: sink.name,
    async deliver(event, signal) {
      await sink.deliver(event, signal);
      counters.event(event.body.type, event.modem);
    },
  };
}

/** Throws `config.invalid` for a file that cannot be read. */
function tlsFiles({ mqtt: { ca_file, cert_file, key_file } }: Config): TlsFiles {
  return {
    ...(ca_file === undefined ? {} : { ca: readFileSync(ca_file) }),
    ...(cert_file === undefined ? {} : { cert: readFileSync(cert_file) }),
    ...(key_file === undefined ? {} : { key: readFileSync(key_file) }),
  };
}

/** Logged first: the broker takes nothing from us any more, and the disk may not either. */
function raiseTakenOver({ store, config, clock, log }: Core): void {
  const message = `another client connected to the broker as sim2mqtt-${config.gateway}`;
  const hint = 'give each gateway a name of its own (gateway: …), then restart this one';
  log.error({ hint }, `${message}; publishing has stopped`);
  const body = { type: 'alert', code: 'mqtt.taken_over', message, hint } as const;
  try {
    store.db.commit(() => store.events.append({ id: newEventId(), modem: null, time: clock.now(), body }));
  } catch (error) {
    log.error({ err: error }, 'the alert cannot be stored');
  }
}

async function startModems(core: Core, dispatcher: Dispatcher, undo: Undo): Promise<Map<ModemId, Simulator>> {
  const { config, folder, log, clock, store, otp, modems, edges } = core;
  const simulators = new Map<ModemId, Simulator>();
  const listener = createModemListener({
    store,
    otp,
    clock,
    modems,
    committed: () => edges.pump?.wake(),
    stateChanged: (id) => {
      edges.mqtt?.modemChanged(id);
      dispatcher.wake();
    },
  });
  const ended = new AbortController();
  const lives: Promise<void>[] = [];
  undo.push(async () => {
    ended.abort();
    await Promise.all(lives);
    for (const simulator of simulators.values()) await simulator.close();
  });
  for (const modem of config.modems) {
    const port = modem.port === 'sim:' ? await simulatedPort(modem, folder, simulators) : modem.port;
    const { id, number = null, pin = null } = modem;
    const local = new LocalModem(
      { id, port, number, pin },
      { listener, pins: store.pins, log: log.child({ modem: id }), clock },
    );
    modems.set(id, local);
    lives.push(local.run(ended.signal));
  }
  for (const id of modems.keys()) edges.mqtt?.modemChanged(id);
  return simulators;
}

/** The link stays the same when the simulator's terminal does not. */
async function simulatedPort(
  { id, number }: ModemConfig,
  folder: string,
  simulators: Map<ModemId, Simulator>,
): Promise<string> {
  // Loaded only where it is wanted: a gateway with real modems needs no pseudo-terminals.
  const { startSimulator } = await import('./simulator/simulator.ts');
  const link = join(folder, `${id}.tty`);
  simulators.set(id, await startSimulator({ link, ...(number === undefined ? {} : { number }) }));
  return link;
}

/** What only time brings about: expiry, partial messages, retention. */
function startTicking(core: Core, dispatcher: Dispatcher, undo: Undo): void {
  const { config, store, otp, clock, log, edges } = core;
  const receiving = { store, otp, committed: () => edges.pump?.wake() };
  const retention = { messagesDays: config.retention.messages_days, eventsDays: config.retention.events_days };
  const patience = config.messages.partial_after * 1000;
  let ticks = 0;
  const timer = setInterval(() => {
    try {
      dispatcher.tick();
      giveOutPartial(receiving, clock.now(), patience);
      // A batch a second while there is something to remove, else one look a minute.
      if (ticks-- <= 0) ticks = pruneSome(store, retention, clock.now()) > 0 ? 0 : ticksBetweenPruning;
    } catch (error) {
      log.error({ err: error }, 'the housekeeping of a second failed; it is tried again in the next');
    }
  }, tickInterval);
  undo.push(() => clearInterval(timer));
}
