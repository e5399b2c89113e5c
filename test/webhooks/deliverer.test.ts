import { createHmac } from 'node:crypto';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { Webhooks } from '../../src/webhooks/webhooks.ts';
import { type Endpoint, openEndpoint } from './endpoint.ts';
import {
  addMailbox,
  everything,
  noonClock,
  openStage,
  owner,
  receiveFor,
  type Stage,
  type StageOptions,
  tell,
} from './stage.ts';

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;

/** A webhook of a mailbox of its own, at an endpoint. */
function addWebhook({ store, webhooks }: Pick<Stage, 'store' | 'webhooks'>, url: string, account = 'acc-1') {
  const mailbox = addMailbox(store, account);
  return { mailbox, ...webhooks.create(mailbox, { url, events: everything }, { account, via: 'op' }) };
}

function deliveriesOf(webhooks: Webhooks, id: string, account = 'acc-1') {
  return webhooks.deliveries(account, id, 1000);
}

/** One webhook on one endpoint, with a clock that the test moves. */
async function prepare(status = 200, options: StageOptions = {}) {
  const endpoint = await openEndpoint(status);
  const clock = await noonClock();
  const stage = openStage({ clock, ...options });
  const { webhook, mailbox } = addWebhook(stage, endpoint.url);
  const log = () => deliveriesOf(stage.webhooks, webhook.id);
  /** Until so many attempts are in the log. */
  const attempted = (count: number) =>
    vi.waitFor(() => expect(log().flatMap(({ attempts }) => attempts)).toHaveLength(count));
  return { ...stage, clock, endpoint, webhook, mailbox, log, attempted };
}

/** Answers nothing until told to. */
function holdBack(endpoint: Endpoint): () => void {
  const held: (() => void)[] = [];
  endpoint.answer = (_, response) => void held.push(() => response.writeHead(200).end());
  return () => {
    endpoint.answer = (_, response) => response.writeHead(200).end();
    for (const release of held.splice(0)) release();
  };
}

describe('what is delivered', () => {
  it('comes once, signed, with the documented headers and the stored body', async () => {
    const { endpoint, store, attempted, log, mailbox, start, ...stage } = await prepare();
    start();
    await tell(stage, receiveFor(store, [mailbox]));
    await attempted(1);
    const [{ rawHeaders, body }] = endpoint.arrived as [Endpoint['arrived'][number]];
    const [delivery] = log();
    expect(rawHeaders.slice(0, 10)).toEqual([
      ...['Content-Type', 'application/json', 'User-Agent', 'sim2mqtt'],
      ...['op-signature', expect.stringMatching(/^t=1779278400,v1=[0-9a-f]{64}$/)],
      ...['op-delivery-id', delivery?.id, 'op-event', 'message.received'],
    ]);
    expect(JSON.parse(body)).toMatchObject({ type: 'message.received', data: { body: 'hi back' } });
    expect(delivery).toMatchObject({
      state: 'delivered',
      nextAttemptAt: null,
      attempts: [{ status: 200, error: null }],
    });
    expect(endpoint.arrived).toHaveLength(1);
  });

  it('is tried again 30 s, 2 m, 10 m, 1 h, 6 h, 24 h and 24 h after each failure, with the same bytes, and then given up', async () => {
    const { endpoint, clock, store, attempted, log, mailbox, start, ...stage } = await prepare(500);
    start();
    await tell(stage, receiveFor(store, [mailbox]));
    await attempted(1);
    const waits = [30 * second, 2 * minute, 10 * minute, hour, 6 * hour, 24 * hour, 24 * hour];
    for (const [index, wait] of waits.entries()) {
      expect(log()[0]).toMatchObject({ state: 'pending', nextAttemptAt: clock.now() + wait });
      await clock.advance(wait - 1);
      expect(endpoint.arrived).toHaveLength(index + 1);
      await clock.advance(1);
      await attempted(index + 2);
    }
    expect(log()[0]).toMatchObject({ state: 'failed', nextAttemptAt: null });
    await clock.advance(48 * hour);
    expect(endpoint.arrived).toHaveLength(8);
    expect(new Set(endpoint.arrived.map(({ body }) => body)).size).toBe(1);
    expect(new Set(endpoint.arrived.map(({ headers }) => headers['op-delivery-id'])).size).toBe(1);
    const times = endpoint.arrived.map(({ headers }) => Number(/^t=(\d+),/.exec(String(headers['op-signature']))?.[1]));
    expect(times.slice(1).map((time, index) => (time - (times[index] ?? 0)) * second)).toEqual(waits);
  });

  it('is delivered by a later attempt', async () => {
    const { endpoint, clock, store, attempted, log, mailbox, start, ...stage } = await prepare(500);
    start();
    await tell(stage, receiveFor(store, [mailbox]));
    await attempted(1);
    endpoint.answer = (_, response) => response.writeHead(202).end();
    await clock.advance(30 * second);
    await attempted(2);
    expect(log()[0]).toMatchObject({
      state: 'delivered',
      attempts: [
        { status: 500, error: 'answered 500' },
        { status: 202, error: null },
      ],
    });
  });

  it('goes to the new URL and is signed with the new secret, once they are changed', async () => {
    const { clock, store, webhook, attempted, mailbox, start, ...stage } = await prepare(500);
    const next = await openEndpoint();
    start();
    await tell(stage, receiveFor(store, [mailbox]));
    await attempted(1);
    stage.webhooks.change('acc-1', webhook.id, { url: next.url }, owner);
    const { secret } = stage.webhooks.rotate('acc-1', webhook.id, owner);
    await clock.advance(30 * second);
    await attempted(2);
    const [{ headers, body } = { headers: {}, body: '' }] = next.arrived;
    const time = clock.now() / second;
    const expected = createHmac('sha256', secret).update(`${time}.${body}`).digest('hex');
    expect(headers).toMatchObject({ 'op-signature': `t=${time},v1=${expected}` });
  });

  it('notes who has read a one-time code', async () => {
    const { store, attempted, mailbox, start, endpoint, clock, ...stage } = await prepare(500);
    start();
    const event = receiveFor(store, [mailbox], {
      text: 'code 428193',
      otp: { code: '428193', rule: 'en', confidence: 1 },
    });
    await tell(stage, event);
    await attempted(1);
    const reads = () => store.audit.latest(10).filter(({ action }) => action === 'code.read');
    expect(reads()).toEqual([]);
    endpoint.answer = (_, response) => response.writeHead(200).end();
    await clock.advance(30 * second);
    await attempted(2);
    expect(reads()).toMatchObject([{ account: 'acc-1', subject: event.id, via: 'webhook', at: clock.now() }]);
  });
});

describe('a restart', () => {
  it('goes on with what waits for its next attempt', async () => {
    const before = await prepare(500);
    const stop = before.start();
    await tell(before, receiveFor(before.store, [before.mailbox]));
    await before.attempted(1);
    await stop();
    before.store.close();
    const clock = await noonClock();
    const after = openStage({ folder: before.folder, clock });
    after.start();
    await clock.advance(30 * second - 1);
    expect(before.endpoint.arrived).toHaveLength(1);
    await clock.advance(1);
    await vi.waitFor(() => expect(deliveriesOf(after.webhooks, before.webhook.id)[0]?.attempts).toHaveLength(2));
    const [one, two] = before.endpoint.arrived;
    expect(two?.body).toBe(one?.body);
    expect(two?.headers['op-delivery-id']).toBe(one?.headers['op-delivery-id']);
    expect(deliveriesOf(after.webhooks, before.webhook.id)[0]?.nextAttemptAt).toBe(clock.now() + 2 * minute);
  });

  it('sends again what was being sent when the process died', async () => {
    const before = await prepare();
    const release = holdBack(before.endpoint);
    before.start();
    await tell(before, receiveFor(before.store, [before.mailbox]));
    await vi.waitFor(() => expect(before.endpoint.arrived).toHaveLength(1));
    openStage({ folder: before.folder, clock: await noonClock() }).start();
    await vi.waitFor(() => expect(before.endpoint.arrived).toHaveLength(2));
    release();
    const ids = before.endpoint.arrived.map(({ headers }) => headers['op-delivery-id']);
    expect(new Set(ids).size).toBe(1);
  });

  it('that is asked for lets what is being sent end', async () => {
    const { endpoint, store, attempted, log, mailbox, start, ...stage } = await prepare();
    const release = holdBack(endpoint);
    const stop = start();
    for (let n = 0; n < 5; n++) await tell(stage, receiveFor(store, [mailbox]));
    await vi.waitFor(() => expect(endpoint.arrived).toHaveLength(2));
    const stopped = stop();
    release();
    await stopped;
    await attempted(2);
    expect(
      log()
        .map(({ state }) => state)
        .sort(),
    ).toEqual(['delivered', 'delivered', 'pending', 'pending', 'pending']);
  });

  it('that is asked for does not wait long for an endpoint, and calls nothing failed', async () => {
    const { endpoint, clock, store, log, mailbox, start, ...stage } = await prepare();
    holdBack(endpoint);
    const stop = start();
    await tell(stage, receiveFor(store, [mailbox]));
    await vi.waitFor(() => expect(endpoint.arrived).toHaveLength(1));
    const stopped = stop();
    await clock.advance(3 * second);
    await stopped;
    expect(log()).toMatchObject([{ state: 'pending', attempts: [] }]);
  });
});

describe('a slow endpoint', () => {
  it('delays no other, and has no more than two requests at once', async () => {
    const { endpoint: slow, mailbox, start, ...stage } = await prepare();
    const release = holdBack(slow);
    const fast = await openEndpoint();
    const other = addWebhook(stage, fast.url, 'acc-2');
    start();
    for (let n = 0; n < 20; n++) await tell(stage, receiveFor(stage.store, [mailbox, other.mailbox]));
    await vi.waitFor(() => expect(fast.arrived).toHaveLength(20));
    expect(slow.arrived).toHaveLength(2);
    release();
    await vi.waitFor(() => expect(slow.arrived).toHaveLength(20));
  });

  it('is one of sixteen that fill every place, and the next waits for one of them only', async () => {
    const { endpoint: slow, start, webhook, ...stage } = await prepare();
    stage.webhooks.remove('acc-1', webhook.id, owner);
    const release = holdBack(slow);
    const all = Array.from({ length: 20 }, (_, n) => addWebhook(stage, slow.url, `acc-${n + 10}`));
    for (let n = 0; n < 3; n++)
      await tell(
        stage,
        receiveFor(
          stage.store,
          all.map(({ mailbox }) => mailbox),
        ),
      );
    start();
    await vi.waitFor(() => expect(slow.arrived).toHaveLength(32));
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(slow.arrived).toHaveLength(32);
    release();
    await vi.waitFor(() => expect(slow.arrived).toHaveLength(60));
  });

  it('does not starve others with ten thousand deliveries that are due', async () => {
    const { store, webhook, mailbox, start, endpoint: full, ...stage } = await prepare();
    const few = await openEndpoint();
    const other = addWebhook({ store, ...stage }, few.url, 'acc-2');
    store.db.commit(() => {
      for (let n = 0; n < 10_000; n++)
        store.deliveries.add({
          id: `d${n}`,
          webhook: webhook.id,
          seq: 1_000_000 + n,
          event: 'message.sent',
          body: '{}',
          at: 1,
        });
    });
    start();
    await vi.waitFor(() => expect(full.arrived.length).toBeGreaterThan(0));
    await tell(stage, receiveFor(store, [mailbox, other.mailbox]));
    await vi.waitFor(() => expect(few.arrived).toHaveLength(1));
    expect(full.arrived.length).toBeLessThan(2000);
    stage.webhooks.remove('acc-1', webhook.id, owner);
  });
});

describe('a disabled webhook', () => {
  it('is not told, also not later, of what happens meanwhile; what waits goes on when it is enabled', async () => {
    const { endpoint, clock, store, webhook, attempted, log, mailbox, start, ...stage } = await prepare(500);
    start();
    await tell(stage, receiveFor(store, [mailbox], { text: 'before' }));
    await attempted(1);
    expect(stage.webhooks.change('acc-1', webhook.id, { enabled: false }, owner).enabled).toBe(false);
    await tell(stage, receiveFor(store, [mailbox], { text: 'meanwhile' }));
    await clock.advance(hour);
    expect(log()).toMatchObject([{ state: 'pending', nextAttemptAt: null }]);
    expect(endpoint.arrived).toHaveLength(1);
    endpoint.answer = (_, response) => response.writeHead(200).end();
    stage.webhooks.change('acc-1', webhook.id, { enabled: true }, owner);
    await attempted(2);
    expect(log()).toMatchObject([{ state: 'delivered' }]);
    expect(endpoint.arrived.map(({ body }) => JSON.parse(body).data.body)).toEqual(['before', 'before']);
  });

  it('keeps its place in the schedule', async () => {
    const { clock, store, webhook, attempted, log, mailbox, start, ...stage } = await prepare(500);
    start();
    await tell(stage, receiveFor(store, [mailbox]));
    await attempted(1);
    stage.webhooks.change('acc-1', webhook.id, { enabled: false }, owner);
    stage.webhooks.change('acc-1', webhook.id, { enabled: true }, owner);
    await attempted(2);
    expect(log()[0]?.nextAttemptAt).toBe(clock.now() + 2 * minute);
  });

  it('is not tried again when it was disabled while it was being sent', async () => {
    const { endpoint, clock, store, webhook, attempted, log, mailbox, start, ...stage } = await prepare();
    let refuse = () => {};
    endpoint.answer = (_, response) => {
      refuse = () => response.writeHead(500).end();
    };
    start();
    await tell(stage, receiveFor(store, [mailbox]));
    await vi.waitFor(() => expect(endpoint.arrived).toHaveLength(1));
    stage.webhooks.change('acc-1', webhook.id, { enabled: false }, owner);
    refuse();
    await attempted(1);
    await clock.advance(hour);
    expect(log()).toMatchObject([{ state: 'pending', nextAttemptAt: null }]);
    expect(endpoint.arrived).toHaveLength(1);
  });
});

describe('a webhook that is enabled again', () => {
  it("makes nobody else's endpoint hear twice of what it is hearing", async () => {
    const { endpoint, store, webhook, log, attempted, mailbox, start, ...stage } = await prepare();
    const other = addWebhook({ store, ...stage }, endpoint.url, 'acc-2').webhook;
    const release = holdBack(endpoint);
    start();
    for (let n = 0; n < 3; n++) await tell(stage, receiveFor(store, [mailbox]));
    await vi.waitFor(() => expect(endpoint.arrived).toHaveLength(2));
    for (const enabled of [false, true])
      stage.webhooks.change('acc-2', other.id, { enabled }, { account: 'acc-2', via: 'op' });
    await new Promise((resolve) => setImmediate(resolve));
    release();
    await attempted(3);
    await vi.waitFor(() => expect(log().map(({ state }) => state)).toEqual(['delivered', 'delivered', 'delivered']));
    expect(new Set(endpoint.arrived.map(({ headers }) => headers['op-delivery-id'])).size).toBe(3);
    expect(endpoint.arrived).toHaveLength(3);
  });
});

describe('a webhook that is gone', () => {
  it.each(['removed', 'closed with its mailbox'])('because it was %s takes what waits with it', async (how) => {
    const { endpoint, clock, store, webhook, attempted, mailbox, start, ...stage } = await prepare(500);
    start();
    await tell(stage, receiveFor(store, [mailbox]));
    await attempted(1);
    if (how === 'removed') stage.webhooks.remove('acc-1', webhook.id, owner);
    else store.webhooks.removeOf(mailbox.n);
    await clock.advance(hour);
    await tell(stage, receiveFor(store, [mailbox]));
    expect(endpoint.arrived).toHaveLength(1);
    expect(stage.webhooks.list('acc-1')).toEqual([]);
  });

  it('while it was being sent leaves nothing behind', async () => {
    const { endpoint, store, webhook, mailbox, start, logged, ...stage } = await prepare();
    const release = holdBack(endpoint);
    const stop = start();
    await tell(stage, receiveFor(store, [mailbox]));
    await vi.waitFor(() => expect(endpoint.arrived).toHaveLength(1));
    stage.webhooks.remove('acc-1', webhook.id, owner);
    release();
    await stop();
    expect(store.db.prepare('SELECT * FROM deliveries').all()).toEqual([]);
    expect(store.db.prepare('SELECT * FROM delivery_attempts').all()).toEqual([]);
    expect(logged.filter((line) => JSON.parse(line).level >= 40)).toEqual([]);
  });
});

describe('trouble at home', () => {
  it('with the store sends nothing twice: the outcome is written when that can be', async () => {
    const { endpoint, clock, folder, store, attempted, log, mailbox, start, ...stage } = await prepare();
    store.db.prepare('PRAGMA busy_timeout = 0').get();
    const other = new Sqlite(join(folder, 'sim2mqtt.db'));
    onTestFinished(() => void other.close());
    endpoint.answer = (_, response) => {
      other.exec('BEGIN IMMEDIATE');
      response.writeHead(200).end();
    };
    start();
    await tell(stage, receiveFor(store, [mailbox]));
    await vi.waitFor(() => expect(stage.logged.join()).toContain('cannot be stored; trying again'));
    expect(log()).toMatchObject([{ state: 'pending', attempts: [] }]);
    other.exec('ROLLBACK');
    await clock.advance(second);
    await attempted(1);
    expect(log()).toMatchObject([{ state: 'delivered' }]);
    expect(endpoint.arrived).toHaveLength(1);
  });

  it('with the clock, when somebody sets it back, stops nothing', async () => {
    const manual = await noonClock();
    let offset = 0;
    const clock = { now: () => manual.now() + offset, sleep: manual.sleep.bind(manual) };
    const { endpoint, store, mailbox, start, webhook, ...stage } = await prepare(200, { clock });
    start();
    await tell(stage, receiveFor(store, [mailbox]));
    await vi.waitFor(() => expect(deliveriesOf(stage.webhooks, webhook.id)[0]?.state).toBe('delivered'));
    offset = -hour;
    await tell(stage, receiveFor(store, [mailbox]));
    await vi.waitFor(() => expect(endpoint.arrived).toHaveLength(2));
  });

  it('with the clock, when it is set forward, is noticed within five minutes', async () => {
    const manual = await noonClock();
    let offset = 0;
    const clock = { now: () => manual.now() + offset, sleep: manual.sleep.bind(manual) };
    const { endpoint, store, mailbox, start, webhook, ...stage } = await prepare(500, { clock });
    start();
    await tell(stage, receiveFor(store, [mailbox]));
    for (let n = 1; n <= 4; n++) {
      await vi.waitFor(() => expect(deliveriesOf(stage.webhooks, webhook.id)[0]?.attempts).toHaveLength(n));
      if (n < 4) await manual.advance(10 * minute);
    }
    offset = hour;
    await manual.advance(5 * minute);
    await vi.waitFor(() => expect(endpoint.arrived).toHaveLength(5));
  });
});
