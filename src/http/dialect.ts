import type { XStatic } from 'typebox/schema';
import type { Accounts, Allowance, Session } from '../accounts/accounts.ts';
import type { Clock } from '../clock.ts';
import type { Account, AccountId, Api, ApiKey } from '../domain/account.ts';
import type { ErrorCode, GatewayError } from '../errors.ts';
import type { Correspondence } from '../gateway/correspondence.ts';
import type { Numbers } from '../numbers/numbers.ts';
import type { Webhooks } from '../webhooks/webhooks.ts';
import type { Limit } from './limiter.ts';

/** The use cases an HTTP dialect may call. */
export interface Apis {
  readonly accounts: Accounts;
  readonly numbers: Numbers;
  readonly webhooks: Webhooks;
  readonly correspondence: Correspondence;
  readonly clock: Clock;
  /** How clients reach this server, without a slash at the end. */
  publicUrl(): string;
  readonly version: string;
  /** Its id, from the configuration. */
  readonly gateway: string;
}

/** JSON Schema 2020-12, as far as OpenAPI 3.1 and ajv read it alike. One with a `title` becomes a component of the document. */
export type JsonSchema = Readonly<Record<string, unknown>>;
export type Auth = 'none' | 'session' | 'key';

export interface KeyHolder {
  readonly key: ApiKey;
  readonly account: Account;
}

type CallerOf<A extends Auth> = A extends 'session' ? Session : A extends 'key' ? KeyHolder : null;
export type Caller = CallerOf<Auth>;

/** What of a request says who sends it. */
export interface Presented {
  readonly method: string;
  /** As the client addressed it, with its port. */
  readonly host: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly cookies: Readonly<Record<string, string | undefined>>;
}

export interface Cookie {
  readonly name: string;
  readonly value: string;
  /** Seconds; 0 takes it away. */
  readonly maxAge: number;
}

/** A valid request; its parts are as the schemas say. */
export interface RouteRequest<A extends Auth = Auth, P = unknown, Q = unknown, B = unknown> {
  readonly caller: CallerOf<A>;
  readonly params: P;
  readonly query: Q;
  readonly body: B;
  /** The client's address. */
  readonly source: string;
  /** Aborts when the client goes away. */
  readonly signal: AbortSignal;
  /** HttpOnly, SameSite=Strict, and Secure where clients come by https. */
  setCookie(cookie: Cookie): void;
}

/** One operation, as data: what validates it, documents it and answers it. */
export interface Route {
  /** `operationId` of the document. */
  readonly id: string;
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** OpenAPI style: `/console/webhooks/{id}`. */
  readonly path: string;
  readonly tag: string;
  readonly summary: string;
  /** What else a caller should know, in whole sentences. */
  readonly description?: string;
  readonly auth: Auth;
  readonly limit: Limit;
  readonly params?: JsonSchema;
  readonly query?: JsonSchema;
  /** Absent: whatever body comes is not looked at. */
  readonly body?: JsonSchema;
  readonly answer: JsonSchema;
  /** Beyond those of its credential, its limit and its schemas. */
  readonly errors: readonly ErrorCode[];
  /** Which field of this request an error is about. */
  readonly fields?: Readonly<Partial<Record<ErrorCode, string>>>;
  /** A cap of the use cases that counts too. */
  cap?(caller: Caller): Allowance;
  run(request: RouteRequest): object | Promise<object>;
}

type DataOf<S> = S extends JsonSchema ? XStatic<S> : undefined;

interface TypedRoute<A extends Auth, P, Q, B, R>
  extends Omit<Route, 'auth' | 'params' | 'query' | 'body' | 'answer' | 'run' | 'cap'> {
  readonly auth: A;
  readonly params?: P;
  readonly query?: Q;
  readonly body?: B;
  readonly answer: R;
  cap?(caller: CallerOf<A>): Allowance;
  run(request: RouteRequest<A, DataOf<P>, DataOf<Q>, DataOf<B>>): DataOf<R> | Promise<DataOf<R>>;
}

/** Holds `run` to the schemas: what it is given and what it answers. */
export function route<
  A extends Auth,
  const R extends JsonSchema,
  const P extends JsonSchema | undefined = undefined,
  const Q extends JsonSchema | undefined = undefined,
  const B extends JsonSchema | undefined = undefined,
>(typed: TypedRoute<A, P, Q, B, R>): Route {
  return typed as Route;
}

export interface FaultAnswer {
  readonly status: number;
  readonly body: object;
}

/** What the document says of one error. */
export interface DescribedFault {
  readonly status: number;
  /** Empty where the dialect's errors carry none. */
  readonly code: string;
  readonly meaning: string;
}

/** One HTTP API: its routes and everything about it that is on the wire. It decides no business. */
export interface Dialect {
  readonly name: Api;
  readonly title: string;
  /** What it answers for, also where it has no route: errors there take its shape. */
  readonly prefixes: readonly string[];
  readonly routes: readonly Route[];
  /** OpenAPI security schemes that open the routes of each kind; any one of them will do. */
  readonly schemes: Readonly<Record<'session' | 'key', Readonly<Record<string, JsonSchema>>>>;
  /** Throws `account.unauthenticated`. */
  session(presented: Presented): Session;
  /** Throws `account.unauthenticated`. */
  key(presented: Presented): KeyHolder;
  /** An error as its clients know it; nothing of the inside. */
  fault(error: GatewayError, route?: Route): FaultAnswer;
  describe(code: ErrorCode): DescribedFault;
  /** Its chapter of `/skill.md`, in Markdown; the tables of routes, limits and errors follow it. */
  guide(base: string): string;
  /** Schema of the errors with one of these wire codes. */
  faultSchema(codes: readonly string[]): JsonSchema;
}

export function accountOf(caller: Caller): AccountId | null {
  return caller === null ? null : caller.account.id;
}
