import { createServer } from 'node:http';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { ModemState } from '../../../src/domain/modem-state.ts';
import { noon, readyState } from '../../gateway/stage.ts';
import { leased, openStage, otherLeased, shared } from '../stage.ts';
import { account, operator } from './visitors.ts';

const phone = '+14152055634';
const peer = '+15551234567';

const routes: readonly (readonly [string, string])[] = [
  ['GET', '/ui/api/modems'],
  ['POST', '/ui/api/modems/m1/restart'],
  ['GET', '/ui/api/messages'],
  ['POST', '/ui/api/messages'],
  ['GET', `/ui/api/conversation?line=${encodeURIComponent(leased)}&peer=Bank`],
  ['GET', '/ui/api/numbers'],
  ['GET', '/ui/api/accounts'],
  ['POST', '/ui/api/accounts'],
  ['PATCH', '/ui/api/accounts'],
  ['GET', '/ui/api/keys'],
  ['DELETE', '/ui/api/keys/x'],
  ['GET', '/ui/api/webhooks'],
  ['GET', '/ui/api/webhooks/x/deliveries'],
  ['POST', '/ui/api/webhooks/x/deliveries/y/redeliver'],
  ['GET', '/ui/api/audit'],
  ['POST', '/ui/api/rules'],
  ['GET', '/ui/api/health'],
  ['GET', '/ui/api/events?as=operator'],
];

describe("the operator's JSON", () => {
  it.each(routes)('%s %s is for nobody else: no cookie, a wrong one, an account, a key', async (method, path) => {
    const stage = await openStage();
    const body = ['POST', 'PATCH'].includes(method)
      ? { id: '12345678', to: peer, text: 'x', phone, tier: 'paid' }
      : undefined;
    const own = account(stage, phone, 'paid').cookie;
    const key = stage.key(phone, shared);
    for (const headers of [
      {},
      { cookie: 'operator_session=ops_00000000000000000000000000000000' },
      { cookie: own },
      { cookie: own.replace('op_session', 'operator_session') },
      { authorization: `Bearer ${key}` },
    ]) {
      const answer = await stage.ask(method, path, { headers, ...(body === undefined ? {} : { body }) });
      expect([answer.status, answer.body.error.code]).toEqual([401, 'account.unauthenticated']);
    }
    expect(stage.store.search.find({ words: [], direction: 'out', line: null, before: null, limit: 9 })).toHaveLength(
      1,
    );
  });

  it('is in no document', async () => {
    const stage = await openStage();
    expect((await stage.ask('GET', '/openapi.json')).text).not.toContain('/ui/');
  });

  it('says what is wrong with a request, and where there is none', async () => {
    const stage = await openStage();
    const headers = { cookie: (await operator(stage)).cookie };
    const asked = async (method: string, path: string, body?: unknown) => {
      const answer = await stage.ask(method, path, { headers, ...(body === undefined ? {} : { body }) });
      return [answer.status, answer.body.error.code];
    };
    expect(await asked('GET', '/ui/api/messages?before=x')).toEqual([422, 'command.invalid']);
    expect(await asked('GET', '/ui/api/conversation')).toEqual([422, 'command.invalid']);
    expect(await asked('POST', '/ui/api/modems/m1/explode')).toEqual([422, 'command.invalid']);
    expect(await asked('POST', '/ui/api/modems/m9/restart')).toEqual([404, 'modem.unknown']);
    expect(await asked('DELETE', '/ui/api/keys/x')).toEqual([404, 'key.unknown']);
    expect(await asked('GET', '/ui/api/webhooks/x/deliveries')).toEqual([404, 'webhook.unknown']);
    expect(await asked('POST', '/ui/api/accounts', { phone: '12', tier: 'free' })).toEqual([409, 'phone.invalid']);
    expect(await asked('POST', '/ui/api/accounts', { phone, tier: 'gold' })).toEqual([422, 'command.invalid']);
    expect(await asked('GET', '/ui/api/nothing')).toEqual([404, 'command.unknown']);
  });
});

describe('modems', () => {
  it('are restarted and refreshed, and the trail says by whom; not where there was none to restart', async () => {
    const stage = await openStage();
    const headers = { cookie: (await operator(stage)).cookie };
    for (const deed of ['m1/restart', 'm2/refresh', 'm9/restart']) {
      await stage.ask('POST', `/ui/api/modems/${deed}`, { headers });
    }
    const { body: trail } = await stage.ask('GET', '/ui/api/audit', { headers });
    const by = { account: null, operator: 'my phone', via: 'console' };
    const deeds = trail.items.filter(({ action }: { action: string }) => action.startsWith('modem.'));
    expect(deeds).toEqual([
      expect.objectContaining({ ...by, action: 'modem.refreshed', subject: 'm2' }),
      expect.objectContaining({ ...by, action: 'modem.restarted', subject: 'm1' }),
    ]);
  });

  const state = (change: Partial<ModemState>): ModemState => ({ ...readyState, smsc: '+1', ...change });

  it.each<[string, Partial<ModemState>, string | null]>([
    ['one that is ready', {}, null],
    ['one whose firmware tells no registration', { registration: 'unknown' }, null],
    ['one the network refuses', { registration: 'denied' }, 'the network refuses the SIM'],
    [
      'one without a service centre',
      { smsc: null },
      'the SIM names no service centre, and without one nothing can be sent',
    ],
    ['one that is unplugged', { phase: 'absent' }, 'its port is not there: it is unplugged, or has no power'],
    [
      'one that says why itself',
      { phase: 'failed', problem: { code: 'sim.pin_wrong', message: 'the PIN is wrong', hint: 'mend it' } },
      'the PIN is wrong',
    ],
  ])('say why they wait: %s', async (_, change, waiting) => {
    const stage = await openStage({ modems: () => [{ id: 'm1', state: state(change), queued: 2 }] });
    const { body } = await stage.ask('GET', '/ui/api/modems', {
      headers: await operator(stage).then(({ cookie }) => ({ cookie })),
    });
    expect(body.items).toMatchObject([
      { id: 'm1', waiting, hint: change.problem?.hint ?? null, queued: 2, number: leased },
    ]);
  });
});

describe('messages', () => {
  it('are of every line, newest first, fifty to a page, and note who read which code, once', async () => {
    const stage = await openStage();
    const headers = { cookie: (await operator(stage)).cookie };
    for (let n = 1; n <= 52; n++) stage.receive(n % 2 === 0 ? leased : shared, `Your code is ${100_000 + n}`, 'Bank');
    const first = (await stage.ask('GET', '/ui/api/messages', { headers })).body;
    expect(first.items).toHaveLength(50);
    expect(first.items[0]).toEqual({
      n: 52,
      id: expect.stringMatching(/^msg_/),
      direction: 'in',
      modem: 'm2',
      line: leased,
      peer: 'Bank',
      text: 'Your code is 100052',
      time: noon,
      partial: false,
      binary: false,
      otp: { code: '100052', service: null },
      status: null,
      error: null,
    });
    const rest = (await stage.ask('GET', `/ui/api/messages?before=${first.next}`, { headers })).body;
    expect([rest.items.map(({ n }: { n: number }) => n), rest.next]).toEqual([[2, 1], null]);
    const line = encodeURIComponent(leased);
    expect((await stage.ask('GET', `/ui/api/messages?line=${line}`, { headers })).body.items).toHaveLength(26);
    await stage.ask('GET', '/ui/api/messages', { headers });
    const read = () => stage.store.audit.named(200).filter(({ action }) => action === 'code.read');
    const by = () => new Set(read().map(({ via, operator: name }) => `${via} ${name}`));
    expect([read().length, by()]).toEqual([52, new Set(['console my phone'])]);
    const other = { cookie: (await operator(stage, 'the laptop')).cookie };
    for (const _ of [1, 2]) await stage.ask('GET', `/ui/api/messages?line=${line}`, { headers: other });
    expect([read().length, by()]).toEqual([78, new Set(['console my phone', 'console the laptop'])]);
  });

  it('are found by any piece of their text, their peer or their code, however they are asked for', async () => {
    const stage = await openStage();
    const headers = { cookie: (await operator(stage)).cookie };
    stage.receive(leased, 'Der Café-Schlüssel liegt "unter" der Matte; 100% sicher', '+447700900123');
    stage.receive(shared, 'Your code is 481920', 'Contoso');
    stage.receive(shared, '您的验证码是739201，请勿泄露', 'Contoso');
    const found = async (search: string) => {
      const answer = await stage.ask('GET', `/ui/api/messages?search=${encodeURIComponent(search)}`, { headers });
      expect([search, answer.status]).toEqual([search, 200]);
      return answer.body.items.map(({ n }: { n: number }) => n);
    };
    for (const search of ['cafe', 'SCHLÜSSEL', 'atte', '7009001', 'unter matte', '"unter"', '100% de', 'de']) {
      expect([search, await found(search)]).toEqual([search, search === 'de' ? [2, 1] : [1]]);
    }
    expect(await found('1920')).toEqual([2]);
    expect(await found('验证码')).toEqual([3]);
    expect(await found('勿')).toEqual([3]);
    expect(await found('CONTOSO')).toEqual([3, 2]);
    expect(await found('  ')).toEqual([3, 2, 1]);
    const matching = new Map([
      ['"', [1]],
      ['%', [1]],
      ['-', [1]],
      ['\0', [3, 2, 1]],
      ['co\0de', [2]],
    ]);
    for (const hostile of [
      ...matching.keys(),
      '""',
      '"""',
      "'",
      "'; DROP TABLE messages; --",
      'AND',
      'OR NOT NEAR(',
      'text:x',
      '-code',
      'code*',
      '^code',
      '(code',
      '{a b} : c',
      '_',
      '\\',
      '%%%',
      '___',
      '\u{1f642}',
      'a'.repeat(200),
      'x '.repeat(100),
    ]) {
      expect([hostile, await found(hostile)]).toEqual([hostile, matching.get(hostile) ?? []]);
    }
    expect(await found('code')).toEqual([2]);
  });

  it('with one peer on one line are a conversation', async () => {
    const stage = await openStage();
    const headers = { cookie: (await operator(stage)).cookie };
    stage.receive(leased, 'one');
    stage.receive(shared, 'on another line');
    stage.receive(leased, 'of another', '+15559999999');
    stage.receive(leased, 'two');
    const query = new URLSearchParams({ line: leased, peer });
    const { body } = await stage.ask('GET', `/ui/api/conversation?${query}`, { headers });
    expect([body.items.map(({ text }: { text: string }) => text), body.next]).toEqual([['two', 'one'], null]);
  });

  it('are sent once, however often the same is asked, and are in the trail', async () => {
    const stage = await openStage();
    const headers = { cookie: (await operator(stage)).cookie };
    const body = { id: 'a1b2c3d4', to: peer, text: 'hello', modem: 'm2' };
    const [one, two] = [
      await stage.ask('POST', '/ui/api/messages', { headers, body }),
      await stage.ask('POST', '/ui/api/messages', { headers, body }),
    ];
    expect(one.body).toEqual({ id: expect.stringMatching(/^msg_/), modem: 'm2' });
    expect(two.body).toEqual(one.body);
    await stage.send({ is: 'sent', references: [7] });
    const { items } = (await stage.ask('GET', '/ui/api/messages', { headers })).body;
    expect(items).toMatchObject([{ direction: 'out', line: leased, peer, text: 'hello', status: 'sent' }]);
    const [entry] = stage.store.audit.named(50).filter(({ action }) => action === 'message.queued');
    expect(entry).toMatchObject({
      account: null,
      subject: one.body.id,
      via: 'console',
      number: leased,
      operator: 'my phone',
    });
    const { body: trail } = await stage.ask('GET', '/ui/api/audit', { headers });
    expect(trail.items[0]).toMatchObject({ action: 'message.queued', via: 'console', operator: 'my phone' });
    expect(JSON.stringify(trail)).not.toContain('console:');
    const refused = await stage.ask('POST', '/ui/api/messages', { headers, body: { ...body, text: 'other' } });
    expect([refused.status, refused.body.error.code]).toEqual([409, 'command.id_reused']);
  });
});

describe('what belongs to whom', () => {
  it('numbers say who holds them, keys whose they are; a key is revoked at once', async () => {
    const stage = await openStage();
    const headers = { cookie: (await operator(stage)).cookie };
    const key = stage.key(phone, leased);
    stage.key('+14152055635', shared);
    const { items: numbers } = (await stage.ask('GET', '/ui/api/numbers', { headers })).body;
    expect(numbers).toMatchObject([
      { e164: shared, modem: 'm1', offer: 'shared', holder: null, shares: 1 },
      { e164: leased, holder: { phone, kind: 'lease', since: noon, until: null }, shares: 0 },
      { e164: otherLeased, holder: null, shares: 0 },
    ]);
    const { items: keys } = (await stage.ask('GET', '/ui/api/keys', { headers })).body;
    expect(keys).toMatchObject([
      { phone, number: leased, api: 'op', prefix: key.slice(0, 12) },
      { phone: '+14152055635', number: shared },
    ]);
    expect(JSON.stringify(keys)).not.toContain(key.slice(13));
    expect((await stage.ask('GET', '/v1/number', { token: key })).status).toBe(200);
    expect((await stage.ask('DELETE', `/ui/api/keys/${keys[0].id}`, { headers })).body).toEqual({ id: keys[0].id });
    expect((await stage.ask('GET', '/v1/number', { token: key })).status).toBe(401);
    const [entry] = stage.store.audit.named(1);
    const deed = { action: 'key.revoked', account: null, via: 'console', operator: 'my phone', subject: keys[0].id };
    expect(entry).toMatchObject(deed);
  });

  it('accounts are opened and changed, and come in pages', async () => {
    const stage = await openStage();
    const headers = { cookie: (await operator(stage)).cookie };
    const opened = await stage.ask('POST', '/ui/api/accounts', { headers, body: { phone, tier: 'free' } });
    expect(opened.body).toMatchObject({ phone, tier: 'free', quota: null, since: noon });
    expect((await stage.ask('POST', '/ui/api/accounts', { headers, body: { phone, tier: 'free' } })).status).toBe(409);
    const changed = await stage.ask('PATCH', '/ui/api/accounts', { headers, body: { phone, tier: 'paid', quota: 9 } });
    expect(changed.body).toMatchObject({ phone, tier: 'paid', quota: 9, rentals: { limit: 9, used: 0 } });
    for (let n = 0; n < 50; n++) stage.apis.accounts.add(`+1415300${1000 + n}`, 'free', { account: null, via: 'cli' });
    const { body: page } = await stage.ask('GET', '/ui/api/accounts', { headers });
    const { body: rest } = await stage.ask('GET', `/ui/api/accounts?after=${page.next}`, { headers });
    const phones = [...page.items, ...rest.items].map((each: { phone: string }) => each.phone);
    expect([page.items.length, rest.items.length, rest.next, new Set(phones).size]).toEqual([50, 1, null, 51]);
  });

  it('webhooks show what was delivered, without their secret, and send it again', async () => {
    const got: string[] = [];
    const endpoint = createServer((request, response) => {
      got.push(String(request.headers['op-delivery-id']));
      response.writeHead(got.length === 1 ? 500 : 200).end();
    });
    await new Promise<void>((resolve) => void endpoint.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void endpoint.close());
    const { port } = endpoint.address() as { port: number };
    const stage = await openStage();
    const headers = { cookie: (await operator(stage)).cookie };
    const token = stage.session(phone);
    const url = `http://127.0.0.1:${port}/hook`;
    const wanted = { number_id: stage.numberId(shared), url, events: ['message.received'] };
    const { body: made } = await stage.ask('POST', '/console/webhooks', { token, body: wanted });
    await stage.ask('POST', `/console/webhooks/${made.id}/test`, { token });
    const list = await stage.ask('GET', '/ui/api/webhooks', { headers });
    expect(list.body.items).toMatchObject([
      { id: made.id, phone, number: shared, url, enabled: true, waiting: 0, failed: 1 },
    ]);
    expect(list.text).not.toContain('whs_');
    const path = `/ui/api/webhooks/${made.id}/deliveries`;
    const { items } = (await stage.ask('GET', path, { headers })).body;
    expect(items).toMatchObject([{ event: 'message.received', state: 'failed', attempts: [{ status: 500 }] }]);
    const again = await stage.ask('POST', `${path}/${items[0].id}/redeliver`, { headers });
    expect(again.body).toMatchObject({ id: items[0].id, attempts: [{ status: 500 }, { status: 200, error: null }] });
    expect(got).toEqual([items[0].id, items[0].id]);
    expect((await stage.ask('POST', `${path}/none-such/redeliver`, { headers })).status).toBe(404);
    const { body: trail } = await stage.ask('GET', '/ui/api/audit', { headers });
    const deed = {
      account: null,
      operator: 'my phone',
      via: 'console',
      subject: made.id,
      owner: phone,
      number: shared,
    };
    const redelivered = trail.items.filter(({ action }: { action: string }) => action === 'webhook.redelivered');
    expect(redelivered).toEqual([expect.objectContaining(deed)]);
  });

  it('the audit trail comes in pages', async () => {
    const stage = await openStage();
    const headers = { cookie: (await operator(stage)).cookie };
    for (let n = 0; n < 60; n++) stage.operators.createToken(`t${n}`, { account: null, via: 'cli' });
    const { body: page } = await stage.ask('GET', '/ui/api/audit', { headers });
    const { body: rest } = await stage.ask('GET', `/ui/api/audit?before=${page.next}`, { headers });
    expect([page.items.length, page.items[0].token, rest.items.at(-1).token, rest.next]).toEqual([
      50,
      't59',
      'my phone',
      null,
    ]);
  });
});

describe('the rest', () => {
  it('rules are tried on a text, and nothing is kept of it', async () => {
    const stage = await openStage();
    const headers = { cookie: (await operator(stage)).cookie };
    const { body } = await stage.ask('POST', '/ui/api/rules', {
      headers,
      body: { text: 'Your code is 481920', from: 'Bank' },
    });
    expect(body).toMatchObject({ finding: { code: '481920' }, why: expect.stringContaining('speaks for it') });
    expect((await stage.ask('GET', '/ui/api/messages', { headers })).body.items).toEqual([]);
  });

  it('health is that of /readyz, with the findings of a doctor where there is one', async () => {
    const modems = () => [{ id: 'm1', state: { ...readyState, phase: 'absent' as const }, queued: 0 }];
    const stage = await openStage({ modems });
    const headers = { cookie: (await operator(stage)).cookie };
    const { body } = await stage.ask('GET', '/ui/api/health', { headers });
    expect(body).toEqual({ ...(await stage.ask('GET', '/readyz')).body, findings: null });
    expect(body.status).toBe('not_ready');
    const finding = { severity: 'warning', subject: 'clock', message: 'it is wrong', remedy: 'set it' } as const;
    const other = await openStage({ findings: async () => [finding] });
    const headersThere = { cookie: (await operator(other)).cookie };
    expect((await other.ask('GET', '/ui/api/health', { headers: headersThere })).body.findings).toEqual([finding]);
  });
});
