import { describe, expect, it } from 'vitest';
import { leased, openStage, otherLeased, shared } from '../stage.ts';

const time = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}$/;
const phone = '+14152055634';

describe('a free account', () => {
  it('goes from a phone to a first message and its answer', async () => {
    const stage = await openStage();
    const started = await stage.ask('POST', '/auth/start', { body: { phone } });
    expect(started).toMatchObject({ status: 200, body: { verification_id: expect.any(String), expires_in: 600 } });
    const id = started.body.verification_id;
    const state = await stage.ask('GET', `/auth/verifications/${id}`);
    expect(state.body).toEqual({ verification_id: id, delivery_status: 'pending', expires_at: '2026-05-20T12:10:00' });
    await stage.send();
    expect((await stage.ask('GET', `/auth/verifications/${id}`)).body.delivery_status).toBe('sent');

    const code = /^\d{6}/.exec(stage.texts[0]?.text ?? '')?.[0];
    const verified = await stage.ask('POST', '/auth/verify', { body: { verification_id: id, code } });
    expect(verified.body).toEqual({
      user: { id: expect.any(String), phone, created: true },
      session_token: expect.stringMatching(/^ses_live_[A-Za-z0-9]{32}$/),
      expires_at: expect.stringMatching(time),
    });
    const cookie = { cookie: verified.headers.getSetCookie()[0]?.split(';')[0] ?? '' };

    expect((await stage.ask('GET', '/console/api-keys', { headers: cookie })).body).toEqual({ api_keys: [] });
    const { body: available } = await stage.ask('GET', '/console/numbers/available', { headers: cookie });
    expect(available.numbers.map(({ e164, region }: { e164: string; region: string }) => [e164, region])).toEqual([
      [shared, 'US'],
      [leased, 'CA'],
      [otherLeased, 'CA'],
    ]);
    const body = { number_id: available.numbers[0].id, name: 'agent' };
    const key = await stage.ask('POST', '/console/api-keys', { body, headers: cookie });
    expect(key.body).toEqual({
      id: expect.any(String),
      key: expect.stringMatching(/^op_live_[A-Za-z0-9]{32}$/),
      key_prefix: key.body.key.slice(0, 12),
      name: 'agent',
      created_at: '2026-05-20T12:00:00',
    });
    const token = key.body.key;

    expect((await stage.ask('GET', '/v1/number', { token })).body).toEqual({
      id: body.number_id,
      e164: shared,
      region: 'US',
      tier: 'free',
    });
    const sent = await stage.ask('POST', '/v1/messages', { token, body: { to: '+14155559999', body: 'On my way.' } });
    expect(sent).toMatchObject({ status: 200 });
    expect(sent.body).toEqual({
      id: expect.stringMatching(/^msg_/),
      status: 'queued',
      direction: 'outbound',
      to: '+14155559999',
      from: shared,
      body: 'On my way.',
      created_at: '2026-05-20T12:00:00',
      sent_at: null,
      error: null,
      delivery: null,
    });
    await stage.send();
    expect((await stage.ask('GET', `/v1/messages/${sent.body.id}`, { token })).body).toMatchObject({
      id: sent.body.id,
      status: 'sent',
      sent_at: '2026-05-20T12:00:00',
      error: null,
    });

    stage.receive(shared, 'Your code is 481920', '+14155559999');
    const inbound = await stage.ask('GET', '/v1/messages?direction=inbound&limit=5', { token });
    expect(inbound.body).toEqual({
      data: [
        {
          id: expect.stringMatching(/^msg_/),
          status: 'received',
          direction: 'inbound',
          to: shared,
          from: '+14155559999',
          body: 'Your code is 481920',
          created_at: '2026-05-20T12:00:00',
          sent_at: null,
          error: null,
          received_at: '2026-05-20T12:00:00',
          otp_code: '481920',
        },
      ],
      next_cursor: null,
    });
  });

  it('is the same account when the phone comes back', async () => {
    const stage = await openStage();
    const users = [];
    for (const _ of [1, 2]) {
      const { body: started } = await stage.ask('POST', '/auth/start', { body: { phone } });
      const code = /^\d{6}/.exec(stage.texts.at(-1)?.text ?? '')?.[0];
      const verified = await stage.ask('POST', '/auth/verify', { body: { ...started, code } });
      users.push(verified.body.user);
      await stage.clock.advance(31_000);
    }
    expect(users).toEqual([
      { id: users[0].id, phone, created: true },
      { id: users[0].id, phone, created: false },
    ]);
  });

  it('says who it is', async () => {
    const stage = await openStage();
    const token = stage.session(phone);
    expect((await stage.ask('GET', '/console/me', { token })).body).toEqual({
      id: expect.any(String),
      phone,
      tier: 'free',
      quota: { limit: expect.any(Number), used: 0 },
    });
  });
});

describe('a paid account', () => {
  it('leases a number, uses it, and gives it back with its keys', async () => {
    const stage = await openStage();
    const token = stage.session(phone, 'paid');
    const id = stage.numberId(leased);
    expect((await stage.ask('POST', `/console/numbers/${id}/lease`, { token })).body).toEqual({
      id,
      e164: leased,
      region: 'CA',
      leased_at: '2026-05-20T12:00:00',
    });
    expect((await stage.ask('GET', '/console/numbers/mine', { token })).body).toEqual({
      numbers: [{ id, e164: leased, region: 'CA', leased_at: '2026-05-20T12:00:00' }],
    });
    const { body: available } = await stage.ask('GET', '/console/numbers/available', { token });
    expect(available.numbers.map(({ e164 }: { e164: string }) => e164)).toEqual([shared, otherLeased]);
    const { body: key } = await stage.ask('POST', '/console/api-keys', { token, body: { number_id: id, name: 'a' } });
    expect((await stage.ask('GET', '/v1/number', { token: key.key })).body).toMatchObject({
      e164: leased,
      tier: 'paid',
    });
    await stage.clock.advance(60_000);
    expect((await stage.ask('POST', `/console/numbers/${id}/release`, { token })).body).toEqual({
      id,
      e164: leased,
      region: 'CA',
      released_at: '2026-05-20T12:01:00',
    });
    expect((await stage.ask('GET', '/v1/number', { token: key.key })).status).toBe(401);
    expect((await stage.ask('GET', '/console/numbers/mine', { token })).body).toEqual({ numbers: [] });
  });

  it('lists its keys, by number too, and revokes them at once', async () => {
    const stage = await openStage();
    const token = stage.session(phone, 'paid');
    const [one, other] = [stage.numberId(shared), stage.numberId(leased)];
    await stage.ask('POST', `/console/numbers/${other}/lease`, { token });
    const { body: first } = await stage.ask('POST', '/console/api-keys', {
      token,
      body: { number_id: one, name: 'a' },
    });
    await stage.ask('POST', '/console/api-keys', { token, body: { number_id: other, name: 'b' } });
    await stage.ask('POST', '/console/api-keys', { token, body: { api: 'agent-otp', name: 'c' } });
    const { body: all } = await stage.ask('GET', '/console/api-keys?number_id=', { token });
    expect(all.api_keys.map(({ name, number_id, api }: Record<string, string>) => [name, number_id, api])).toEqual([
      ['a', one, 'op'],
      ['b', other, 'op'],
      ['c', null, 'agent-otp'],
    ]);
    expect(JSON.stringify(all)).not.toContain(first.key);
    const { body: ofOne } = await stage.ask('GET', `/console/api-keys?number_id=${one}`, { token });
    expect(ofOne.api_keys).toEqual([
      {
        id: first.id,
        key_prefix: first.key_prefix,
        name: 'a',
        number_id: one,
        api: 'op',
        created_at: '2026-05-20T12:00:00',
      },
    ]);
    expect((await stage.ask('GET', '/v1/number', { token: first.key })).status).toBe(200);
    const revoked = await stage.ask('DELETE', `/console/api-keys/${first.id}`, { token });
    expect(revoked.body).toEqual({ id: first.id, deleted: true });
    expect((await stage.ask('GET', '/v1/number', { token: first.key })).status).toBe(401);
    expect((await stage.ask('DELETE', `/console/api-keys/${first.id}`, { token })).status).toBe(404);
  });
});

describe('the messages of a key', () => {
  it('come in pages, newest first, that neither miss nor repeat one while others come in', async () => {
    const stage = await openStage();
    const token = stage.key(phone, leased);
    for (let n = 1; n <= 5; n += 1) {
      stage.receive(leased, `text ${n}`);
      await stage.clock.advance(1000);
    }
    const seen: string[] = [];
    let cursor = '';
    do {
      const { body } = await stage.ask('GET', `/v1/messages?limit=2${cursor}`, { token });
      expect(body.data.length).toBeLessThanOrEqual(2);
      seen.push(...body.data.map(({ body: text }: { body: string }) => text));
      cursor = body.next_cursor === null ? '' : `&cursor=${body.next_cursor}`;
      stage.receive(leased, 'one more');
    } while (cursor !== '');
    expect(seen).toEqual(['text 5', 'text 4', 'text 3', 'text 2', 'text 1']);
  });

  it('are told apart by direction', async () => {
    const stage = await openStage();
    const token = stage.key(phone, leased);
    stage.receive(leased, 'hello');
    await stage.ask('POST', '/v1/messages', { token, body: { to: '+14155559999', body: 'hi' } });
    const bodies = async (query: string) => {
      const { body } = await stage.ask('GET', `/v1/messages${query}`, { token });
      return body.data.map(({ body: text }: { body: string }) => text);
    };
    expect(await bodies('?direction=inbound')).toEqual(['hello']);
    expect(await bodies('?direction=outbound')).toEqual(['hi']);
    expect(await bodies('')).toEqual(['hi', 'hello']);
  });

  it('say why one was not sent', async () => {
    const stage = await openStage();
    const token = stage.key(phone, leased);
    const { body } = await stage.ask('POST', '/v1/messages', { token, body: { to: '+14155559999', body: 'hi' } });
    await stage.send({
      is: 'failed',
      references: [],
      error: { code: 'cms.38', message: 'the network is out of order', retryable: false },
    });
    const { body: failed } = await stage.ask('GET', `/v1/messages/${body.id}`, { token });
    expect(failed).toMatchObject({ status: 'failed', error: expect.any(String), sent_at: null, delivery: null });
  });
});
