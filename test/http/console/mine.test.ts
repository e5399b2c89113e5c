import { describe, expect, it } from 'vitest';
import { leased, openStage, otherLeased, type Stage, shared } from '../stage.ts';
import { account, operator } from './visitors.ts';

const ann = '+14152055634';
const bob = '+14152055635';
const peer = '+15551234567';

async function listed(stage: Stage, headers: Record<string, string>, e164: string, more = '') {
  return await stage.ask('GET', `/ui/api/mine/messages?number=${stage.numberId(e164)}${more}`, { headers });
}

const textsOf = (answer: { body: { items: { text: string }[] } }) => answer.body.items.map(({ text }) => text);

describe("an account's own page", () => {
  it('shows the numbers it holds and those everybody shares', async () => {
    const stage = await openStage();
    stage.key(ann, leased);
    const { body } = await stage.ask('GET', '/ui/api/mine/numbers', { headers: account(stage, ann) });
    expect(body.items).toEqual([
      { id: stage.numberId(leased), e164: leased, kind: 'lease', since: stage.clock.now(), until: null },
      { id: stage.numberId(shared), e164: shared, kind: 'shared', since: null, until: null },
    ]);
  });

  it("shows the messages of its lease, in pages and by peer, and none of anybody else's", async () => {
    const stage = await openStage();
    stage.key(ann, leased);
    stage.key(bob, otherLeased);
    const [own, others] = [account(stage, ann), account(stage, bob)];
    stage.receive(leased, 'Your code is 481920', 'Bank');
    stage.receive(leased, 'for ann', peer);
    stage.receive(otherLeased, 'for bob', peer);
    expect(textsOf(await listed(stage, own, leased))).toEqual(['for ann', 'Your code is 481920']);
    expect(textsOf(await listed(stage, others, otherLeased))).toEqual(['for bob']);
    for (const [headers, number] of [
      [own, otherLeased],
      [others, leased],
    ] as const) {
      const answer = await listed(stage, headers, number);
      expect([answer.status, answer.body.error.code]).toEqual([404, 'not_found']);
      const spoofed = await listed(stage, headers, number, `&peer=${encodeURIComponent(peer)}`);
      expect(spoofed.status).toBe(404);
    }
    const byPeer = await listed(stage, own, leased, `&peer=${encodeURIComponent(peer)}`);
    expect(textsOf(byPeer)).toEqual(['for ann']);
    expect(byPeer.text).not.toContain('"modem"');
    const read = stage.store.audit.named(9).filter(({ action }) => action === 'code.read');
    expect(read).toMatchObject([{ phone: ann, via: 'console', number: leased }]);
  });

  it('shows of a shared number what it sent and the answers to that alone', async () => {
    const stage = await openStage();
    const [own, others] = [account(stage, ann), account(stage, bob)];
    const body = { number: stage.numberId(shared), to: peer, text: 'hello from ann' };
    const sent = await stage.ask('POST', '/ui/api/mine/messages', { headers: own, body });
    expect(sent.body).toMatchObject({ direction: 'out', line: shared, peer, text: 'hello from ann', status: 'queued' });
    stage.receive(shared, 'answer', peer);
    stage.receive(shared, 'of a stranger', '+15559999999');
    expect(textsOf(await listed(stage, own, shared))).toEqual(['answer', 'hello from ann']);
    expect(textsOf(await listed(stage, others, shared))).toEqual([]);
    expect(textsOf(await listed(stage, others, shared, `&peer=${encodeURIComponent(peer)}`))).toEqual([]);
  });

  it('sees nothing of a number any more once it is given back', async () => {
    const stage = await openStage();
    stage.key(ann, leased);
    const headers = account(stage, ann);
    stage.receive(leased, 'before', peer);
    await stage.ask('POST', `/console/numbers/${stage.numberId(leased)}/release`, { headers });
    expect((await listed(stage, headers, leased)).status).toBe(404);
  });

  it('pages through a conversation', async () => {
    const stage = await openStage();
    stage.key(ann, leased);
    const headers = account(stage, ann);
    for (let n = 1; n <= 51; n++) stage.receive(leased, `text ${n}`, peer);
    const query = `&peer=${encodeURIComponent(peer)}`;
    const { body } = await listed(stage, headers, leased, query);
    expect([body.items.length, body.items[0].text]).toEqual([50, 'text 51']);
    const rest = await listed(stage, headers, leased, `${query}&before=${body.next}`);
    expect([textsOf(rest), rest.body.next]).toEqual([['text 1'], null]);
  });

  it.each([
    [{ to: '12345', text: 'x' }, 'invalid_phone'],
    [{ to: leased, text: 'x' }, 'self_send'],
    [{ to: shared, text: 'x' }, 'target_is_pool'],
    [{ to: peer, text: 'x'.repeat(1601) }, 'body_too_long'],
    [{ to: peer, text: '' }, 'validation_error'],
  ])('refuses to send %j: %s', async (message, code) => {
    const stage = await openStage();
    stage.key(ann, leased);
    const body = { number: stage.numberId(leased), ...message };
    const answer = await stage.ask('POST', '/ui/api/mine/messages', { headers: account(stage, ann), body });
    expect(answer.body.error.code).toBe(code);
  });

  it("cannot be used by a page of another site, with a bearer, or with an operator's cookie", async () => {
    const stage = await openStage();
    const { cookie } = account(stage, ann);
    const body = { number: stage.numberId(shared), to: peer, text: 'x' };
    const { cookie: operators } = await operator(stage);
    for (const headers of [
      { cookie, origin: 'https://evil.example' },
      { authorization: `Bearer ${cookie.replace('op_session=', '')}` },
      { cookie: operators },
      {},
    ]) {
      expect((await stage.ask('POST', '/ui/api/mine/messages', { headers, body })).status).toBe(401);
    }
  });
});
