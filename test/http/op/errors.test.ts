import { describe, expect, it } from 'vitest';
import { GatewayError } from '../../../src/errors.ts';
import { type Ask, leased, openStage, otherLeased, type Stage, shared } from '../stage.ts';

const phone = '+14152055634';
const other = '+14152055635';

type Case = readonly [
  code: string,
  status: number,
  field: string | undefined,
  ask: (stage: Stage) => readonly [method: string, path: string, ask?: Ask] | Promise<readonly [string, string, Ask?]>,
];

async function verificationOf(stage: Stage): Promise<string> {
  return (await stage.ask('POST', '/auth/start', { body: { phone } })).body.verification_id;
}

const message =
  (body: object, of = shared) =>
  (stage: Stage) =>
    ['POST', '/v1/messages', { token: stage.key(phone, of), body }] as const;

const hook = (change: object) => (stage: Stage) => {
  const body = { number_id: stage.numberId(shared), url: 'http://127.0.0.1:1/', events: ['message.sent'], ...change };
  return ['POST', '/console/webhooks', { token: stage.session(phone), body }] as const;
};

const cases: readonly Case[] = [
  ['invalid_phone', 400, 'phone', () => ['POST', '/auth/start', { body: { phone: '(415) 555-1234' } }]],
  ['invalid_phone', 400, 'phone', () => ['POST', '/auth/start', { body: { phone: '' } }]],
  ['invalid_phone', 400, 'to', message({ to: '4155551234', body: 'hi' })],
  ['phone_is_pool_number', 400, 'phone', () => ['POST', '/auth/start', { body: { phone: leased } }]],
  [
    'verification_invalid',
    400,
    'code',
    async (stage) => ['POST', '/auth/verify', { body: { verification_id: await verificationOf(stage), code: '0000' } }],
  ],
  ['verification_invalid', 400, 'code', () => ['POST', '/auth/verify', { body: { verification_id: 'x', code: '1' } }]],
  [
    'verification_expired',
    400,
    'code',
    async (stage) => {
      const id = await verificationOf(stage);
      await stage.clock.advance(601_000);
      return ['POST', '/auth/verify', { body: { verification_id: id, code: '000000' } }];
    },
  ],
  ['body_too_long', 400, 'body', message({ to: other, body: 'x'.repeat(1601) })],
  ['self_send', 400, 'to', message({ to: shared, body: 'hi' })],
  ['target_is_pool', 400, 'to', message({ to: leased, body: 'hi' })],
  ['invalid_events', 400, 'events', hook({ events: ['message.eaten'] })],
  ['validation_error', 422, 'url', hook({ url: 'ftp://example.com/' })],
  ['validation_error', 422, 'body', message({ to: other, body: '' })],
  ['validation_error', 422, 'body', message({ to: other })],
  ['validation_error', 422, 'to', message({ to: 7, body: 'hi' })],
  ['unauthenticated', 401, undefined, () => ['GET', '/console/me']],
  [
    'unauthenticated',
    401,
    undefined,
    () => ['GET', '/v1/number', { token: 'op_live_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa' }],
  ],
  ['not_found', 404, undefined, () => ['GET', '/auth/verifications/x']],
  ['not_found', 404, undefined, (stage) => ['GET', '/v1/messages/msg_x', { token: stage.key(phone, shared) }]],
  ['not_found', 404, undefined, hook({ number_id: 'x' })],
  ['not_found', 404, undefined, () => ['GET', '/v1/nothing']],
  ['not_found', 404, undefined, () => ['PUT', '/v1/messages']],
  [
    'number_unavailable',
    409,
    undefined,
    (stage) => {
      stage.key(other, leased);
      return ['POST', `/console/numbers/${stage.numberId(leased)}/lease`, { token: stage.session(phone, 'paid') }];
    },
  ],
  [
    'webhook_exists',
    409,
    undefined,
    async (stage) => {
      const [method, path, ask] = hook({})(stage);
      expect((await stage.ask(method, path, ask)).status).toBe(200);
      return [method, path, ask];
    },
  ],
  [
    'paid_required',
    403,
    undefined,
    (stage) => ['POST', `/console/numbers/${stage.numberId(leased)}/lease`, { token: stage.session(phone) }],
  ],
  [
    'rate_limited',
    429,
    undefined,
    async (stage) => {
      await verificationOf(stage);
      return ['POST', '/auth/start', { body: { phone } }];
    },
  ],
];

describe('an error of the OP API', () => {
  it.each(cases)('is %s with %i, about %s', async (code, status, field, ask) => {
    const stage = await openStage();
    const [method, path, asked] = await ask(stage);
    const answer = await stage.ask(method, path, asked);
    expect([answer.status, answer.body.error.code, answer.body.error.field]).toEqual([status, code, field]);
    expect(Object.keys(answer.body)).toEqual(['error']);
    expect(answer.body.error.message).toMatch(/\S/);
    expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8');
  });

  it('is signup_not_allowed for a phone that is not on the list, and nothing is texted', async () => {
    const stage = await openStage({ policy: { signup: 'allowlist', allow: [other], default_tier: 'free' } });
    const answer = await stage.ask('POST', '/auth/start', { body: { phone } });
    expect([answer.status, answer.body.error.code]).toEqual([403, 'signup_not_allowed']);
    expect(stage.texts).toEqual([]);
    expect((await stage.ask('POST', '/auth/start', { body: { phone: other } })).status).toBe(200);
  });

  it('is otp_delivery_failed while no modem can send', async () => {
    const stage = await openStage({
      sendText: () => {
        throw new GatewayError('modem.offline', 'modem m1 at /dev/ttyUSB2 is away', { transient: true });
      },
    });
    const answer = await stage.ask('POST', '/auth/start', { body: { phone } });
    expect([answer.status, answer.body.error.code]).toEqual([502, 'otp_delivery_failed']);
    expect(answer.text).not.toContain('ttyUSB');
  });

  it('is unavailable while the disk is full, without a word about the disk', async () => {
    const stage = await openStage({
      change: ({ correspondence }) => ({
        correspondence: {
          ...correspondence,
          send() {
            throw new GatewayError('store.full', 'no space at /var/lib/sim2mqtt', {
              transient: true,
              hint: 'free some',
            });
          },
        },
      }),
    });
    const token = stage.key(phone, shared);
    const answer = await stage.ask('POST', '/v1/messages', { token, body: { to: other, body: 'hi' } });
    expect([answer.status, answer.body.error.code]).toEqual([503, 'unavailable']);
    expect(answer.text).not.toMatch(/space|var|free/);
  });

  it('is internal where something breaks, and the log alone says what', async () => {
    const stage = await openStage({
      change: ({ numbers }) => ({
        numbers: {
          ...numbers,
          available() {
            throw new TypeError('cannot read x of /secret/place');
          },
        },
      }),
    });
    const token = stage.session(phone);
    const answer = await stage.ask('GET', '/console/numbers/available', { token });
    expect(answer.status).toBe(500);
    expect(answer.body).toEqual({ error: { code: 'internal', message: 'the request failed; the log says why' } });
    expect(stage.logged.join()).toContain('/secret/place');
    expect(stage.logged.join()).not.toContain(token);
  });

  it('locks a verification after five wrong codes, also for the right one', async () => {
    const stage = await openStage();
    const verification_id = await verificationOf(stage);
    const code = /^\d{6}/.exec(stage.texts[0]?.text ?? '')?.[0] ?? '';
    const wrong = code === '000000' ? '111111' : '000000';
    for (let attempt = 0; attempt < 5; attempt += 1) {
      await stage.ask('POST', '/auth/verify', { body: { verification_id, code: wrong } });
    }
    const answer = await stage.ask('POST', '/auth/verify', { body: { verification_id, code } });
    expect([answer.status, answer.body.error.code]).toEqual([400, 'verification_invalid']);
  });

  it('tells which credential belongs where', async () => {
    const stage = await openStage();
    const key = stage.key(phone, shared);
    const session = stage.session(phone);
    const keyAtConsole = await stage.ask('GET', '/console/me', { token: key });
    expect([keyAtConsole.status, keyAtConsole.body.error.message]).toEqual([
      401,
      'An API key does not work here: take the session of POST /auth/verify.',
    ]);
    const sessionAtV1 = await stage.ask('GET', '/v1/number', { token: session });
    expect([sessionAtV1.status, sessionAtV1.body.error.message]).toEqual([
      401,
      'A session does not work here: take an API key, op_live_….',
    ]);
    expect(sessionAtV1.headers.get('www-authenticate')).toBe('Bearer');
    const cookieAtV1 = await stage.ask('GET', '/v1/number', { headers: { cookie: `op_session=${session}` } });
    expect(cookieAtV1.status).toBe(401);
  });

  it('takes a body of 1600 characters, counted as clients count', async () => {
    const stage = await openStage();
    const token = stage.key(phone, shared);
    const send = (body: string) => stage.ask('POST', '/v1/messages', { token, body: { to: other, body } });
    expect((await send('€'.repeat(1601))).body.error.code).toBe('body_too_long');
    expect((await send('x'.repeat(1600))).status).toBe(200);
  });
});

describe('a request that is not as documented', () => {
  const json = { 'content-type': 'application/json' };

  it.each([
    ['no JSON', '{"phone":', json],
    ['an empty body', '', json],
    ['another type', 'phone=%2B14152055634', { 'content-type': 'application/x-www-form-urlencoded' }],
    ['JSON under another name', '{"phone":"+14152055634"}', { 'content-type': 'text/plain' }],
    ['a type that is none', '{"phone":"+14152055634"}', { 'content-type': 'json' }],
    ['an array', '[]', json],
    ['null', 'null', json],
    ['a string', '"phone"', json],
    ['a number for a string', '{"phone":14152055634}', json],
    ['too much', `{"phone":"${'x'.repeat(70_000)}"}`, json],
  ])('is a validation_error: %s', async (_what, body, headers) => {
    const stage = await openStage();
    const answer = await stage.ask('POST', '/auth/start', { body, headers });
    expect([answer.status, answer.body.error.code]).toEqual([422, 'validation_error']);
    expect(stage.texts).toEqual([]);
    expect((await stage.ask('POST', '/auth/start', { body: { phone } })).status).toBe(200);
  });

  it('is a validation_error without a type', async () => {
    const stage = await openStage();
    const body = new TextEncoder().encode('{"phone":"+14152055634"}');
    const response = await fetch(`${stage.url}/auth/start`, { method: 'POST', body });
    expect(response.status).toBe(422);
    expect(await response.json()).toMatchObject({ error: { code: 'validation_error' } });
  });

  it('is told every fault at once', async () => {
    const stage = await openStage();
    const answer = await stage.ask('POST', '/auth/verify', { body: { code: 7 } });
    expect(answer.body.error).toEqual({
      code: 'validation_error',
      message: 'verification_id is required; code must be string',
      field: 'verification_id',
    });
  });

  it.each([
    ['limit', 'limit=0'],
    ['limit', 'limit=101'],
    ['limit', 'limit=many'],
    ['limit', 'limit=1.5'],
    ['limit', 'limit=1&limit=2'],
    ['direction', 'direction=sideways'],
    ['cursor', 'cursor=nonsense'],
    ['cursor', 'cursor='],
    ['cursor', `cursor=${Buffer.from('n0').toString('base64url')}`],
    ['cursor', `cursor=${Buffer.from('n99999999999999999').toString('base64url')}`],
    ['cursor', `cursor=${Buffer.from('n1').toString('base64url')}%3D`],
  ])('names the %s of ?%s', async (field, query) => {
    const stage = await openStage();
    const answer = await stage.ask('GET', `/v1/messages?${query}`, { token: stage.key(phone, shared) });
    expect([answer.status, answer.body.error.code, answer.body.error.field]).toEqual([422, 'validation_error', field]);
  });

  it('needs a number for a key unless the key rents its numbers', async () => {
    const stage = await openStage();
    const token = stage.session(phone);
    const answer = await stage.ask('POST', '/console/api-keys', { token, body: { name: 'a' } });
    expect([answer.status, answer.body.error.field]).toEqual([422, 'number_id']);
    const rents = await stage.ask('POST', '/console/api-keys', { token, body: { name: 'a', api: 'agent-otp' } });
    expect(rents.body.key).toMatch(/^ak_/);
  });

  it('is fine with fields that nobody knows, and with a body where none is wanted', async () => {
    const stage = await openStage();
    const body = { phone, locale: 'en' };
    expect((await stage.ask('POST', '/auth/start', { body })).status).toBe(200);
    const token = stage.session(other, 'paid');
    const number = `/console/numbers/${stage.numberId(otherLeased)}`;
    expect(
      (await stage.ask('POST', `${number}/lease`, { token, body: '', headers: { 'content-type': 'x/y' } })).status,
    ).toBe(200);
    expect((await stage.ask('POST', `${number}/release`, { token, body: '{', headers: json })).status).toBe(200);
  });

  it('reaches no prototype', async () => {
    const stage = await openStage();
    const answer = await stage.ask('POST', '/auth/start', { body: '{"__proto__":{"phone":"+14152055634"}}' });
    expect(answer.status).toBe(422);
  });
});
