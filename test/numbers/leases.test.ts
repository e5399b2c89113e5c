import { expect, test } from 'vitest';
import { actor, codeOf, line, minute, openStage } from './stage.ts';

const lease1 = '+14165551234';
const lease2 = '+14165551235';
const shared = '+16176088932';
const own = '+41791234567';

function openPool() {
  const stage = openStage();
  stage.numbers.sync([
    line('m1', lease1),
    line('m2', lease2),
    line('m3', shared, 'shared'),
    line('m4', own, 'private'),
  ]);
  const idOf = (e164: string) => stage.numbers.byE164(e164)?.id ?? '';
  return { ...stage, idOf };
}

test('shared numbers and free ones for lease are available, private ones never', () => {
  const { numbers, account, idOf } = openPool();
  expect(numbers.available().map(({ e164 }) => e164)).toEqual([shared, lease1, lease2]);
  const ann = account('ann');
  const mailbox = numbers.lease(ann, idOf(lease1), actor(ann));
  expect(mailbox).toMatchObject({ account: 'ann', kind: 'lease', endsAt: null, closedAt: null });
  expect(mailbox.number).toMatchObject({ e164: lease1, region: 'CA', offer: 'lease', modem: 'm1' });
  expect(numbers.available().map(({ e164 }) => e164)).toEqual([shared, lease2]);
  expect(numbers.mine('ann')).toEqual([mailbox]);
  expect(numbers.mine('bob')).toEqual([]);
});

test('a held number is unavailable to others and simply there for its holder', () => {
  const { numbers, account, idOf, store } = openPool();
  const [ann, bob] = [account('ann'), account('bob')];
  const mailbox = numbers.lease(ann, idOf(lease1), actor(ann));
  expect(codeOf(() => numbers.lease(bob, idOf(lease1), actor(bob)))).toBe('number.unavailable');
  expect(codeOf(() => numbers.lease(ann, idOf(lease1), actor(ann)))).toBe('number.unavailable');
  expect(store.audit.latest(10)).toMatchObject([
    { account: 'ann', action: 'number.leased', subject: mailbox.id, via: 'op' },
  ]);
});

test('what cannot be leased says why', () => {
  const { numbers, account, idOf } = openPool();
  const [ann, free] = [account('ann'), account('free', 'free')];
  expect(codeOf(() => numbers.lease(ann, idOf(shared), actor(ann)))).toBe('number.unavailable');
  expect(codeOf(() => numbers.lease(ann, idOf(own), actor(ann)))).toBe('number.unknown');
  expect(codeOf(() => numbers.lease(ann, 'nonsense', actor(ann)))).toBe('number.unknown');
  expect(codeOf(() => numbers.lease(free, 'nonsense', actor(free)))).toBe('number.unknown');
  expect(codeOf(() => numbers.lease(free, idOf(lease1), actor(free)))).toBe('account.paid_required');
  numbers.sync([line('m2', lease2)]);
  expect(codeOf(() => numbers.lease(ann, idOf(lease1), actor(ann)))).toBe('number.unknown');
});

test('a released number is free again, and only its holder can release it', () => {
  const { numbers, account, idOf, store } = openPool();
  const [ann, bob] = [account('ann'), account('bob')];
  const mailbox = numbers.lease(ann, idOf(lease1), actor(ann));
  expect(codeOf(() => numbers.release('bob', idOf(lease1), actor(bob)))).toBe('number.unknown');
  expect(numbers.openMailbox(mailbox.n)).toEqual(mailbox);
  expect(numbers.release('ann', idOf(lease1), actor(ann))).toMatchObject({
    n: mailbox.n,
    closedAt: expect.any(Number),
  });
  expect(codeOf(() => numbers.release('ann', idOf(lease1), actor(ann)))).toBe('number.unknown');
  expect(numbers.openMailbox(mailbox.n)).toBeUndefined();
  expect(numbers.mine('ann')).toEqual([]);
  expect(numbers.lease(bob, idOf(lease1), actor(bob)).n).not.toBe(mailbox.n);
  expect(store.audit.latest(10).map(({ action, account }) => `${account} ${action}`)).toEqual([
    'bob number.leased',
    'ann number.released',
    'ann number.leased',
  ]);
});

test('a release ends the keys and the webhook of that mailbox, and no others', () => {
  const { numbers, account, idOf, store } = openPool();
  const ann = account('ann');
  const gone = numbers.lease(ann, idOf(lease1), actor(ann));
  const kept = numbers.lease(ann, idOf(lease2), actor(ann));
  for (const { n } of [gone, kept]) {
    store.db
      .prepare(`INSERT INTO api_keys (id, api, secret_hash, prefix, name, account, mailbox, created_at)
        VALUES (?, 'op', ?, 'op_live_AbCd', 'agent', 'ann', ?, 1)`)
      .run(`key${n}`, Buffer.from(`${n}`), n);
    store.db
      .prepare(`INSERT INTO webhooks (id, mailbox, url, events, enabled, secret, created_at, updated_at)
        VALUES (?, ?, 'http://127.0.0.1/', '[]', 1, x'00', 1, 1)`)
      .run(`hook${n}`, n);
  }
  numbers.release('ann', idOf(lease1), actor(ann));
  expect(store.db.prepare('SELECT id FROM api_keys WHERE revoked_at IS NULL').all()).toEqual([{ id: `key${kept.n}` }]);
  expect(store.db.prepare('SELECT id FROM webhooks').all()).toEqual([{ id: `hook${kept.n}` }]);
});

test('a mailbox of a shared number is opened once an account; of one for lease only by a lease', () => {
  const { numbers, account, idOf } = openPool();
  const ann = account('ann');
  account('bob', 'free');
  const share = numbers.mailboxFor('bob', idOf(shared));
  expect(share).toMatchObject({ kind: 'shared', account: 'bob' });
  expect(numbers.mailboxFor('bob', idOf(shared))).toEqual(share);
  expect(numbers.mailboxFor('ann', idOf(shared)).n).not.toBe(share.n);
  const mailbox = numbers.lease(ann, idOf(lease1), actor(ann));
  expect(numbers.mailboxFor('ann', idOf(lease1))).toEqual(mailbox);
  for (const number of [idOf(lease1), idOf(lease2), idOf(own), 'nonsense']) {
    expect(codeOf(() => numbers.mailboxFor('bob', number))).toBe('number.unknown');
  }
});

test('the lease of a number whose modem is gone stays with its holder', () => {
  const { numbers, account, idOf } = openPool();
  const ann = account('ann');
  const mailbox = numbers.lease(ann, idOf(lease1), actor(ann));
  numbers.sync([line('m3', shared, 'shared')]);
  const now = { ...mailbox, number: { ...mailbox.number, modem: null } };
  expect(numbers.mailboxFor('ann', idOf(lease1))).toEqual(now);
  expect(numbers.openMailbox(mailbox.n)).toEqual(now);
});

test('of sixty-four claims of one number over four connections one succeeds', () => {
  const stage = openPool();
  const { folder, clock, account, idOf } = stage;
  const connections = [stage, ...[1, 2, 3].map(() => openStage({ folder, clock }))];
  const outcomes = Array.from({ length: 64 }, (_, claim) => {
    const claimant = account(`account ${claim}`);
    const { numbers } = connections[claim % connections.length] ?? stage;
    try {
      return numbers.lease(claimant, idOf(lease1), actor(claimant)).account;
    } catch (error) {
      return error instanceof Error && 'code' in error ? error.code : error;
    }
  });
  expect(outcomes.filter((outcome) => outcome === 'number.unavailable')).toHaveLength(63);
  expect(outcomes.filter((outcome) => outcome === 'account 0')).toHaveLength(1);
});

test('a lease takes a number from a rental that is over before anything closed it', () => {
  const { numbers, account, idOf, clock } = openPool();
  const [ann, bob] = [account('ann'), account('bob')];
  const rental = numbers.rent(ann, { country: null, duration: 5 * minute }, actor(ann));
  const number = rental.number.id;
  expect(codeOf(() => numbers.lease(bob, number, actor(bob)))).toBe('number.unavailable');
  expect(codeOf(() => numbers.lease(ann, number, actor(ann)))).toBe('number.unavailable');
  expect(codeOf(() => numbers.release('ann', number, actor(ann)))).toBe('number.unknown');
  expect(codeOf(() => numbers.mailboxFor('ann', number))).toBe('number.unknown');
  clock.advance(5 * minute);
  expect(numbers.lease(bob, idOf(rental.number.e164), actor(bob))).toMatchObject({ account: 'bob', kind: 'lease' });
});
