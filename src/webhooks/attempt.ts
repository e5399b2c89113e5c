import { lookup } from 'node:dns';
import http, { type IncomingMessage } from 'node:http';
import https from 'node:https';
import type { TcpNetConnectOpts } from 'node:net';
import type { Ms } from '../clock.ts';
import { GatewayError } from '../errors.ts';
import { addressRefused, checkedLookup, isPrivateAddress, type LookupAll, literalAddress } from './addresses.ts';
import { explain, explainStatus } from './failure.ts';

/** What lies outside: the only thing here that a test may stand in for. */
export interface Network {
  readonly lookup: LookupAll;
  /** For everything up to the last header of the answer. */
  readonly timeout: Ms;
}

export const internet: Network = {
  lookup: (host, callback) => lookup(host, { all: true }, (error, found) => callback(error, found ?? [])),
  timeout: 10_000,
};

export interface Post {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface PostOptions {
  readonly network: Network;
  readonly allowPrivate: boolean;
  /** Rejects the attempt with its reason: nobody knows then what became of it. */
  readonly signal: AbortSignal;
}

export interface Reply {
  /** HTTP status; null where there was no answer. */
  readonly status: number | null;
  /** Why this was no success, in one line; null for 2xx. */
  readonly error: string | null;
  readonly duration: Ms;
}

const mostBody = 1024;
const bodyPatience: Ms = 1000;
/** Before the next of several addresses is tried (RFC 8305); the default gives up far-away ones. */
const connecting: Pick<TcpNetConnectOpts, 'autoSelectFamilyAttemptTimeout'> = { autoSelectFamilyAttemptTimeout: 1000 };

/** One POST, once, on a connection of its own: no redirect is followed, no proxy asked. */
export async function post(request: Post, options: PostOptions): Promise<Reply> {
  const begun = performance.now();
  const elapsed = () => Math.round(performance.now() - begun);
  try {
    const answer = await send(request, options);
    const status = answer.statusCode ?? 0;
    const reply = { status, error: explainStatus(status, answer.headers.location), duration: elapsed() };
    await discardBody(answer);
    return reply;
  } catch (error) {
    options.signal.throwIfAborted();
    return { status: null, error: explain(error), duration: elapsed() };
  }
}

/** Resolves when the headers of the answer are complete. */
function send({ url: target, headers, body }: Post, options: PostOptions): Promise<IncomingMessage> {
  const { network, allowPrivate, signal } = options;
  const url = new URL(target);
  const literal = literalAddress(url);
  // An address in the URL never gets to the look-up.
  if (literal !== undefined && !allowPrivate && isPrivateAddress(literal)) throw addressRefused(literal);
  const { request } = url.protocol === 'https:' ? https : http;
  return new Promise((resolve, reject) => {
    const sending = request(url, {
      method: 'POST',
      headers: { ...headers, 'Content-Length': Buffer.byteLength(body) },
      // Not the global agent: that one keeps connections and may ask a proxy.
      agent: false,
      ...connecting,
      lookup: checkedLookup(network.lookup, allowPrivate),
      signal,
    });
    const fail = (error: Error) => {
      clearTimeout(timer);
      reject(error);
      sending.destroy();
    };
    const timer = setTimeout(() => fail(unanswered(`no answer within ${network.timeout / 1000} s`)), network.timeout);
    sending.once('response', (answer) => {
      clearTimeout(timer);
      resolve(answer);
    });
    sending.once('upgrade', (_, socket) => {
      socket.destroy();
      fail(unanswered('answered 101: that is no answer to a POST'));
    });
    sending.on('error', fail);
    sending.end(body);
  });
}

function unanswered(why: string): GatewayError {
  return new GatewayError('webhook.unreachable', why);
}

/** Reads a little, for endpoints that mind being hung up on, and closes the connection. */
function discardBody(answer: IncomingMessage): Promise<void> {
  return new Promise((resolve) => {
    let read = 0;
    const done = () => {
      clearTimeout(timer);
      answer.destroy();
      resolve();
    };
    const timer = setTimeout(done, bodyPatience);
    answer.on('data', (chunk: Buffer) => {
      read += chunk.length;
      if (read >= mostBody) done();
    });
    for (const end of ['end', 'close', 'error']) answer.once(end, done);
    answer.on('error', () => {});
  });
}
