import { expect } from 'vitest';
import type { Stage } from '../stage.ts';

/** Signs in with a new operator's token; gives the header that says so. */
export async function operator(
  stage: Stage,
  name = 'my phone',
): Promise<{ cookie: string; id: string; token: string }> {
  const { token, secret } = stage.operators.createToken(name, { account: null, via: 'cli' });
  const answer = await stage.ask('POST', '/ui/api/session', { body: { token: secret } });
  expect([answer.status, answer.body]).toEqual([200, { name }]);
  return { cookie: answer.headers.getSetCookie()[0]?.split(';')[0] ?? '', id: token.id, token: secret };
}

/** The cookie of an account's session. */
export function account(stage: Stage, phone: string, tier: 'free' | 'paid' = 'free'): { cookie: string } {
  return { cookie: `op_session=${stage.session(phone, tier)}` };
}

export interface SeenEvent {
  readonly event: string;
  readonly id: string | null;
  // biome-ignore lint/suspicious/noExplicitAny: what a page sees has no type until it looks
  readonly data: any;
}

export interface Watched {
  readonly status: number;
  readonly headers: Headers;
  /** The next event that is no sign of life alone; undefined once the stream has ended. */
  next(): Promise<SeenEvent | undefined>;
  close(): void;
}

/** A stream of events as a browser reads it. */
export async function watch(stage: Stage, headers: Record<string, string>, query = ''): Promise<Watched> {
  const gone = new AbortController();
  const response = await fetch(`${stage.url}/ui/api/events${query}`, { headers, signal: gone.signal });
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let pending = '';
  return {
    status: response.status,
    headers: response.headers,
    async next() {
      for (;;) {
        const end = pending.indexOf('\n\n');
        if (end >= 0) {
          const frame = pending.slice(0, end);
          pending = pending.slice(end + 2);
          if (!frame.startsWith(':')) return parse(frame);
          continue;
        }
        const read = await reader?.read();
        if (read === undefined || read.done) return undefined;
        pending += read.value;
      }
    },
    close: () => gone.abort(),
  };
}

function parse(frame: string): SeenEvent {
  const fields = new Map(
    frame.split('\n').map((line) => [line.slice(0, line.indexOf(': ')), line.slice(line.indexOf(': ') + 2)]),
  );
  return {
    event: fields.get('event') ?? '',
    id: fields.get('id') ?? null,
    data: JSON.parse(fields.get('data') ?? 'null'),
  };
}
