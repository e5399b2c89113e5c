import type { XStatic } from 'typebox/schema';
import type { OperatorSession, Session } from '../../accounts/accounts.ts';
import type { ModemView } from '../../domain/gateway-view.ts';
import type { OperatorView } from '../../gateway/operator-view.ts';
import type { Apis, Cookie, JsonSchema } from '../dialect.ts';
import type { Readiness } from '../health.ts';
import type { Limit } from '../limiter.ts';

/** Something the doctor finds wrong, or advises. */
export interface Finding {
  readonly severity: 'error' | 'warning' | 'advice';
  /** `modem m1`, `broker`, … */
  readonly subject: string;
  readonly message: string;
  /** How to mend it, in one line. */
  readonly remedy: string;
}

/** What the console's own JSON is made of. */
export interface ConsoleCases extends Apis {
  readonly view: OperatorView;
  modems(): readonly ModemView[];
  readiness(): Readiness;
  /** Absent: there is no doctor. */
  findings?(): Promise<readonly Finding[]>;
}

/** Whose request it is: `operator` sees everything, `account` what is its own. */
export type Who = 'operator' | 'account';

type SessionOf<W extends Who> = W extends 'operator' ? OperatorSession : Session;

export interface UiRequest<W extends Who = Who, P = unknown, Q = unknown, B = unknown> {
  readonly session: SessionOf<W>;
  readonly params: P;
  readonly query: Q;
  readonly body: B;
}

/** One operation of the page's own JSON API, which is no one else's: it is in no document and may change. */
export interface UiRoute {
  readonly who: Who;
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** With fastify's `:name`. */
  readonly path: string;
  readonly params?: JsonSchema;
  readonly query?: JsonSchema;
  readonly body?: JsonSchema;
  run(request: UiRequest): object | Promise<object>;
}

type DataOf<S> = S extends JsonSchema ? XStatic<S> : undefined;

interface TypedRoute<W extends Who, P, Q, B> extends Omit<UiRoute, 'who' | 'params' | 'query' | 'body' | 'run'> {
  readonly who: W;
  readonly params?: P;
  readonly query?: Q;
  readonly body?: B;
  run(request: UiRequest<W, DataOf<P>, DataOf<Q>, DataOf<B>>): object | Promise<object>;
}

/** Holds `run` to the schemas of what it is given. */
export function uiRoute<
  W extends Who,
  const P extends JsonSchema | undefined = undefined,
  const Q extends JsonSchema | undefined = undefined,
  const B extends JsonSchema | undefined = undefined,
>(typed: TypedRoute<W, P, Q, B>): UiRoute {
  return typed as UiRoute;
}

/** Enough for a page that looks again after each event; nobody types as fast. */
export const uiLimit: Limit = { per: 'session', windows: [{ points: 300, seconds: 60 }] };
/** Tokens cannot be guessed; this keeps the log quiet. */
export const signInLimit: Limit = { per: 'address', windows: [{ points: 10, seconds: 60 }] };

export const operatorCookie = 'operator_session';

export type SetCookie = (cookie: Cookie) => void;

const id = { type: 'string', minLength: 1, maxLength: 100 } as const;
export const idParams = { type: 'object', required: ['id'], properties: { id } } as const;
export const place = { type: 'integer', minimum: 1 } as const;
export const pageQuery = { type: 'object', properties: { after: { type: 'string', maxLength: 100 } } } as const;
export const pageSize = 50;

/** A page of a list sorted by id; one more was asked for to know whether there is another. */
export function idPage<T extends { readonly id: string }>(found: readonly T[]) {
  const items = found.slice(0, pageSize);
  return { items, next: found.length > pageSize ? (items.at(-1)?.id ?? null) : null };
}
