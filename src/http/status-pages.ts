import { readiness } from './health.ts';
import { jsonObject, named } from './json-object.ts';
import { createMetrics, type Metrics, type MetricsSource } from './metrics.ts';
import type { Page } from './page.ts';

const json = 'application/json; charset=utf-8';

const health = named('Health', { status: { type: 'string', const: 'ok' } });
const check = jsonObject({ name: { type: 'string' }, ok: { type: 'boolean' } });
const readinessAnswer = named('Readiness', {
  status: { type: 'string', enum: ['ready', 'not_ready'] },
  checks: {
    type: 'array',
    items: { ...check, properties: { ...check.properties, problem: { type: 'string' } } },
  },
});

/** Liveness, readiness and metrics. */
export function statusPages(source: MetricsSource & { readonly metrics?: Metrics }): Page[] {
  const metrics = source.metrics ?? createMetrics(source);
  return [
    {
      id: 'getHealth',
      path: '/healthz',
      summary: 'Whether the server lives',
      type: json,
      schema: health,
      answer: () => ({ body: { status: 'ok' } }),
    },
    {
      id: 'getReadiness',
      path: '/readyz',
      summary: 'Whether the database, the broker and every modem are up',
      type: json,
      schema: readinessAnswer,
      statuses: [200, 503],
      answer() {
        const body = readiness(source);
        return { status: body.status === 'ready' ? 200 : 503, body };
      },
    },
    {
      id: 'getMetrics',
      path: '/metrics',
      summary: 'Metrics for Prometheus',
      type: metrics.contentType,
      answer: async () => ({ body: await metrics.text() }),
    },
  ];
}
