import type { FastifyReply, FastifyRequest } from 'fastify';
import type { OperatorSession, Operators, Session } from '../../accounts/accounts.ts';
import { networkOf } from '../../domain/network-address.ts';
import { GatewayError } from '../../errors.ts';
import { addressLimit } from '../admission.ts';
import type { Apis } from '../dialect.ts';
import { sessionCookie } from '../dialects/op/credentials.ts';
import type { Limiter } from '../limiter.ts';
import { isForeign } from '../origin.ts';
import { showStanding } from '../visit.ts';
import { operatorCookie, uiLimit, type Who } from './ui-route.ts';

export interface VisitorDeps extends Pick<Apis, 'accounts' | 'publicUrl'> {
  readonly operators: Operators;
  readonly limiter: Limiter;
}

export type Visitor =
  | { readonly who: 'operator'; readonly session: OperatorSession; readonly secret: string }
  | { readonly who: 'account'; readonly session: Session; readonly secret: string };

declare module 'fastify' {
  interface FastifyRequest {
    visitor: Visitor | null;
  }
}

/** Lets a request in before its body is read. Throws `account.unauthenticated`, `limit.exceeded`. */
export async function admitVisitor(
  deps: VisitorDeps,
  who: readonly Who[],
  request: FastifyRequest,
  reply: FastifyReply,
) {
  const visitor = visitorOf(deps, who, request);
  if (visitor === undefined) {
    showStanding(reply, (await deps.limiter.spend(addressLimit, networkOf(request.ip))).standings);
    throw new GatewayError('account.unauthenticated', 'Sign in first.');
  }
  showStanding(reply, (await deps.limiter.spend(uiLimit, visitor.session.id)).standings);
  request.visitor = visitor;
}

/** The first of these that the request's cookies prove. */
export function visitorOf(deps: VisitorDeps, who: readonly Who[], request: FastifyRequest): Visitor | undefined {
  const { method, host, headers, cookies } = request;
  if (isForeign({ method, host, headers, cookies }, deps.publicUrl())) return undefined;
  for (const each of who) {
    const secret = cookies[each === 'operator' ? operatorCookie : sessionCookie];
    const visitor = secret === undefined ? undefined : provedBy(deps, each, secret);
    if (visitor !== undefined) return visitor;
  }
  return undefined;
}

/** Undefined once the session is over. */
export function provedBy({ operators, accounts }: VisitorDeps, who: Who, secret: string): Visitor | undefined {
  try {
    return who === 'operator'
      ? { who, session: operators.session(secret), secret }
      : { who, session: accounts.session(secret), secret };
  } catch (error) {
    if (error instanceof GatewayError && error.code === 'account.unauthenticated') return undefined;
    throw error;
  }
}
