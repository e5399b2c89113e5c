import { createConnection } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { readyState } from '../../gateway/stage.ts';
import { leased, openStage, otherLeased, type Stage, shared } from '../stage.ts';
import { account, operator, type SeenEvent, type Watched, watch } from './visitors.ts';

const ann = '+14152055634';
const bob = '+14152055635';
const peer = '+15551234567';

async function watched(stage: Stage, headers: Record<string, string>, query = ''): Promise<Watched> {
  const stream = await watch(stage, headers, query);
  onTestFinished(() => stream.close());
  return stream;
}

const short = (seen: SeenEvent | undefined) => [seen?.event, seen?.id, seen?.data.type];

describe('live events', () => {
  it('tell an operator of every message and modem at once, without their text', async () => {
    const stage = await openStage({ modems: () => [{ id: 'm1', state: readyState, queued: 3 }] });
    const stream = await watched(stage, await operator(stage).then(({ cookie }) => ({ cookie })));
    expect([stream.status, stream.headers.get('content-type')]).toEqual([200, 'text/event-stream; charset=utf-8']);
    expect(stream.headers.get('cache-control')).toBe('no-store');
    expect(await stream.next()).toEqual({ event: 'hello', id: '0', data: {} });
    stage.receive(leased, 'Your code is 481920', 'Bank');
    const seen = await stream.next();
    expect(seen).toEqual({
      event: 'message',
      id: '1',
      data: { type: 'sms_received', message: expect.stringMatching(/^msg_/), modem: 'm2', peer: 'Bank' },
    });
    expect(short(await stream.next())).toEqual(['message', '2', 'otp_received']);
    stage.modemChanged('m1');
    stage.modemChanged('m1');
    expect(await stream.next()).toMatchObject({ event: 'modem', id: null, data: { id: 'm1', queued: 3 } });
    stage.store.db.commit(() =>
      stage.store.events.append({
        id: 'evt_1',
        modem: null,
        time: 1,
        body: { type: 'alert', code: 'x', message: 'mind the gap', hint: 'step', subject: 'm1' },
      }),
    );
    stage.receive(leased, 'more');
    expect(await stream.next()).toMatchObject({
      event: 'gateway',
      id: '3',
      data: { type: 'alert', text: 'mind the gap', hint: 'step', subject: 'm1' },
    });
    expect(short(await stream.next())).toEqual(['message', '4', 'sms_received']);
  });

  it('go on where a page was cut off', async () => {
    const stage = await openStage();
    const headers = await operator(stage).then(({ cookie }) => ({ cookie }));
    for (const text of ['one', 'two', 'three']) stage.receive(leased, text);
    const stream = await watched(stage, { ...headers, 'last-event-id': '1' });
    expect((await stream.next())?.id).toBe('1');
    expect([(await stream.next())?.id, (await stream.next())?.id]).toEqual(['2', '3']);
    stage.receive(leased, 'four');
    expect((await stream.next())?.id).toBe('4');
  });

  it.each(['9999', '0'])('say that more was missed than can be told: last had %s', async (last) => {
    const stage = await openStage();
    const headers = await operator(stage).then(({ cookie }) => ({ cookie }));
    const body = { type: 'alert', code: 'x', message: 'y' } as const;
    stage.store.db.commit(() => {
      for (let n = 0; n < 1001; n++) stage.store.events.append({ id: `e${n}`, modem: null, time: 1, body });
    });
    const stream = await watched(stage, { ...headers, 'last-event-id': last });
    await stream.next();
    expect(await stream.next()).toEqual({ event: 'missed', id: '1001', data: {} });
    stage.receive(leased, 'new');
    expect(short(await stream.next())).toEqual(['message', '1002', 'sms_received']);
  });

  it('tell an account of its own messages alone, and of no modem', async () => {
    const stage = await openStage({ modems: () => [{ id: 'm1', state: readyState, queued: 0 }] });
    stage.key(ann, leased);
    stage.key(bob, otherLeased);
    const own = await watched(stage, account(stage, ann));
    const others = await watched(stage, account(stage, bob));
    await own.next();
    await others.next();
    const before = stage.store.events.lastSeq();
    stage.modemChanged('m1');
    stage.receive(otherLeased, 'for bob', peer);
    stage.receive(shared, 'for nobody', peer);
    stage.receive(leased, 'for ann', peer);
    expect(await own.next()).toMatchObject({ event: 'message', id: String(before + 3), data: { peer, modem: 'm2' } });
    expect(await others.next()).toMatchObject({ event: 'message', id: String(before + 1), data: { modem: 'm3' } });
    // Given back: what comes now is for nobody.
    const { id } = stage.apis.accounts.byPhone(ann);
    stage.apis.numbers.release(id, stage.numberId(leased), { account: id, via: 'op' });
    stage.receive(leased, 'too late', peer);
    stage.receive(otherLeased, 'again for bob', peer);
    expect(await others.next()).toMatchObject({ id: String(before + 5) });
    own.close();
  });

  it('tell an account that comes back nothing of a number it has given back', async () => {
    const stage = await openStage();
    stage.key(ann, leased);
    const headers = account(stage, ann);
    const seen = stage.store.events.lastSeq();
    stage.receive(leased, 'while it was hers', peer);
    const { id } = stage.apis.accounts.byPhone(ann);
    stage.apis.numbers.release(id, stage.numberId(leased), { account: id, via: 'op' });
    const stream = await watched(stage, { ...headers, 'last-event-id': String(seen) });
    await stream.next();
    const body = { number: stage.numberId(shared), to: peer, text: 'x' };
    await stage.ask('POST', '/ui/api/mine/messages', { headers, body });
    stage.modemChanged('m1');
    expect(await stream.next()).toMatchObject({ id: String(seen + 2), data: { type: 'queued', modem: 'm1' } });
  });

  it('end with the session: signed out here, or its token revoked elsewhere', async () => {
    const stage = await openStage();
    const [one, other] = [await operator(stage, 'one'), await operator(stage, 'other')];
    const first = await watched(stage, { cookie: one.cookie });
    const second = await watched(stage, { cookie: other.cookie });
    await first.next();
    await second.next();
    await stage.ask('DELETE', '/ui/api/session', { headers: { cookie: one.cookie } });
    expect(await first.next()).toBeUndefined();
    stage.operators.revokeToken(other.id, { account: null, via: 'cli' });
    stage.receive(leased, 'secret');
    expect(await second.next()).toEqual({ event: 'signed-out', id: null, data: {} });
    expect(await second.next()).toBeUndefined();
  });

  it('are four at most for a session, and there is room again when one is closed', async () => {
    const stage = await openStage();
    const headers = await operator(stage).then(({ cookie }) => ({ cookie }));
    const streams = await Promise.all([1, 2, 3, 4].map(() => watched(stage, headers)));
    const refused = await stage.ask('GET', '/ui/api/events', { headers });
    expect([refused.status, refused.body.error.code]).toEqual([429, 'limit.exceeded']);
    streams[0]?.close();
    await expect.poll(async () => (await watch(stage, headers)).status).toBe(200);
  });

  it('are for whom they are asked: a page of an account gets none of the operator it is too', async () => {
    const stage = await openStage();
    const cookie = `${(await operator(stage)).cookie}; ${account(stage, ann, 'paid').cookie}`;
    const stream = await watched(stage, { cookie }, '?as=account');
    const whole = await watched(stage, { cookie });
    await stream.next();
    await whole.next();
    stage.receive(leased, 'not for ann');
    expect((await whole.next())?.event).toBe('message');
    stage.key(ann, otherLeased);
    stage.receive(otherLeased, 'for ann');
    expect(await stream.next()).toMatchObject({ event: 'message', data: { modem: 'm3' } });
    expect((await stage.ask('GET', '/ui/api/events?as=nobody', { headers: { cookie } })).status).toBe(422);
    stream.close();
  });

  it('cut a page that reads nothing, and hold nobody else up', async () => {
    const stage = await openStage();
    const { cookie } = await operator(stage);
    const { hostname, port } = new URL(stage.url);
    const socket = createConnection({ host: hostname, port: Number(port) });
    socket.pause();
    let gone = false;
    socket
      .on('error', () => {})
      .on('close', () => {
        gone = true;
      });
    onTestFinished(() => void socket.destroy());
    socket.write(`GET /ui/api/events HTTP/1.1\r\nhost: ${hostname}:${port}\r\ncookie: ${cookie}\r\n\r\n`);
    const other = await watched(stage, { cookie });
    await other.next();
    const message = 'x'.repeat(200_000);
    for (let n = 1; n <= 100; n++) {
      stage.store.db.commit(() =>
        stage.store.events.append({ id: `e${n}`, modem: null, time: 1, body: { type: 'alert', code: 'x', message } }),
      );
    }
    stage.receive(leased, 'wake');
    for (let n = 1; n <= 101; n++) expect((await other.next())?.id).toBe(String(n));
    stage.receive(leased, 'wake');
    expect((await other.next())?.id).toBe('102');
    socket.resume();
    await expect.poll(() => gone).toBe(true);
  });

  it('do not keep the server from stopping', async () => {
    const stage = await openStage();
    const stream = await watched(stage, await operator(stage).then(({ cookie }) => ({ cookie })));
    await stream.next();
    await stage.close();
    expect(await stream.next().catch(() => undefined)).toBeUndefined();
  });
});
