import { describe, expect, it, test } from 'vitest';
import type { OutboundStatus } from '../../src/domain/message.ts';
import { GatewayError } from '../../src/errors.ts';
import { openStage, phone, refusal, refusalCode, type Stage, signIn, source } from './stage.ts';

const minute = 60_000;
const hour = 3_600_000;
const start = (stage: Stage, of = phone, from = source) =>
  stage.accounts.startVerification({ phone: of, source: from });
const wrong = (code: string) => (code === '000000' ? '000001' : '000000');

describe('starting a verification', () => {
  it('texts six digits that expire after ten minutes, and lets only stars of them be kept', () => {
    const stage = openStage();
    const begun = start(stage);
    expect(begun).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-7/),
      expiresAt: 1_000_000 + 600_000,
      deliveryStatus: 'pending',
    });
    const [message] = stage.texts;
    expect(message?.to).toBe(phone);
    expect(message?.notAfter).toBe(begun.expiresAt);
    expect(message?.text).toMatch(/^\d{6} is your /);
    expect(message?.shown).toBe(message?.text.replace(/^\d{6}/, '******'));
  });

  it('draws a code of its own each time', () => {
    const stage = openStage();
    const codes = Array.from({ length: 20 }, (_, n) => {
      start(stage, `+1415205000${n}`, `198.51.100.${n}`);
      return stage.code();
    });
    expect(codes.every((code) => /^\d{6}$/.test(code))).toBe(true);
    expect(new Set(codes).size).toBeGreaterThan(15);
  });

  it.each([
    '',
    '+',
    'phone',
    '4155551234',
    '14155551234',
    '(415) 555-1234',
    '415-555-1234',
    '+1 415 555 1234',
    '+1-415-555-1234',
    '+04155551234',
    '+123456',
    '+1234567890123456',
    '++14155551234',
    ' +14155551234',
    '+14155551234 ',
    '+14155551234\n',
    '+1415555123a',
    '+١٤١٥٥٥٥١٢٣٤',
    '+14155551234,+14155551235',
    '0014155551234',
    '\u202a+14155551234',
  ])('takes only E.164: not %j', (bad) => {
    const stage = openStage();
    expect(refusalCode(() => start(stage, bad))).toBe('phone.invalid');
    expect(stage.texts).toEqual([]);
  });

  it.each(['+1234567', '+123456789012345', '+4915123456789'])('takes %s', (good) => {
    expect(start(openStage(), good).deliveryStatus).toBe('pending');
  });

  it("refuses the gateway's own numbers, before it looks at who may sign up", () => {
    const stage = openStage({ policy: { signup: 'closed', allow: [], default_tier: 'free' } });
    expect(refusalCode(() => start(stage, '+16176088932'))).toBe('phone.in_pool');
    expect(stage.texts).toEqual([]);
  });

  it.each([
    ['closed', [phone], 'account.signup_not_allowed'],
    ['allowlist', [], 'account.signup_not_allowed'],
    ['allowlist', ['+14152055635'], 'account.signup_not_allowed'],
    ['allowlist', ['+14152055635', phone], 'texted'],
    ['open', [], 'texted'],
  ] as const)('where sign-up is %s with %j: %s', (signup, allow, outcome) => {
    const stage = openStage({ policy: { signup, allow, default_tier: 'paid' } });
    if (outcome === 'texted') {
      expect(signIn(stage)).toMatchObject({ created: true, account: { phone, tier: 'paid' } });
      return;
    }
    expect(refusalCode(() => start(stage))).toBe(outcome);
    expect(stage.texts).toEqual([]);
    stage.accounts.add(phone, undefined, { account: null, via: 'cli' });
    expect(signIn(stage)).toMatchObject({ created: false, account: { phone } });
  });

  it('counts nothing where nothing could be texted', () => {
    let offline = true;
    const stage = openStage({
      sendText: () => {
        if (offline) throw new GatewayError('modem.offline', 'no modem can send now');
        return 'msg_1';
      },
    });
    for (let n = 0; n < 30; n += 1) expect(refusalCode(() => start(stage))).toBe('verification.not_sent');
    expect(stage.store.db.prepare('SELECT count(*) AS n FROM verifications').get()).toEqual({ n: 0 });
    offline = false;
    expect(start(stage).deliveryStatus).toBe('pending');
  });

  it('takes back a text that was queued when the verification cannot be stored', () => {
    const stage = openStage();
    stage.store.db
      .prepare("CREATE TRIGGER no BEFORE INSERT ON verifications BEGIN SELECT raise(ABORT, 'no'); END")
      .run();
    expect(() => start(stage)).toThrow('no');
    expect(stage.store.db.prepare('SELECT count(*) AS n FROM messages').get()).toEqual({ n: 0 });
    expect(stage.store.db.prepare('SELECT count(*) AS n FROM outbox').get()).toEqual({ n: 0 });
  });

  it.each([
    [new GatewayError('modem.offline', 'x'), 'verification.not_sent'],
    [new GatewayError('store.locked', 'x', { transient: true }), 'verification.not_sent'],
    [new GatewayError('sms.bad_address', 'x'), 'sms.bad_address'],
  ])('says of %o: %s', (thrown, code) => {
    const sendText = () => {
      throw thrown;
    };
    expect(refusalCode(() => start(openStage({ sendText })))).toBe(code);
  });
});

describe('the limits of starting', () => {
  it('let one phone start once in 30 seconds', async () => {
    const stage = openStage();
    start(stage);
    await stage.clock.advance(100);
    expect(refusal(() => start(stage, phone, '203.0.113.9'))).toEqual({
      code: 'limit.exceeded',
      details: { limit: 1, reset: 1_030_000, retry_after: 30 },
    });
    start(stage, '+14152055635');
    await stage.clock.advance(29_899);
    expect(refusal(() => start(stage)).details).toMatchObject({ retry_after: 1 });
    await stage.clock.advance(1);
    start(stage);
  });

  it('let one phone start five times an hour, across restarts', async () => {
    let stage = openStage();
    for (let n = 0; n < 5; n += 1) {
      start(stage, phone, `203.0.113.${n}`);
      await stage.clock.advance(minute);
      stage = stage.reopen();
    }
    expect(refusal(() => start(stage))).toEqual({
      code: 'limit.exceeded',
      details: { limit: 5, reset: 1_000_000 + hour, retry_after: 55 * 60 },
    });
    await stage.clock.advance(55 * minute - 1);
    expect(refusalCode(() => start(stage))).toBe('limit.exceeded');
    await stage.clock.advance(1);
    start(stage);
    expect(refusal(() => start(stage)).details).toMatchObject({ limit: 5, reset: 1_000_000 + hour + minute });
  });

  it('let one source start twenty times an hour, whatever the phones', async () => {
    let stage = openStage();
    for (let n = 0; n < 20; n += 1) start(stage, `+141520550${10 + n}`);
    stage = stage.reopen();
    expect(refusal(() => start(stage))).toEqual({
      code: 'limit.exceeded',
      details: { limit: 20, reset: 1_000_000 + hour, retry_after: 3600 },
    });
    start(stage, phone, '198.51.100.8');
    await stage.clock.advance(hour);
    start(stage);
  });

  it.each([
    ['2001:db8:1:2::1', '2001:db8:1:2:ffff:1:2:3', true],
    ['2001:db8:1:2::1', '2001:DB8:0001:2:0:0:0:9%eth0', true],
    ['2001:db8:1:2::1', '2001:db8:1:3::1', false],
    ['::ffff:198.51.100.7', '198.51.100.7', true],
    ['::ffff:198.51.100.7', '::ffff:198.51.100.8', false],
    ['::1', '::2', true],
    ['198.51.100.7', '198.51.100.8', false],
  ])('take %s and %s as one source: %s', (one, other, same) => {
    const stage = openStage();
    for (let n = 0; n < 20; n += 1) start(stage, `+141520550${10 + n}`, one);
    if (same) expect(refusal(() => start(stage, phone, other)).details).toMatchObject({ limit: 20 });
    else start(stage, phone, other);
  });

  it('let one of two that start at the same moment pass', async () => {
    const stage = openStage();
    const both = await Promise.allSettled([1, 2].map(async (n) => start(stage, phone, `203.0.113.${n}`)));
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(stage.texts).toHaveLength(1);
  });

  it('tell the longest of the waits', async () => {
    const stage = openStage();
    for (let n = 0; n < 5; n += 1) {
      start(stage);
      await stage.clock.advance(30_000);
    }
    await stage.clock.advance(-1000);
    expect(refusal(() => start(stage)).details).toMatchObject({ limit: 5 });
  });

  it('do not count what a clock that was ahead left behind', async () => {
    const stage = openStage();
    await stage.clock.advance(1000 * hour);
    start(stage);
    await stage.clock.advance(-1000 * hour);
    start(stage);
  });
});

describe('the delivery status', () => {
  const outcomes: readonly [OutboundStatus, string][] = [
    ['queued', 'pending'],
    ['sending', 'pending'],
    ['sent', 'sent'],
    ['delivered', 'sent'],
    ['failed', 'delivery_failed'],
    ['unknown', 'delivery_failed'],
    ['expired', 'delivery_failed'],
  ];
  it.each(outcomes)('of a text that is %s: %s', (status, expected) => {
    const stage = openStage();
    const { id, expiresAt } = start(stage);
    stage.store.db.prepare<[string]>('UPDATE outbox SET status = ?').run(status);
    expect(stage.accounts.verification(id)).toEqual({ id, expiresAt, deliveryStatus: expected });
  });

  it('of a text that is no longer kept: sent', () => {
    const stage = openStage();
    const { id } = start(stage);
    stage.store.db.prepare('DELETE FROM messages').run();
    expect(stage.accounts.verification(id).deliveryStatus).toBe('sent');
  });

  it('of a verification that is none: an error', () => {
    expect(refusalCode(() => openStage().accounts.verification('nothing'))).toBe('verification.unknown');
  });
});

describe('a code', () => {
  const verify = (stage: Stage, id: string, code: string) => stage.accounts.verify({ id, code }, 'op');

  it('opens the account the first time, and the same account again later', async () => {
    const stage = openStage();
    const first = signIn(stage);
    expect(first).toMatchObject({
      created: true,
      account: { phone, tier: 'free', quota: null, createdAt: 1_000_000 },
      expiresAt: 1_000_000 + 30 * 24 * hour,
      token: expect.stringMatching(/^ses_live_[0-9A-Za-z]{32}$/),
    });
    await stage.clock.advance(minute);
    const second = signIn(stage);
    expect(second).toMatchObject({ created: false, account: first.account });
    expect(second.token).not.toBe(first.token);
    expect(stage.accounts.session(first.token).account).toEqual(first.account);
  });

  it('is still good after a restart', () => {
    const stage = openStage();
    const { id } = start(stage);
    const code = stage.code();
    expect(verify(stage.reopen(), id, code).account.phone).toBe(phone);
  });

  it('works once', async () => {
    const stage = openStage();
    const { id } = start(stage);
    const code = stage.code();
    const all = await Promise.allSettled([1, 2, 3].map(async () => verify(stage, id, code)));
    expect(all.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(refusalCode(() => verify(stage, id, code))).toBe('verification.invalid');
  });

  it('works until ten minutes are over, and no longer', async () => {
    const stage = openStage();
    const { id } = start(stage);
    const code = stage.code();
    await stage.clock.advance(10 * minute - 1);
    expect(refusalCode(() => verify(stage, id, wrong(code)))).toBe('verification.invalid');
    await stage.clock.advance(1);
    expect(refusalCode(() => verify(stage, id, code))).toBe('verification.expired');
    await stage.clock.advance(-1);
    verify(stage, id, code);
  });

  it('works after four wrong ones, never after five: not later, not after a restart', async () => {
    const lucky = openStage();
    const first = start(lucky);
    for (let n = 0; n < 4; n += 1) refusal(() => verify(lucky, first.id, wrong(lucky.code())));
    verify(lucky, first.id, lucky.code());

    let stage = openStage();
    const { id } = start(stage);
    const code = stage.code();
    for (const bad of ['', 'abcdef', `${code} `, `0${code}`, '１２３４５６']) {
      expect(refusalCode(() => verify(stage, id, bad))).toBe('verification.invalid');
    }
    expect(refusalCode(() => verify(stage, id, code))).toBe('verification.invalid');
    stage = stage.reopen();
    expect(refusalCode(() => verify(stage, id, code))).toBe('verification.invalid');
    await stage.clock.advance(hour);
    expect(refusalCode(() => verify(stage, id, code))).toBe('verification.invalid');
    expect(stage.accounts.list()).toEqual([]);
  });

  it('is not found by many that try at the same time', async () => {
    const stage = openStage();
    const { id } = start(stage);
    const code = stage.code();
    const tries = Array.from({ length: 30 }, (_, n) => String(n).padStart(6, '0')).filter((other) => other !== code);
    const all = await Promise.allSettled([...tries, code].map(async (one) => verify(stage, id, one)));
    expect(all.every(({ status }) => status === 'rejected')).toBe(true);
    const { wrong_codes: counted } = stage.store.db
      .prepare<[], { wrong_codes: number }>('SELECT wrong_codes FROM verifications')
      .get() ?? { wrong_codes: 0 };
    expect(counted).toBe(5);
  });

  it('of one verification does not open another', async () => {
    const stage = openStage();
    const one = start(stage);
    const code = stage.code();
    const other = start(stage, '+14152055635');
    const second = stage.code();
    if (code !== second) expect(refusalCode(() => verify(stage, other.id, code))).toBe('verification.invalid');
    expect(verify(stage, one.id, code).account.phone).toBe(phone);
    expect(verify(stage, other.id, second).account.phone).toBe('+14152055635');
  });

  it('of a verification that is none is wrong', () => {
    const stage = openStage();
    expect(refusalCode(() => verify(stage, 'nothing', '123456'))).toBe('verification.invalid');
  });

  it('opens no account where sign-up was closed meanwhile, and stays unspent', () => {
    const policy = { signup: 'open' as 'open' | 'closed', allow: [], default_tier: 'free' } as const;
    const changing = { ...policy } as { -readonly [K in keyof typeof policy]: (typeof policy)[K] };
    const stage = openStage({ policy: changing });
    const { id } = start(stage);
    changing.signup = 'closed';
    expect(refusalCode(() => verify(stage, id, stage.code()))).toBe('account.signup_not_allowed');
    expect(stage.accounts.list()).toEqual([]);
    changing.signup = 'open';
    expect(verify(stage, id, stage.code()).created).toBe(true);
  });
});

test('what is over is removed in small batches, and nothing else', async () => {
  const stage = openStage();
  const { token, account } = signIn(stage);
  stage.accounts.spendSend(account, stage.clock.now());
  await stage.clock.advance(12 * hour);
  const young = start(stage, '+14152055635');
  expect(stage.accounts.prune(stage.clock.now(), 0)).toBe(0);
  await stage.clock.advance(13 * hour);
  expect(stage.accounts.prune(stage.clock.now(), 0)).toBe(1);
  expect(stage.accounts.verification(young.id).id).toBe(young.id);
  expect(stage.accounts.session(token).account).toEqual(account);
  await stage.clock.advance(30 * 24 * hour);
  // The other verification, the session, the counter; then what was written before now.
  expect(stage.accounts.prune(stage.clock.now(), 0)).toBe(3);
  expect(stage.accounts.prune(stage.clock.now(), stage.clock.now())).toBe(2);
  expect(stage.accounts.prune(stage.clock.now(), stage.clock.now())).toBe(0);
  expect(stage.accounts.list()).toHaveLength(1);
});
