import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Answer, leased, openStage, type Stage, shared } from './stage.ts';

const phone = '+14152055634';
const peer = '+14155559999';
const start = Date.parse('2026-05-20T12:00:00Z');
beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'], now: start }));
afterEach(() => void vi.useRealTimers());

function standing({ status, headers }: Answer) {
  return [status, ...['limit', 'remaining', 'reset'].map((name) => Number(headers.get(`x-ratelimit-${name}`)))];
}

/** Time passes, for the limits in memory and for those in the database alike. */
async function pass(stage: Stage, ms: number): Promise<void> {
  vi.setSystemTime(Date.now() + ms);
  await stage.clock.advance(ms);
}

const at = (seconds: number) => start / 1000 + seconds;

describe('the limits of the OP API', () => {
  it('are 60 a minute for a session at the console', async () => {
    const stage = await openStage();
    const token = stage.session(phone);
    const me = (of = token) => stage.ask('GET', '/console/me', { token: of });
    expect(standing(await me())).toEqual([200, 60, 59, at(60)]);
    for (let n = 0; n < 59; n += 1) await me();
    const refused = await me();
    expect(standing(refused)).toEqual([429, 60, 0, at(60)]);
    expect(refused.headers.get('retry-after')).toBe('60');
    expect(refused.body.error.code).toBe('rate_limited');
    expect(standing(await me(stage.session('+14152055635')))).toEqual([200, 60, 59, at(60)]);
    vi.setSystemTime(start + 60_000);
    expect((await me()).status).toBe(200);
  });

  it('are 120 a minute for a key that reads', async () => {
    const stage = await openStage();
    const token = stage.key(phone, shared);
    expect(standing(await stage.ask('GET', '/v1/number', { token }))).toEqual([200, 120, 119, at(60)]);
    for (let n = 0; n < 119; n += 1) await stage.ask('GET', n % 2 === 0 ? '/v1/messages' : '/v1/number', { token });
    expect((await stage.ask('GET', '/v1/number', { token })).status).toBe(429);
    const sent = await stage.ask('POST', '/v1/messages', { token, body: { to: peer, body: 'hi' } });
    expect(sent.status).toBe(200);
  });

  it('are one a second and 60 a minute for a key that sends', async () => {
    const stage = await openStage();
    const token = stage.key(phone, leased);
    const send = () => stage.ask('POST', '/v1/messages', { token, body: { to: peer, body: 'hi' } });
    expect(standing(await send())).toEqual([200, 60, 59, at(60)]);
    const refused = await send();
    expect(standing(refused)).toEqual([429, 1, 0, at(1)]);
    expect(refused.headers.get('retry-after')).toBe('1');
    await pass(stage, 1000);
    expect(standing(await send())).toEqual([200, 60, 58, at(60)]);
  });

  it('are a minute’s too, when a client keeps to the second', async () => {
    const stage = await openStage();
    const token = stage.key(phone, leased);
    // Requests that are at fault are the quickest way through the minute: each leaves the second free.
    const wrong = () => stage.ask('POST', '/v1/messages', { token, body: { to: leased, body: 'hi' } });
    for (let n = 0; n < 60; n += 1) expect((await wrong()).body.error.code).toBe('self_send');
    const refused = await wrong();
    expect(standing(refused)).toEqual([429, 60, 0, at(60)]);
    expect(refused.headers.get('retry-after')).toBe('60');
  });

  it('leave a free account 50 messages a day, whatever it did wrong before, and across a restart', async () => {
    const stage = await openStage();
    const token = stage.key(phone, shared);
    const send = (to = peer) => stage.ask('POST', '/v1/messages', { token, body: { to, body: 'hi' } });
    expect((await send(shared)).status).toBe(400);
    expect(standing(await send())).toEqual([200, 50, 49, at(12 * 3600)]);
    for (let n = 0; n < 49; n += 1) {
      await pass(stage, 2000);
      expect((await send()).status).toBe(200);
    }
    await pass(stage, 60_000);
    const refused = await send();
    expect(standing(refused)).toEqual([429, 50, 0, at(12 * 3600)]);
    expect(Number(refused.headers.get('retry-after'))).toBe(12 * 3600 - 158);
    expect(standing(await send())).toEqual([429, 50, 0, at(12 * 3600)]);
    await pass(stage, 12 * 3_600_000);
    expect(standing(await send())).toEqual([200, 50, 49, at(36 * 3600)]);
  });

  it('are one code in 30 seconds and five in an hour for a phone', async () => {
    const stage = await openStage();
    const ask = () => stage.ask('POST', '/auth/start', { body: { phone } });
    expect(standing(await ask())).toEqual([200, 300, 299, at(60)]);
    const refused = await ask();
    expect(standing(refused)).toEqual([429, 1, 0, at(30)]);
    expect(refused.headers.get('retry-after')).toBe('30');
    for (let n = 0; n < 4; n += 1) {
      await pass(stage, 30_000);
      expect((await ask()).status).toBe(200);
    }
    await pass(stage, 30_000);
    expect(standing(await ask())).toEqual([429, 5, 0, at(3600)]);
  });

  it('are twenty codes in an hour for an address', async () => {
    const stage = await openStage();
    const ask = (n: number) => stage.ask('POST', '/auth/start', { body: { phone: `+141520556${10 + n}` } });
    for (let n = 0; n < 20; n += 1) expect((await ask(n)).status).toBe(200);
    expect(standing(await ask(20))).toEqual([429, 20, 0, at(3600)]);
    expect(stage.texts).toHaveLength(20);
  });

  it('are 300 a minute for an address that has no credential, or guesses one, or errs', async () => {
    const stage = await openStage();
    const token = stage.key(phone, shared);
    const guess = (n: number) => fetch(`${stage.url}/v1/number`, { headers: { authorization: `Bearer op_live_${n}` } });
    expect(standing(await stage.ask('GET', '/nowhere'))).toEqual([404, 300, 299, at(60)]);
    expect(standing(await stage.ask('GET', '/auth/verifications/x'))).toEqual([404, 300, 298, at(60)]);
    for (let n = 0; n < 298; n += 1) await (await guess(n)).arrayBuffer();
    expect((await guess(0)).status).toBe(429);
    expect((await stage.ask('GET', '/nowhere')).status).toBe(429);
    expect((await stage.ask('GET', '/auth/verifications/x')).status).toBe(429);
    expect((await fetch(`${stage.url}/%zz`)).status).toBe(429);
    expect((await stage.ask('GET', '/v1/number', { token })).status).toBe(200);
    for (const path of ['/healthz', '/readyz', '/metrics', '/docs', '/redoc', '/openapi.json', '/skill.md']) {
      expect(standing(await stage.ask('GET', path)).slice(0, 3)).toEqual([200, 300, 0]);
    }
  });

  it('go by the address behind a proxy that is trusted, and by no other', async () => {
    const ask = (stage: Stage, address: string) =>
      stage.ask('GET', '/nowhere', { headers: { 'x-forwarded-for': address } });
    const trusting = await openStage({ trustedProxies: ['127.0.0.1'] });
    expect(standing(await ask(trusting, '198.51.100.7'))).toEqual([404, 300, 299, at(60)]);
    expect(standing(await ask(trusting, '198.51.100.7'))).toEqual([404, 300, 298, at(60)]);
    expect(standing(await ask(trusting, '198.51.100.8'))).toEqual([404, 300, 299, at(60)]);
    const wary = await openStage();
    expect(standing(await ask(wary, '198.51.100.7'))).toEqual([404, 300, 299, at(60)]);
    expect(standing(await ask(wary, '198.51.100.8'))).toEqual([404, 300, 298, at(60)]);
  });

  it('show on every answer how one stands: health, errors and documents too', async () => {
    const stage = await openStage();
    // The stage fails where an answer has no X-RateLimit headers.
    const asks: readonly (readonly [string, string, number])[] = [
      ['GET', '/healthz', 200],
      ['HEAD', '/healthz', 200],
      ['GET', '/docs/start.js', 200],
      ['GET', '/console/me', 401],
      ['POST', '/auth/start', 422],
      ['OPTIONS', '/v1/messages', 404],
      ['GET', '/', 200],
      ['GET', '/nowhere', 404],
    ];
    for (const [method, path, status] of asks) expect((await stage.ask(method, path)).status).toBe(status);
  });
});
