import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openStage, shared } from '../stage.ts';

const phone = '+14152055634';

interface Got {
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly body: string;
}

async function endpoint(status = 200): Promise<{ url: string; got: Got[] }> {
  const got: Got[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      got.push({ headers: request.headers, body });
      response.writeHead(status).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/sms`, got };
}

describe('a webhook over HTTP', () => {
  it('is made, shown without its secret, changed, given a new secret, and deleted', async () => {
    const stage = await openStage();
    const token = stage.session(phone);
    const number_id = stage.numberId(shared);
    const body = { number_id, url: 'http://127.0.0.1:9/sms', events: ['message.received'] };
    const { body: made } = await stage.ask('POST', '/console/webhooks', { token, body });
    expect(made).toEqual({
      id: expect.any(String),
      ...body,
      enabled: true,
      created_at: '2026-05-20T12:00:00',
      secret: expect.stringMatching(/^whs_/),
    });
    const { secret, ...shown } = made;
    expect((await stage.ask('GET', '/console/webhooks', { token })).body).toEqual({ webhooks: [shown] });
    expect((await stage.ask('GET', `/console/webhooks?number_id=${number_id}`, { token })).body.webhooks).toHaveLength(
      1,
    );
    expect((await stage.ask('GET', '/console/webhooks?number_id=x', { token })).body).toEqual({ webhooks: [] });

    const path = `/console/webhooks/${made.id}`;
    const change = { enabled: false, events: ['message.sent', 'message.failed'] };
    expect((await stage.ask('PATCH', path, { token, body: change })).body).toEqual({ ...shown, ...change });
    expect((await stage.ask('PATCH', path, { token, body: {} })).status).toBe(422);
    expect((await stage.ask('PATCH', path, { token, body: { events: ['x'] } })).body.error.code).toBe('invalid_events');

    const { body: rotated } = await stage.ask('POST', `${path}/rotate-secret`, { token });
    expect(rotated).toEqual({ id: made.id, secret: expect.stringMatching(/^whs_/) });
    expect(rotated.secret).not.toBe(secret);

    expect((await stage.ask('DELETE', path, { token })).body).toEqual({ id: made.id, deleted: true });
    expect((await stage.ask('GET', '/console/webhooks', { token })).body).toEqual({ webhooks: [] });
    expect((await stage.ask('DELETE', path, { token })).status).toBe(404);
  });

  it('is tested with a signed event, and the attempt is there to read and to repeat', async () => {
    const { url, got } = await endpoint();
    const stage = await openStage();
    const token = stage.session(phone);
    const body = { number_id: stage.numberId(shared), url, events: ['message.received'] };
    const { body: made } = await stage.ask('POST', '/console/webhooks', { token, body });
    const path = `/console/webhooks/${made.id}`;
    const { body: tested } = await stage.ask('POST', `${path}/test`, { token });
    expect(tested).toMatchObject({ event: 'message.received', state: 'delivered', next_attempt_at: null });
    expect(tested.attempts).toEqual([
      { at: '2026-05-20T12:00:00', duration_ms: expect.any(Number), status: 200, error: null },
    ]);
    const [first] = got;
    expect(first?.headers['op-delivery-id']).toBe(tested.id);
    const [, t, v1] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(String(first?.headers['op-signature'])) ?? [];
    expect(createHmac('sha256', made.secret).update(`${t}.${first?.body}`).digest('hex')).toBe(v1);

    expect((await stage.ask('GET', `${path}/deliveries`, { token })).body).toEqual({ deliveries: [tested] });
    const again = await stage.ask('POST', `${path}/deliveries/${tested.id}/redeliver`, { token });
    expect(again.body.attempts).toHaveLength(2);
    expect(got).toHaveLength(2);
    expect((await stage.ask('POST', `${path}/deliveries/x/redeliver`, { token })).status).toBe(404);
    expect((await stage.ask('GET', `${path}/deliveries?limit=0`, { token })).status).toBe(422);
  });

  it('says why an attempt failed', async () => {
    const { url } = await endpoint(503);
    const stage = await openStage();
    const token = stage.session(phone);
    const body = { number_id: stage.numberId(shared), url, events: ['message.received'] };
    const { body: made } = await stage.ask('POST', '/console/webhooks', { token, body });
    const { status, body: tested } = await stage.ask('POST', `/console/webhooks/${made.id}/test`, { token });
    expect(status).toBe(200);
    expect(tested.attempts).toMatchObject([{ status: 503, error: expect.stringMatching(/\S/) }]);
  });
});
