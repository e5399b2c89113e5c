import type { Registry } from 'prom-client';
import type { EpochMs } from '../clock.ts';
import type { GatewayView } from '../domain/gateway-view.ts';
import type { ModemPhase } from '../domain/modem-state.ts';
import { type Counters, createTally, type Sample, type Tally } from './tally.ts';

export interface Metrics {
  readonly counters: Counters;
  readonly contentType: string;
  /** The Prometheus text format, of now. */
  text(): Promise<string>;
}

export interface BrokerState {
  readonly connected: boolean;
  /** Why not, in the operator's words. */
  readonly problem?: string;
}

/** What is read of the rest of the house at each scrape. */
export interface HouseReadings {
  /** HTTP calls that wait for a one-time code. */
  readonly waits: number;
  /** Octets of the database with its log. */
  readonly databaseBytes: number;
  /** Octets left on its disk; null where that cannot be told. */
  readonly freeBytes: number | null;
  /** When the newest nightly backup was made; null: there is none. */
  readonly lastBackup: EpochMs | null;
  /** Kept deliveries to webhooks, by state. */
  readonly webhookDeliveries: Readonly<Record<string, number>>;
}

export interface MetricsSource {
  readonly view: GatewayView;
  broker(): BrokerState;
  house?(): HouseReadings;
}

interface Family {
  readonly name: string;
  readonly help: string;
  readonly kind: 'gauge' | 'counter';
  readonly samples: readonly Sample[];
}

/** Costs next to nothing until it is scraped: the Prometheus library is loaded then, and every value is read then. */
export function createMetrics(source: MetricsSource): Metrics {
  const tally = createTally();
  return {
    counters: tally.counters,
    contentType: 'text/plain; version=0.0.4; charset=utf-8',
    async text() {
      const { Registry, Gauge, Counter } = await import('prom-client');
      const registry: Registry = new Registry();
      for (const family of familiesOf(source, tally)) {
        const { name, help, samples } = family;
        const found = [...new Set(samples.flatMap(([labels]) => Object.keys(labels)))];
        // Without a label and without a sample the library would say 0.
        const labelNames = samples.length === 0 ? ['none'] : found;
        const settings = { name: `sim2mqtt_${name}`, help, labelNames, registers: [registry] };
        if (family.kind === 'counter') {
          const counter = new Counter(settings);
          for (const [labels, value] of samples) counter.inc(labels, value);
        } else {
          const gauge = new Gauge(settings);
          for (const [labels, value] of samples) gauge.set(labels, value);
        }
      }
      const histograms = tally.histograms.flatMap((one) => one.lines('sim2mqtt_'));
      return `${(await registry.metrics()).trimEnd()}\n\n${histograms.join('\n')}\n`;
    },
  };
}

function familiesOf(source: MetricsSource, tally: Tally): Family[] {
  const house = source.house?.();
  return [
    ...gatewayFamilies(source),
    ...countedFamilies(tally),
    ...modemFamilies(source.view),
    ...(house === undefined ? [] : houseFamilies(house)),
    ...processFamilies(),
  ];
}

function gatewayFamilies({ view, broker }: MetricsSource): Family[] {
  const { gateway, version } = view;
  return [
    gauge('info', 'Always 1; the labels say what runs', [[{ gateway, version }, 1]]),
    gauge('broker_connected', 'Whether the MQTT broker is connected', [[{}, Number(broker().connected)]]),
    gauge('database_writable', 'Whether the database takes a write', [[{}, Number(isWritable(view))]]),
    gauge('events_last_seq', 'Number of the latest event in the log', [[{}, view.lastSeq()]]),
  ];
}

function isWritable(view: GatewayView): boolean {
  try {
    view.checkStore();
    return true;
  } catch {
    return false;
  }
}

function countedFamilies({ events, messages, codes, requests }: Tally): Family[] {
  return [
    counter('events_total', 'Events committed since the start', events()),
    counter('messages_total', 'Messages that came to a status since the start', messages()),
    counter('otp_found_total', 'One-time codes found since the start', codes()),
    counter('http_requests_total', 'HTTP requests answered since the start', requests()),
  ];
}

function houseFamilies(house: HouseReadings): Family[] {
  const { waits, databaseBytes, freeBytes, lastBackup, webhookDeliveries } = house;
  const deliveries = Object.entries(webhookDeliveries).map(([state, count]): Sample => [{ state }, count]);
  const backup = (time: EpochMs) =>
    gauge('last_backup_timestamp_seconds', 'Newest nightly backup, in seconds since 1970', [[{}, time / 1000]]);
  return [
    gauge('waits', 'HTTP calls that wait for a one-time code', [[{}, waits]]),
    gauge('database_bytes', 'The database with its log', [[{}, databaseBytes]]),
    gauge('webhook_deliveries', 'Deliveries to webhooks that are kept, by state', deliveries),
    // Left out where it is not known: the library would say 0.
    ...(freeBytes === null ? [] : [gauge('disk_free_bytes', 'Left on the disk of the database', [[{}, freeBytes]])]),
    ...(lastBackup === null ? [] : [backup(lastBackup)]),
  ];
}

const phases: readonly ModemPhase[] = ['stopped', 'absent', 'starting', 'ready', 'recovering', 'failed'];

function modemFamilies(view: GatewayView): Family[] {
  const modems = view.modems();
  const each = (value: (modem: (typeof modems)[number]) => number | null): Sample[] =>
    modems.flatMap((modem): Sample[] => {
      const number = value(modem);
      return number === null ? [] : [[{ modem: modem.id }, number]];
    });
  const storages = (value: 'used' | 'total'): Sample[] =>
    modems.flatMap(({ id, state }) =>
      state.storages.map((storage): Sample => [{ modem: id, storage: storage.name }, storage[value]]),
    );
  const registrations = modems.map(({ id, state }): Sample => [{ modem: id, registration: state.registration }, 1]);
  const states = modems.flatMap(({ id, state }) =>
    phases.map((phase): Sample => [{ modem: id, state: phase }, Number(state.phase === phase)]),
  );
  return [
    gauge('modem_state', '1 for the state that the modem is in', states),
    gauge(
      'modem_up',
      'Whether the modem is ready',
      each(({ state }) => Number(state.phase === 'ready')),
    ),
    gauge(
      'modem_signal_dbm',
      'Signal strength (RSSI)',
      each(({ state }) => state.signalDbm),
    ),
    gauge('modem_registration', 'Always 1; the label is the state (TS 27.007 7.2)', registrations),
    gauge(
      'outbox_queued',
      'Outbound messages that wait or are being sent',
      each(({ queued }) => queued),
    ),
    gauge('storage_used', 'Messages in a storage of the modem', storages('used')),
    gauge('storage_total', 'Places in a storage of the modem', storages('total')),
  ];
}

/** By hand: the library's own set samples the event loop a hundred times a second, idle or not. */
function processFamilies(): Family[] {
  const { rss, heapUsed } = process.memoryUsage();
  const { user, system } = process.cpuUsage();
  const started = Date.now() / 1000 - process.uptime();
  return [
    counter('process_cpu_seconds_total', 'User and system time', [[{}, (user + system) / 1e6]]),
    gauge('process_resident_memory_bytes', 'Resident memory', [[{}, rss]]),
    gauge('process_heap_used_bytes', 'JavaScript heap in use', [[{}, heapUsed]]),
    gauge('process_start_time_seconds', 'Start, in seconds since 1970', [[{}, started]]),
  ];
}

function counter(name: string, help: string, samples: readonly Sample[]): Family {
  return { name, help, kind: 'counter', samples };
}

function gauge(name: string, help: string, samples: readonly Sample[]): Family {
  return { name, help, kind: 'gauge', samples };
}
