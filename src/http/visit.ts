import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Caller, Dialect, Route } from './dialect.ts';
import type { Spent, Standing } from './limiter.ts';

/** A route of a dialect, as the server knows it. */
export interface Mounted {
  readonly dialect: Dialect;
  readonly route: Route;
}

/** What is known of a request once it is let in. */
export interface Visit {
  readonly source: string;
  readonly caller: Caller;
  readonly spent: Spent;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    mounted?: Mounted;
    /** Never refused for having come too often. */
    unlimited?: boolean;
  }
  interface FastifyRequest {
    visit: Visit | null;
  }
}

/** The path alone: a query may hold what is nobody else's business. */
export function pathOf({ url }: Pick<FastifyRequest, 'url'>): string {
  return url.split('?', 1)[0] ?? '';
}

/** `X-RateLimit-*` of the window with the fewest left. */
export function rateHeaders(standings: readonly Standing[]): Readonly<Record<string, number>> {
  const [tightest] = [...standings].sort((a, b) => a.remaining - b.remaining);
  if (tightest === undefined) return {};
  return {
    'x-ratelimit-limit': tightest.limit,
    'x-ratelimit-remaining': tightest.remaining,
    'x-ratelimit-reset': Math.ceil(tightest.reset / 1000),
  };
}

export function showStanding(reply: FastifyReply, standings: readonly Standing[]): void {
  reply.headers(rateHeaders(standings));
}
