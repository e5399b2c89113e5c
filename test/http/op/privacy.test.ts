import { describe, expect, it } from 'vitest';
import { leased, openStage, otherLeased } from '../stage.ts';

const alice = '+14152055634';
const bob = '+14152055635';

describe('what is one account’s', () => {
  it('is another’s by no id: every route answers as if there were nothing', async () => {
    const stage = await openStage();
    const hers = { token: stage.session(alice, 'paid'), key: stage.key(alice, leased) };
    const his = { token: stage.session(bob, 'paid'), key: stage.key(bob, otherLeased) };
    const number_id = stage.numberId(leased);
    const events = ['message.received'];
    const wanted = { number_id, url: 'http://127.0.0.1:9/', events };
    const { body: hook } = await stage.ask('POST', '/console/webhooks', { token: hers.token, body: wanted });
    const { body: tested } = await stage.ask('POST', `/console/webhooks/${hook.id}/test`, { token: hers.token });
    const { body: keys } = await stage.ask('GET', '/console/api-keys', { token: hers.token });
    stage.receive(leased, 'Your code is 481920');
    const { body: inbox } = await stage.ask('GET', '/v1/messages', { token: hers.key });
    const path = `/console/webhooks/${hook.id}`;

    const tries: readonly (readonly [string, string, unknown?])[] = [
      ['POST', '/console/api-keys', { number_id, name: 'mine now' }],
      ['DELETE', `/console/api-keys/${keys.api_keys[0].id}`],
      ['POST', `/console/numbers/${number_id}/release`],
      ['POST', '/console/webhooks', wanted],
      ['PATCH', path, { enabled: false }],
      ['POST', `${path}/rotate-secret`],
      ['POST', `${path}/test`],
      ['GET', `${path}/deliveries`],
      ['POST', `${path}/deliveries/${tested.id}/redeliver`],
      ['DELETE', path],
    ];
    for (const [method, of, body] of tries) {
      const answer = await stage.ask(method, of, { token: his.token, ...(body === undefined ? {} : { body }) });
      expect([method, of, answer.status, answer.body.error?.code]).toEqual([method, of, 404, 'not_found']);
    }
    expect((await stage.ask('GET', `/v1/messages/${inbox.data[0].id}`, { token: his.key })).status).toBe(404);
    expect((await stage.ask('GET', '/v1/messages', { token: his.key })).body.data).toEqual([]);
    expect((await stage.ask('GET', `/console/api-keys?number_id=${number_id}`, { token: his.token })).body).toEqual({
      api_keys: [],
    });
    expect((await stage.ask('GET', '/console/webhooks', { token: his.token })).body).toEqual({ webhooks: [] });
    expect((await stage.ask('GET', '/v1/messages', { token: hers.key })).body).toEqual(inbox);
    expect((await stage.ask('GET', path.replace(hook.id, ''), { token: hers.token })).status).toBe(404);
    expect((await stage.ask('GET', '/console/webhooks', { token: hers.token })).body.webhooks[0].enabled).toBe(true);
  });

  it('is not found in another’s pages by their cursors', async () => {
    const stage = await openStage();
    const hers = stage.key(alice, leased);
    const his = stage.key(bob, otherLeased);
    for (let n = 0; n < 3; n += 1) stage.receive(leased, `for her ${n}`);
    stage.receive(otherLeased, 'for him');
    for (let n = 3; n < 6; n += 1) stage.receive(leased, `for her ${n}`);
    const { body } = await stage.ask('GET', '/v1/messages?limit=1', { token: hers });
    const page = await stage.ask('GET', `/v1/messages?cursor=${body.next_cursor}`, { token: his });
    expect(page.body.data.map(({ body: text }: { body: string }) => text)).toEqual(['for him']);
  });
});
