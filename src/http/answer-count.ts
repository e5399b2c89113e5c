import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Metrics } from './metrics.ts';

/** Counts every answer by the class of its route: never by its path, which may hold a number. */
export function countAnswers(app: FastifyInstance, { counters }: Pick<Metrics, 'counters'>): void {
  app.addHook('onResponse', (request, reply, done) => {
    counters.answered(routeClass(request), reply.statusCode);
    done();
  });
}

/** The name of an API, `console`, `status` or `docs`; `none` for what is no route. */
function routeClass({ routeOptions: { config, url } }: FastifyRequest): string {
  if (config.mounted !== undefined) return config.mounted.dialect.name;
  if (url === undefined) return 'none';
  if (url === '/' || url.startsWith('/ui/')) return 'console';
  return /^\/(healthz|readyz|metrics)$/.test(url) ? 'status' : 'docs';
}
