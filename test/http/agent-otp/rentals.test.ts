import { describe, expect, it } from 'vitest';
import type { Answer, Stage } from '../stage.ts';
import { leased, openStage, otherLeased } from '../stage.ts';

const phone = '+14152055634';
const other = '+14152055635';

/** An account with a key of this API, and the ways to use it. */
function agent(stage: Stage, owner = phone) {
  const { accounts } = stage.apis;
  const known = accounts.list().find((account) => account.phone === owner);
  const { id } = known ?? accounts.add(owner, 'paid', { account: null, via: 'cli' });
  const wanted = { api: 'agent-otp', name: 'test', mailbox: null } as const;
  const headers = { 'x-api-key': accounts.createKey(id, wanted, { account: id, via: 'cli' }).secret };
  const call = (method: string, path: string, body?: unknown): Promise<Answer> =>
    stage.ask(method, `/api/v1/numbers${path}`, { headers, ...(body === undefined ? {} : { body }) });
  return {
    id,
    headers,
    call,
    rent: (body: unknown = {}) => call('POST', '/rent', body),
    wait: (number: string, body: unknown = { timeout_seconds: 60 }) => call('POST', `/${number}/wait-for-otp`, body),
  };
}

/** What an agent has open at the server: until the request has come that far. */
async function waiting(stage: Stage): Promise<void> {
  const before = stage.clock.live;
  while (stage.clock.live === before) await new Promise((resolve) => setTimeout(resolve, 5));
}

describe('a rental', () => {
  it('is for its agent alone, for as long as it asked, and then somebody else’s', async () => {
    const stage = await openStage();
    const [ann, bob] = [agent(stage), agent(stage, other)];
    const { body } = await ann.rent({ country: 'ca', timeout_seconds: 60 });
    expect(body.data).toMatchObject({ rented_at: '2026-05-20T12:00:00Z', expires_at: '2026-05-20T12:01:00Z' });
    await ann.rent();
    expect(await bob.rent()).toMatchObject({ status: 404, body: { success: false } });
    expect(await bob.call('GET', `/${leased}/messages`)).toMatchObject({ status: 404 });
    stage.receive(body.data.number, 'Your code is 481920');
    await stage.clock.advance(60_001);
    expect((await bob.rent()).body.data).toMatchObject({ number: body.data.number });
    expect((await bob.call('GET', `/${body.data.number}/messages`)).body.data).toEqual([]);
    expect(await ann.call('GET', `/${body.data.number}/messages`)).toMatchObject({ status: 404 });
    expect((await ann.call('GET', '')).body.data).toHaveLength(1);
  });

  it('and a paid lease exclude each other', async () => {
    const stage = await openStage();
    const ann = agent(stage);
    stage.key(other, leased);
    const { body } = await ann.rent();
    expect(body.data.number).toBe(otherLeased);
    const token = stage.session('+14152055636', 'paid');
    const lease = await stage.ask('POST', `/console/numbers/${stage.numberId(otherLeased)}/lease`, { token });
    expect(lease).toMatchObject({ status: 409, body: { error: { code: 'number_unavailable' } } });
  });

  it('counts against the quota of its month', async () => {
    const stage = await openStage();
    const ann = agent(stage);
    stage.apis.accounts.set(phone, { quota: 1 }, { account: null, via: 'cli' });
    const { body } = await ann.rent();
    await ann.call('DELETE', `/${body.data.number}`);
    expect(await ann.rent()).toMatchObject({ status: 403, body: { success: false } });
    const token = stage.session(phone);
    expect((await stage.ask('GET', '/api/v1/auth/usage/quota', { token })).body).toEqual({
      plan: 'paid',
      limit: 1,
      used: 1,
      remaining: 0,
      has_quota: false,
    });
    expect((await stage.ask('GET', '/api/v1/auth/usage', { token })).body.data).toMatchObject({
      period_start: '2026-05-01T00:00:00Z',
      period_end: '2026-06-01T00:00:00Z',
      used: 1,
      active_rentals: 0,
    });
    expect((await stage.ask('GET', '/api/v1/auth/settings', { token })).body.data).toMatchObject({
      phone,
      plan: 'paid',
    });
    await stage.clock.advance(20 * 86_400_000);
    expect(await ann.rent()).toMatchObject({ status: 200 });
  });

  it('may be asked for without a body, and a number be written without its plus', async () => {
    const stage = await openStage();
    const ann = agent(stage);
    expect((await ann.call('POST', '/rent')).body.data.number).toBe(leased);
    for (const number of ['14165551234', '%2B14165551234', '%2014165551234']) {
      expect(await ann.call('GET', `/${number}/messages`)).toMatchObject({ status: 200 });
    }
  });
});

describe('a wait', () => {
  it('gives out each code once, those that came before it first', async () => {
    const stage = await openStage();
    const ann = agent(stage);
    await ann.rent();
    stage.receive(leased, 'Your code is 481920');
    stage.receive(leased, 'Your code is 481921');
    const codes = [await ann.wait(leased), await ann.wait(leased)].map(({ body }) => body.data.code);
    expect(codes).toEqual(['481920', '481921']);
    const third = ann.wait(leased);
    await waiting(stage);
    stage.receive(leased, 'Your code is 481922');
    expect((await third).body.data).toMatchObject({ status: 'received', code: '481922', wait_time_seconds: 0 });
    const read = stage.apis.accounts.audit(100).filter(({ action }) => action === 'code.read');
    expect(read).toHaveLength(3);
  });

  it('ends in vain after its time, or with its rental, and says so with 200', async () => {
    const stage = await openStage();
    const ann = agent(stage);
    await ann.rent({ timeout_seconds: 90 });
    const timeout = { success: false, error: expect.any(String), data: { status: 'timeout', code: null } };
    const first = ann.wait(leased);
    await waiting(stage);
    await stage.clock.advance(60_000);
    expect(await first).toMatchObject({ status: 200, body: { ...timeout, data: { wait_time_seconds: 60 } } });
    const second = ann.wait(leased);
    await waiting(stage);
    await stage.clock.advance(30_000);
    expect(await second).toMatchObject({ status: 200, body: { ...timeout, data: { wait_time_seconds: 30 } } });
    await ann.rent();
    const third = ann.wait(otherLeased);
    await waiting(stage);
    await ann.call('DELETE', `/${otherLeased}`);
    expect(await third).toMatchObject({ status: 200, body: timeout });
  });

  it('leaves codes of other senders alone', async () => {
    const stage = await openStage();
    const ann = agent(stage);
    await ann.rent();
    stage.receive(leased, 'Your code is 481920', 'Other');
    stage.receive(leased, 'Your code is 481921', 'ACME');
    stage.receive(leased, 'Your code is 481922', '+15550001111');
    const from = (sender: string) => ann.wait(leased, { timeout_seconds: 0, expected_sender: sender });
    expect((await from('acme')).body.data.code).toBe('481921');
    expect((await from('1 555 000 1111')).body.data.code).toBe('481922');
    expect((await from('nobody')).body.data).toMatchObject({ status: 'timeout', code: null });
    expect((await ann.wait(leased, {})).body.data.code).toBe('481920');
  });

  it('is over when its client goes away, and the code goes to the next', async () => {
    const stage = await openStage();
    const ann = agent(stage);
    await ann.rent();
    const gone = new AbortController();
    const first = fetch(`${stage.url}/api/v1/numbers/${leased}/wait-for-otp`, {
      method: 'POST',
      headers: ann.headers,
      signal: gone.signal,
    });
    await waiting(stage);
    const before = stage.clock.live;
    gone.abort();
    await expect(first).rejects.toThrow();
    while (stage.clock.live === before) await new Promise((resolve) => setTimeout(resolve, 5));
    stage.receive(leased, 'Your code is 481920');
    expect((await ann.wait(leased)).body.data.code).toBe('481920');
    expect(stage.logged.filter((line) => /"level":(40|50)/.test(line))).toEqual([]);
  });
});

describe('an error', () => {
  it.each([
    [400, 'POST', '/rent', { country: 'Canada' }],
    [400, 'POST', '/rent', { timeout_seconds: 0 }],
    [400, 'POST', '/rent', { timeout_seconds: '60' }],
    [400, 'POST', '/rent', [1]],
    [400, 'POST', `/${leased}/wait-for-otp`, { timeout_seconds: -1 }],
    [400, 'GET', '/+1/messages', undefined],
    [404, 'GET', `/${leased}/messages`, undefined],
    [404, 'DELETE', `/${leased}`, undefined],
    [404, 'POST', '/rent', { country: 'JP' }],
    [404, 'PUT', '/rent', {}],
    [404, 'GET', '/nothing/at/all', undefined],
  ])('is %i for %s %s %j, in the envelope of this API', async (status, method, path, body) => {
    const stage = await openStage();
    const answer = await agent(stage).call(method, path, body);
    expect(answer).toMatchObject({ status, body: { success: false, error: expect.any(String) } });
    expect(Object.keys(answer.body)).toEqual(['success', 'error']);
  });

  it('is 401 for every credential but the right one', async () => {
    const stage = await openStage();
    const op = stage.key(phone, leased);
    const session = stage.session(phone);
    const get = (path: string, headers: Record<string, string>) => stage.ask('GET', `/api/v1${path}`, { headers });
    for (const answer of [
      await get('/numbers', {}),
      await get('/numbers', { 'x-api-key': op }),
      await get('/numbers', { 'x-api-key': 'ak_wrong' }),
      await get('/numbers', { authorization: `Bearer ${session}` }),
      await get('/auth/usage/quota', agent(stage, other).headers),
      await get('/auth/usage/quota', { cookie: `op_session=${session}` }),
    ]) {
      expect(answer).toMatchObject({ status: 401, body: { success: false, error: expect.any(String) } });
    }
  });

  it('of JSON that is none is 400, and of a revoked key 401 at once', async () => {
    const stage = await openStage();
    const ann = agent(stage);
    const broken = await fetch(`${stage.url}/api/v1/numbers/rent`, {
      method: 'POST',
      headers: { ...ann.headers, 'content-type': 'application/json' },
      body: '{"country"',
    });
    expect([broken.status, await broken.json()]).toEqual([400, { success: false, error: expect.any(String) }]);
    const [key] = stage.apis.accounts.keys(ann.id);
    stage.apis.accounts.revokeKey(null, key?.id ?? '', { account: null, via: 'cli' });
    expect(await ann.call('GET', '')).toMatchObject({ status: 401 });
  });
});
