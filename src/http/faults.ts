import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { asGatewayError, GatewayError } from '../errors.ts';
import type { Logger } from '../log.ts';
import type { Dialect, FaultAnswer } from './dialect.ts';
import { pathOf, showStanding, type Visit } from './visit.ts';

export type AnswerFault = (thrown: unknown, request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>;

export interface FaultOptions {
  readonly dialects: readonly Pick<Dialect, 'prefixes' | 'fault'>[];
  /** The shape of errors outside every dialect. */
  readonly root: (error: GatewayError) => FaultAnswer;
  readonly log: Logger;
}

/** Every fault is an answer in the shape of the dialect it happened in; what went wrong inside is for the log alone. */
export function faultAnswers({ dialects, root, log }: FaultOptions): AnswerFault {
  return async (thrown, request, reply) => {
    const error = asFault(thrown);
    const path = pathOf(request);
    const dialect = dialects.find(({ prefixes }) => prefixes.some((prefix) => path.startsWith(prefix)));
    const route = request.routeOptions.config?.mounted?.route;
    const { status, body } = dialect === undefined ? root(error) : dialect.fault(error, route);
    await giveBack(request.visit ?? null, error, status);
    if (status === 500) logFault(log, error, request);
    else if (status > 500)
      log.warn({ code: error.code, route: request.routeOptions.url }, 'an HTTP request was refused');
    addHeaders(reply, error, status);
    return reply.code(status).send(body);
  };
}

function logFault(log: Logger, error: GatewayError, request: FastifyRequest): void {
  const err = error.code === 'internal' && error.cause !== undefined ? error.cause : error;
  log.error({ err, method: request.method, route: request.routeOptions.url }, 'an HTTP request failed');
}

/** What one limit refuses takes nothing of the others; a request that was at fault leaves room for its correction. */
async function giveBack(visit: Visit | null, { code }: GatewayError, status: number): Promise<void> {
  if (visit === null) return;
  if (code === 'limit.exceeded') await visit.spent.giveBack('all');
  else if (status < 500) await visit.spent.giveBack('bursts');
}

function addHeaders(reply: FastifyReply, { code, details }: GatewayError, status: number): void {
  if (status === 401) reply.header('www-authenticate', 'Bearer');
  if (code !== 'limit.exceeded') return;
  const { limit, reset, retry_after } = details;
  reply.header('retry-after', Math.max(1, Math.ceil(Number(retry_after ?? 1))));
  if (limit !== undefined && reset !== undefined) {
    showStanding(reply, [{ limit: Number(limit), remaining: 0, reset: Number(reset) }]);
  }
}

/** Faults of the protocol have codes of their own in fastify; to a client, they are requests that are no good. */
function asFault(thrown: unknown): GatewayError {
  if (thrown instanceof GatewayError) return thrown;
  const { code, statusCode } = thrown as Partial<FastifyError>;
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') return new GatewayError('command.invalid', 'the body is too long');
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') {
    return new GatewayError('command.invalid', 'Content-Type must be application/json');
  }
  if (statusCode !== undefined && statusCode < 500) {
    return new GatewayError('command.invalid', 'the request cannot be read');
  }
  return asGatewayError(thrown);
}
