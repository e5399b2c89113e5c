import type { Registry } from 'prom-client';
import type { EventType } from '../domain/event.ts';
import type { GatewayView } from '../domain/gateway-view.ts';
import type { ModemId } from '../domain/message.ts';

/** What grows; fed by whoever commits it, read at each scrape. */
export interface Counters {
  event(type: EventType, modem: ModemId | null): void;
}

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

export interface MetricsSource {
  readonly view: GatewayView;
  broker(): BrokerState;
}

type Sample = readonly [labels: Readonly<Record<string, string>>, value: number];

interface Family {
  readonly name: string;
  readonly help: string;
  readonly kind: 'gauge' | 'counter';
  readonly samples: readonly Sample[];
}

/** Costs nothing until it is scraped: the Prometheus library is loaded then, and every value is read then. */
export function createMetrics(source: MetricsSource): Metrics {
  const events = new Map<string, { type: EventType; modem: string; count: number }>();
  return {
    counters: {
      event(type, modem) {
        const key = `${type} ${modem}`;
        const entry = events.get(key) ?? { type, modem: modem ?? '', count: 0 };
        events.set(key, { ...entry, count: entry.count + 1 });
      },
    },
    contentType: 'text/plain; version=0.0.4; charset=utf-8',
    async text() {
      const counted = [...events.values()].map(({ type, modem, count }): Sample => [{ type, modem }, count]);
      const { Registry, Gauge, Counter } = await import('prom-client');
      const registry: Registry = new Registry();
      for (const family of [...gatewayFamilies(source, counted), ...modemFamilies(source.view), ...processFamilies()]) {
        const { name, help, samples } = family;
        const labelNames = [...new Set(samples.flatMap(([labels]) => Object.keys(labels)))];
        const settings = { name: `sim2mqtt_${name}`, help, labelNames, registers: [registry] };
        if (family.kind === 'counter') {
          const counter = new Counter(settings);
          for (const [labels, value] of samples) counter.inc(labels, value);
        } else {
          const gauge = new Gauge(settings);
          for (const [labels, value] of samples) gauge.set(labels, value);
        }
      }
      return registry.metrics();
    },
  };
}

function gatewayFamilies({ view, broker }: MetricsSource, events: readonly Sample[]): Family[] {
  const { gateway, version } = view;
  return [
    gauge('info', 'Always 1; the labels say what runs', [[{ gateway, version }, 1]]),
    gauge('broker_connected', 'Whether the MQTT broker is connected', [[{}, Number(broker().connected)]]),
    gauge('events_last_seq', 'Number of the latest event in the log', [[{}, view.lastSeq()]]),
    { name: 'events_total', help: 'Events committed since the start', kind: 'counter', samples: events },
  ];
}

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
  return [
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
    {
      name: 'process_cpu_seconds_total',
      help: 'User and system time',
      kind: 'counter',
      samples: [[{}, (user + system) / 1e6]],
    },
    gauge('process_resident_memory_bytes', 'Resident memory', [[{}, rss]]),
    gauge('process_heap_used_bytes', 'JavaScript heap in use', [[{}, heapUsed]]),
    gauge('process_start_time_seconds', 'Start, in seconds since 1970', [[{}, started]]),
  ];
}

function gauge(name: string, help: string, samples: readonly Sample[]): Family {
  return { name, help, kind: 'gauge', samples };
}
