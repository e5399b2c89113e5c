import { rmSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { type Endpoint, openEndpoint } from './endpoint.ts';
import {
  addMailbox,
  everything,
  noon,
  noonClock,
  openStage,
  owner,
  receiveFor,
  type StageOptions,
  tell,
} from './stage.ts';

const url = 'https://example.com/sms';
const unknownWebhook = expect.objectContaining({ code: 'webhook.unknown' });

function codeOf(work: () => unknown): string | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    return (error as { code?: string }).code;
  }
}

async function prepare(status = 200, options: StageOptions = {}) {
  const endpoint = await openEndpoint(status);
  const clock = await noonClock();
  const stage = openStage({ clock, ...options });
  const mailbox = addMailbox(stage.store);
  const created = stage.webhooks.create(mailbox, { url: endpoint.url, events: everything }, owner);
  const log = () => stage.webhooks.deliveries('acc-1', created.webhook.id, 100);
  return { ...stage, clock, endpoint, mailbox, log, id: created.webhook.id, ...created };
}

describe('a webhook', () => {
  it('is made with a secret that is shown once and not kept in clear', () => {
    const { store, webhooks } = openStage();
    const mailbox = addMailbox(store);
    const { webhook, secret } = webhooks.create(
      mailbox,
      { url, events: ['message.sent', 'message.received', 'message.sent'] },
      owner,
    );
    expect(secret).toMatch(/^whs_[0-9A-Za-z]{32}$/);
    expect(webhook).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      mailbox: mailbox.n,
      number: mailbox.number.id,
      url,
      events: ['message.sent', 'message.received'],
      enabled: true,
      createdAt: expect.any(Number),
    });
    expect(webhooks.list('acc-1')).toEqual([webhook]);
    expect(JSON.stringify(webhooks.list('acc-1'))).not.toContain('whs_');
    const kept = store.db.prepare<[], { secret: Buffer }>('SELECT secret FROM webhooks').get()?.secret;
    expect(kept?.toString('latin1')).not.toContain(secret.slice(4, 12));
  });

  it('is the only one of its mailbox', () => {
    const { store, webhooks } = openStage();
    const mailbox = addMailbox(store);
    webhooks.create(mailbox, { url, events: everything }, owner);
    expect(codeOf(() => webhooks.create(mailbox, { url, events: everything }, owner))).toBe('webhook.exists');
    expect(webhooks.list('acc-1')).toHaveLength(1);
    expect(store.audit.latest(10)).toHaveLength(1);
  });

  it.each([
    ['', 'webhook.bad_url'],
    ['example.com/sms', 'webhook.bad_url'],
    ['ftp://example.com/', 'webhook.bad_url'],
    ['file:///etc/passwd', 'webhook.bad_url'],
    ['javascript:alert(1)', 'webhook.bad_url'],
    ['http://', 'webhook.bad_url'],
    ['https://user:secret@example.com/', 'webhook.bad_url'],
    ['https://user@example.com/', 'webhook.bad_url'],
    ['https://example.com/a b', 'webhook.bad_url'],
    ['https://example.com/\nHost: x', 'webhook.bad_url'],
    [`https://example.com/${'x'.repeat(2029)}`, 'webhook.bad_url'],
    [`https://example.com/${'x'.repeat(2028)}`, undefined],
    ['http://example.com', undefined],
    ['HTTPS://EXAMPLE.com:8443/a?b=c', undefined],
    ['http://192.168.1.10:8123/hook', undefined],
  ])('at %j: %s', (at, code) => {
    const { store, webhooks } = openStage();
    expect(codeOf(() => webhooks.create(addMailbox(store), { url: at, events: everything }, owner))).toBe(code);
  });

  it.each(['http://192.168.1.10/', 'http://[::1]/', 'http://2130706433/', 'http://0/', 'http://[::ffff:10.0.0.1]/'])(
    'may not be at %s where private addresses are not allowed',
    (at) => {
      const { store, webhooks } = openStage({ allowPrivate: false });
      const mailbox = addMailbox(store);
      expect(codeOf(() => webhooks.create(mailbox, { url: at, events: everything }, owner))).toBe('webhook.bad_url');
      const { webhook } = webhooks.create(mailbox, { url, events: everything }, owner);
      expect(codeOf(() => webhooks.change('acc-1', webhook.id, { url: at }, owner))).toBe('webhook.bad_url');
    },
  );

  it.each([[[]], [['message.delivered']], [['message.sent', 'sms_received']], [['MESSAGE.SENT']]])(
    'cannot be told of %j',
    (events) => {
      const { store, webhooks } = openStage();
      expect(codeOf(() => webhooks.create(addMailbox(store), { url, events }, owner))).toBe('webhook.bad_events');
    },
  );

  it('is changed as far as the change says', () => {
    const { store, webhooks } = openStage();
    const { webhook } = webhooks.create(addMailbox(store), { url, events: everything }, owner);
    expect(webhooks.change('acc-1', webhook.id, { enabled: false }, owner)).toEqual({ ...webhook, enabled: false });
    expect(webhooks.change('acc-1', webhook.id, { url: 'http://a.example/' }, owner)).toMatchObject({ enabled: false });
    expect(webhooks.change('acc-1', webhook.id, { events: ['message.sent'] }, owner)).toEqual({
      ...webhook,
      enabled: false,
      url: 'http://a.example/',
      events: ['message.sent'],
    });
    for (const wrong of [{ url: 'x' }, { events: [] }, { events: ['x'], enabled: true }])
      expect(codeOf(() => webhooks.change('acc-1', webhook.id, wrong, owner))).toMatch(/^webhook\.bad_/);
    expect(webhooks.list('acc-1')).toMatchObject([
      { url: 'http://a.example/', events: ['message.sent'], enabled: false },
    ]);
  });

  it('leaves in the audit trail who did what to it', () => {
    const { store, webhooks } = openStage();
    const { webhook } = webhooks.create(addMailbox(store), { url, events: everything }, owner);
    webhooks.change('acc-1', webhook.id, { enabled: false }, owner);
    webhooks.rotate('acc-1', webhook.id, { account: 'acc-1', via: 'cli' });
    webhooks.remove('acc-1', webhook.id, owner);
    const trail = store.audit
      .latest(10)
      .map(({ account, action, subject, via }) => ({ account, action, subject, via }));
    const same = { account: 'acc-1', subject: webhook.id };
    expect(trail).toEqual([
      { ...same, action: 'webhook.deleted', via: 'op' },
      { ...same, action: 'webhook.changed', via: 'cli' },
      { ...same, action: 'webhook.changed', via: 'op' },
      { ...same, action: 'webhook.created', via: 'op' },
    ]);
  });

  it('cannot be made again after it is removed with the same id, but anew', () => {
    const { store, webhooks } = openStage();
    const mailbox = addMailbox(store);
    const { webhook } = webhooks.create(mailbox, { url, events: everything }, owner);
    webhooks.remove('acc-1', webhook.id, owner);
    expect(codeOf(() => webhooks.remove('acc-1', webhook.id, owner))).toBe('webhook.unknown');
    expect(webhooks.create(mailbox, { url, events: everything }, owner).webhook.id).not.toBe(webhook.id);
  });

  it("of a closed mailbox is nobody's", () => {
    const { store, webhooks } = openStage();
    const mailbox = addMailbox(store);
    const { webhook } = webhooks.create(mailbox, { url, events: everything }, owner);
    store.db.prepare('UPDATE mailboxes SET closed_at = 1').run();
    expect(webhooks.list('acc-1')).toEqual([]);
    expect(codeOf(() => webhooks.deliveries('acc-1', webhook.id, 1))).toBe('webhook.unknown');
  });
});

describe('a test of a webhook', () => {
  it.each([
    [
      'message.received',
      {
        direction: 'inbound',
        to: '+14165551234',
        from: '+12025550100',
        body: 'This is a test.',
        received_at: '2026-05-20T12:00:00',
      },
    ],
    [
      'message.sent',
      {
        direction: 'outbound',
        to: '+12025550100',
        from: '+14165551234',
        body: 'This is a test.',
        status: 'sent',
        created_at: '2026-05-20T12:00:00',
        sent_at: '2026-05-20T12:00:00',
        error: null,
      },
    ],
    [
      'message.failed',
      {
        direction: 'outbound',
        to: '+12025550100',
        from: '+14165551234',
        body: 'This is a test.',
        status: 'failed',
        created_at: '2026-05-20T12:00:00',
        sent_at: null,
        error: 'this is a test',
      },
    ],
  ])('has the shape of %s, its first event', async (event, data) => {
    const { webhooks, id, endpoint, log } = await prepare();
    webhooks.change('acc-1', id, { events: [event, ...everything] }, owner);
    const delivery = await webhooks.test('acc-1', id);
    expect(delivery).toMatchObject({
      event,
      state: 'delivered',
      nextAttemptAt: null,
      createdAt: noon,
      attempts: [{ at: noon, status: 200, error: null }],
    });
    expect(log()).toEqual([delivery]);
    const [{ headers, body }] = endpoint.arrived as [Endpoint['arrived'][number]];
    expect(headers).toMatchObject({ 'op-event': event, 'op-delivery-id': delivery.id });
    expect(JSON.parse(body)).toEqual({
      id: expect.stringMatching(/^evt_[0-9a-f-]{36}$/),
      type: event,
      created_at: '2026-05-20T12:00:00',
      data: { id: expect.stringMatching(/^msg_[0-9a-f-]{36}$/), ...data },
      test: true,
    });
  });

  it('that fails is in the log and not tried again', async () => {
    const { webhooks, id, endpoint, log, clock, start } = await prepare(500);
    start();
    expect(await webhooks.test('acc-1', id)).toMatchObject({
      state: 'failed',
      nextAttemptAt: null,
      attempts: [{ status: 500, error: 'answered 500' }],
    });
    webhooks.change('acc-1', id, { enabled: false }, owner);
    webhooks.change('acc-1', id, { enabled: true }, owner);
    await clock.advance(3_600_000);
    expect(endpoint.arrived).toHaveLength(1);
    expect(log()).toHaveLength(1);
  });

  it('goes to a disabled webhook as well', async () => {
    const { webhooks, id } = await prepare();
    webhooks.change('acc-1', id, { enabled: false }, owner);
    expect((await webhooks.test('acc-1', id)).state).toBe('delivered');
  });

  it('waits for a place, and is refused once the gateway stops', async () => {
    const { webhooks, id, endpoint, start, clock } = await prepare();
    endpoint.answer = () => {};
    const stop = start();
    const tests = Promise.allSettled([1, 2, 3].map(() => webhooks.test('acc-1', id)));
    await vi.waitFor(() => expect(endpoint.arrived).toHaveLength(2));
    const stopped = stop();
    await clock.advance(3000);
    await stopped;
    for (const test of await tests)
      expect(test).toMatchObject({ status: 'rejected', reason: { code: 'internal', transient: true } });
    await expect(webhooks.test('acc-1', id)).rejects.toMatchObject({ code: 'internal' });
    expect(endpoint.arrived).toHaveLength(2);
  });

  it('of one that is removed meanwhile is unknown', async () => {
    const { webhooks, id, endpoint, store } = await prepare();
    endpoint.answer = (_, response) => {
      webhooks.remove('acc-1', id, owner);
      response.end();
    };
    await expect(webhooks.test('acc-1', id)).rejects.toEqual(unknownWebhook);
    expect(store.db.prepare('SELECT * FROM deliveries').all()).toEqual([]);
  });
});

describe('sending one again', () => {
  async function pending(status = 500) {
    const stage = await prepare(status);
    stage.start();
    await tell(stage, receiveFor(stage.store, [stage.mailbox]));
    await vi.waitFor(() => expect(stage.log()[0]?.attempts).toHaveLength(1));
    return { ...stage, delivery: stage.log()[0]?.id ?? '' };
  }

  it('sends the same bytes under the same id; a success ends it', async () => {
    const { webhooks, id, endpoint, delivery, clock, store } = await pending();
    endpoint.answer = (_, response) => response.writeHead(200).end();
    expect(await webhooks.redeliver('acc-1', id, delivery, owner)).toMatchObject({
      state: 'delivered',
      nextAttemptAt: null,
      attempts: [{ status: 500 }, { status: 200 }],
    });
    const [deed] = store.audit.latest(1);
    expect(deed).toMatchObject({ action: 'webhook.redelivered', subject: id, account: 'acc-1', via: 'op', at: noon });
    const [one, two] = endpoint.arrived;
    expect([two?.body, two?.headers['op-delivery-id']]).toEqual([one?.body, one?.headers['op-delivery-id']]);
    await clock.advance(3_600_000);
    expect(endpoint.arrived).toHaveLength(2);
  });

  it('leaves a delivery on its schedule when it fails', async () => {
    const { webhooks, id, endpoint, delivery, clock, log } = await pending();
    await clock.advance(10_000);
    for (let n = 0; n < 3; n++)
      expect((await webhooks.redeliver('acc-1', id, delivery, owner)).nextAttemptAt).toBe(noon + 30_000);
    await clock.advance(20_000);
    await vi.waitFor(() => expect(log()[0]?.attempts).toHaveLength(5));
    expect(endpoint.arrived).toHaveLength(5);
    expect(log()[0]).toMatchObject({ state: 'pending', nextAttemptAt: noon + 150_000 });
  });

  it('leaves a failed one failed, and a delivered one delivered, when it fails', async () => {
    const { webhooks, id, endpoint } = await prepare(500);
    const failed = await webhooks.test('acc-1', id);
    expect(await webhooks.redeliver('acc-1', id, failed.id, owner)).toMatchObject({
      state: 'failed',
      attempts: [{}, {}],
    });
    endpoint.answer = (_, response) => response.writeHead(200).end();
    expect(await webhooks.redeliver('acc-1', id, failed.id, owner)).toMatchObject({ state: 'delivered' });
    endpoint.answer = (_, response) => response.writeHead(500).end();
    expect(await webhooks.redeliver('acc-1', id, failed.id, owner)).toMatchObject({
      state: 'delivered',
      nextAttemptAt: null,
      attempts: [{}, {}, {}, { error: 'answered 500' }],
    });
  });

  it('is not undone by a scheduled attempt that fails after it', async () => {
    const { webhooks, id, endpoint, delivery, clock, log } = await pending();
    const refuse: (() => void)[] = [];
    endpoint.answer = (_, response) => void refuse.push(() => response.writeHead(500).end());
    await clock.advance(30_000);
    await vi.waitFor(() => expect(endpoint.arrived).toHaveLength(2));
    endpoint.answer = (_, response) => response.writeHead(200).end();
    expect((await webhooks.redeliver('acc-1', id, delivery, owner)).state).toBe('delivered');
    expect(refuse).toHaveLength(1);
    for (const each of refuse) each();
    await vi.waitFor(() => expect(log()[0]?.attempts).toHaveLength(3));
    expect(log()[0]).toMatchObject({ state: 'delivered', nextAttemptAt: null });
    expect(
      log()[0]
        ?.attempts.map(({ status }) => status)
        .sort(),
    ).toEqual([200, 500, 500]);
  });

  it('needs a delivery of this very webhook', async () => {
    const { webhooks, id, delivery, store } = await pending();
    const other = webhooks.create(
      addMailbox(store, 'acc-1', '+14165550000'),
      { url, events: everything },
      owner,
    ).webhook;
    await expect(webhooks.redeliver('acc-1', other.id, delivery, owner)).rejects.toMatchObject({
      code: 'delivery.unknown',
    });
    await expect(webhooks.redeliver('acc-1', id, 'nonsense', owner)).rejects.toMatchObject({
      code: 'delivery.unknown',
    });
    expect(store.audit.latest(9).filter(({ action }) => action === 'webhook.redelivered')).toEqual([]);
  });
});

describe('the log of deliveries', () => {
  it('has the newest first, and no more than asked for', async () => {
    const { webhooks, id, clock } = await prepare();
    const made = [];
    for (let n = 0; n < 3; n++) {
      made.unshift(await webhooks.test('acc-1', id));
      await clock.advance(1000);
    }
    expect(webhooks.deliveries('acc-1', id, 100)).toEqual(made);
    expect(webhooks.deliveries('acc-1', id, 2)).toEqual(made.slice(0, 2));
  });

  it('is pruned of what has ended, in small batches', async () => {
    const { webhooks, id, store, clock, mailbox, ...stage } = await prepare(500);
    for (let n = 0; n < 250; n++)
      store.deliveries.addSettled(
        { id: `d${n}`, webhook: id, seq: null, event: 'message.sent', body: '{}', at: noon },
        'delivered',
        { at: noon, duration: 1, status: 200, error: null },
      );
    await clock.advance(5000);
    await webhooks.test('acc-1', id);
    await tell({ webhooks, ...stage }, receiveFor(store, [mailbox]));
    expect([
      webhooks.prune(noon),
      webhooks.prune(noon + 1),
      webhooks.prune(noon + 1),
      webhooks.prune(noon + 1),
    ]).toEqual([0, 200, 50, 0]);
    expect(webhooks.prune(noon + 86_400_000)).toBe(1);
    expect(webhooks.deliveries('acc-1', id, 10)).toMatchObject([{ state: 'pending' }]);
    expect(store.db.prepare('SELECT * FROM delivery_attempts').all()).toEqual([]);
  });

  it('says that the secret must be made anew when its key is lost', async () => {
    const before = await prepare();
    before.store.close();
    rmSync(join(before.folder, 'secret.key'));
    const { webhooks } = openStage({ folder: before.folder });
    expect(await webhooks.test('acc-1', before.id)).toMatchObject({
      state: 'failed',
      attempts: [{ status: null, error: 'the signing secret cannot be read any more: rotate it' }],
    });
    webhooks.rotate('acc-1', before.id, owner);
    expect((await webhooks.test('acc-1', before.id)).state).toBe('delivered');
    expect(before.endpoint.arrived).toHaveLength(1);
  });

  it('says that an address is private', async () => {
    const { webhooks, id, endpoint, folder, store } = await prepare();
    expect((await webhooks.test('acc-1', id)).state).toBe('delivered');
    store.close();
    const strict = openStage({ folder, allowPrivate: false });
    expect(await strict.webhooks.test('acc-1', id)).toMatchObject({
      attempts: [{ status: null, error: 'the address 127.0.0.1 is private' }],
    });
    expect(endpoint.arrived).toHaveLength(1);
  });
});

describe('what the gateway logs', () => {
  it('tells which webhook and how it went, and neither texts, numbers, secrets nor URLs', async () => {
    const { webhooks, id, secret, endpoint, store, mailbox, logged, start, log, ...stage } = await prepare(500);
    start();
    await tell(
      { webhooks, ...stage },
      receiveFor(store, [mailbox], { text: 'code 428193', otp: { code: '428193', rule: 'en', confidence: 1 } }),
    );
    await vi.waitFor(() => expect(log()[0]?.attempts).toHaveLength(1));
    endpoint.answer = (_, response) => response.writeHead(302, { location: 'http://elsewhere.example/?x=1' }).end();
    await webhooks.redeliver('acc-1', id, log()[0]?.id ?? '', owner);
    endpoint.answer = (_, response) => response.end();
    await webhooks.test('acc-1', id);
    const lines = logged.join('');
    expect(lines).toContain(`"webhook":"${id}"`);
    expect(lines).toContain('"status":302');
    for (const private_ of ['428193', '15551234567', '14165551234', secret, '/sms', 'elsewhere'])
      expect(lines).not.toContain(private_);
  });
});

describe('two accounts', () => {
  it("never reach each other's webhooks, by any id they may guess", async () => {
    const endpoint = await openEndpoint();
    const { store, webhooks } = openStage();
    const accounts = ['acc-1', 'acc-2', 'acc-3'];
    const numbers = ['+14165551234', '+14165550000'];
    const mailboxes = accounts.flatMap((account) => numbers.map((number) => addMailbox(store, account, number)));
    const holders = new Map<string, string>();
    for (const mailbox of mailboxes) {
      const actor = { account: mailbox.account, via: 'op' };
      const { webhook } = webhooks.create(mailbox, { url: endpoint.url, events: everything }, actor);
      holders.set(webhook.id, mailbox.account);
      await webhooks.test(mailbox.account, webhook.id);
    }
    const ids = [...holders.keys()];
    const deliveries = ids.flatMap((id) => webhooks.deliveries(holders.get(id) ?? '', id, 10).map((one) => one.id));
    const everythingOf = () =>
      accounts.map((account) => webhooks.list(account).map((one) => [one, webhooks.deliveries(account, one.id, 10)]));
    const calls = {
      change: (account: string, id: string) => webhooks.change(account, id, { enabled: true }, { account, via: 'op' }),
      deliveries: (account: string, id: string) => webhooks.deliveries(account, id, 10),
      rotate: (account: string, id: string) => webhooks.rotate(account, id, { account, via: 'op' }),
      test: (account: string, id: string) => webhooks.test(account, id),
      redeliver: (account: string, id: string, delivery: string) =>
        webhooks.redeliver(account, id, delivery, { account, via: 'op' }),
      remove: (account: string, id: string) => webhooks.remove(account, id, { account, via: 'op' }),
    };
    const before = everythingOf();
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...accounts),
        fc.oneof(
          fc.constantFrom(...ids, ...deliveries, ...mailboxes.map(({ n }) => String(n))),
          fc.uuid(),
          fc.string(),
        ),
        fc.constantFrom(...deliveries),
        fc.constantFrom(...(Object.keys(calls) as (keyof typeof calls)[])),
        async (account, id, delivery, call) => {
          fc.pre(holders.get(id) !== account);
          await expect((async () => await calls[call](account, id, delivery))()).rejects.toEqual(unknownWebhook);
        },
      ),
      { numRuns: 300 },
    );
    expect(everythingOf()).toEqual(before);
    expect(webhooks.list('nobody')).toEqual([]);
    expect(endpoint.arrived).toHaveLength(ids.length);
  });
});
