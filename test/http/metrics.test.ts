import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { EventBody, LoggedEvent } from '../../src/domain/event.ts';
import type { OutboundStatus } from '../../src/domain/message.ts';
import { createHistogram } from '../../src/http/histogram.ts';
import { createMetrics, type HouseReadings } from '../../src/http/metrics.ts';

const view = { gateway: 'gw', version: '1.2.3', boot: 'b', lastSeq: () => 0, modems: () => [], checkStore: () => {} };
const house: HouseReadings = {
  waits: 2,
  databaseBytes: 4096,
  freeBytes: 1e9,
  lastBackup: 1_700_000_000_000,
  webhookDeliveries: { pending: 1, delivered: 5, failed: 0 },
};
const metricsOf = (more: Partial<HouseReadings> = {}) =>
  createMetrics({ view, broker: () => ({ connected: true }), house: () => ({ ...house, ...more }) });

const fact = (body: EventBody, time = 0): LoggedEvent => ({ seq: 1, id: 'e', time, modem: 'm1', body });
const status = (type: OutboundStatus, time: number, messageId = 'msg_1') =>
  fact({ type, messageId, to: '+14155550123', text: 'secret 481920', segments: 1 }, time);
const linesOf = async (metrics: ReturnType<typeof metricsOf>) => (await metrics.text()).split('\n');

describe('the metrics', () => {
  it('count messages by direction, modem and status, and codes', async () => {
    const metrics = metricsOf();
    const { counters } = metrics;
    const sms = { to: null, from: '+15551234567', text: 'x', parts: 1, encoding: 'gsm7', smscTime: null } as const;
    counters.fact(fact({ ...sms, type: 'sms_received', partial: false }));
    counters.fact(fact({ ...sms, type: 'sms_received', partial: false }));
    counters.fact(fact({ ...sms, type: 'sms_partial', partial: true }));
    const otp = { code: '481920', rule: 'r', confidence: 1 };
    counters.fact(fact({ type: 'otp_received', to: null, from: 'Bank', otp, messageId: 'msg_9', expires: 1 }));
    counters.fact(status('queued', 0));
    counters.fact(fact({ type: 'alert', code: 'x', message: 'y' }));
    const lines = await linesOf(metrics);
    expect(lines).toEqual(
      expect.arrayContaining([
        'sim2mqtt_messages_total{direction="in",status="received",modem="m1"} 2',
        'sim2mqtt_messages_total{direction="in",status="partial",modem="m1"} 1',
        'sim2mqtt_messages_total{direction="out",status="queued",modem="m1"} 1',
        'sim2mqtt_otp_found_total{modem="m1"} 1',
        'sim2mqtt_events_total{type="alert",modem="m1"} 1',
      ]),
    );
    expect(lines.filter((line) => line.startsWith('sim2mqtt_messages_total{'))).toHaveLength(3);
    expect(lines.join('\n')).not.toMatch(/481920|5551234567|4155550123|Bank|secret/);
  });

  it('time the queue and the network, each message once', async () => {
    const metrics = metricsOf();
    for (const each of [
      status('queued', 1000),
      status('sending', 5000),
      status('sent', 7000),
      status('delivered', 9000),
    ])
      metrics.counters.fact(each);
    // Its queueing was before the daemon's start.
    metrics.counters.fact(status('sent', 99_000, 'msg_2'));
    const lines = await linesOf(metrics);
    expect(lines).toContain('sim2mqtt_send_queue_seconds_sum{modem="m1"} 4');
    expect(lines).toContain('sim2mqtt_send_seconds_sum{modem="m1"} 2');
    expect(lines).toContain('sim2mqtt_send_seconds_count{modem="m1"} 1');
  });

  it('say nothing of what was never counted', async () => {
    expect((await linesOf(metricsOf())).filter((line) => /^sim2mqtt_(messages|otp|http)/.test(line))).toEqual([]);
  });

  it('show what the house reads, and leave out what nobody knows', async () => {
    const lines = await linesOf(metricsOf({ freeBytes: null }));
    expect(lines).toEqual(
      expect.arrayContaining([
        'sim2mqtt_waits 2',
        'sim2mqtt_database_bytes 4096',
        'sim2mqtt_last_backup_timestamp_seconds 1700000000',
        'sim2mqtt_webhook_deliveries{state="delivered"} 5',
      ]),
    );
    expect(lines.filter((line) => line.startsWith('sim2mqtt_disk_free_bytes'))).toEqual([]);
  });

  it('say whether the database takes a write', async () => {
    const full = { ...view, checkStore: () => assert.fail('full') };
    const metrics = createMetrics({ view: full, broker: () => ({ connected: false }) });
    expect(await linesOf(metrics)).toContain('sim2mqtt_database_writable 0');
    expect(await linesOf(metricsOf())).toContain('sim2mqtt_database_writable 1');
  });

  it('count answers by class and status, and publishing by its lag', async () => {
    const metrics = metricsOf();
    metrics.counters.answered('op', 200);
    metrics.counters.answered('op', 429);
    metrics.counters.published(20);
    metrics.counters.published(-5);
    const lines = await linesOf(metrics);
    expect(lines).toContain('sim2mqtt_http_requests_total{route="op",status="429"} 1');
    expect(lines).toContain('sim2mqtt_event_publish_lag_seconds_bucket{le="0.01"} 1');
    expect(lines).toContain('sim2mqtt_event_publish_lag_seconds_bucket{le="+Inf"} 2');
    expect(lines).toContain('sim2mqtt_event_publish_lag_seconds_sum 0.02');
  });
});

it('a histogram counts what is at a bound below it, and what is above every bound', () => {
  const histogram = createHistogram('x_seconds', 'Help', [1, 2]);
  for (const value of [1, 1.5, 3]) histogram.observe({ modem: 'm1' }, value);
  expect(histogram.lines('p_')).toEqual([
    '# HELP p_x_seconds Help',
    '# TYPE p_x_seconds histogram',
    'p_x_seconds_bucket{le="1",modem="m1"} 1',
    'p_x_seconds_bucket{le="2",modem="m1"} 2',
    'p_x_seconds_bucket{le="+Inf",modem="m1"} 3',
    'p_x_seconds_sum{modem="m1"} 5.5',
    'p_x_seconds_count{modem="m1"} 3',
  ]);
});

describe('the dashboard', () => {
  interface Panel {
    readonly title: string;
    readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
    readonly targets: readonly { readonly expr: string }[];
  }
  const board = JSON.parse(readFileSync(new URL('../../systemd/grafana.json', import.meta.url), 'utf8')) as {
    readonly panels: readonly Panel[];
  };
  const asked = [...JSON.stringify(board).matchAll(/sim2mqtt_[a-z_]+/g)].map(([name]) => name);

  it('asks for metrics that there are, and shows nearly all', async () => {
    const families = new Set((await linesOf(metricsOf())).map((line) => /^# TYPE (\S+)/.exec(line)?.[1]));
    const names = asked.map((name) => name.replace(/_(bucket|sum|count)$/, ''));
    expect(names.filter((name) => !families.has(name))).toEqual([]);
    const unseen = [...families].filter((name) => name !== undefined && !names.includes(name));
    expect(unseen.sort()).toEqual([
      'sim2mqtt_events_last_seq',
      'sim2mqtt_modem_registration',
      'sim2mqtt_process_heap_used_bytes',
      'sim2mqtt_process_start_time_seconds',
    ]);
  });

  it('has panels that do not overlap', () => {
    const cells = board.panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, index) => `${x + (index % w)},${y + Math.floor(index / w)}`),
    );
    expect(new Set(cells).size).toBe(cells.length);
  });
});
