import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { closeMailbox, openMailbox, openStage, phone, refusalCode, type Stage } from './stage.ts';

const operator = { account: null, via: 'cli' };
const add = (stage: Stage, of = phone) => stage.accounts.add(of, 'paid', operator).id;
const actor = (account: string) => ({ account, via: 'op' });

function withKey() {
  const stage = openStage();
  const account = add(stage);
  const mailbox = openMailbox(stage.store, account);
  const made = stage.accounts.createKey(account, { api: 'op', name: 'agent', mailbox }, actor(account));
  return { ...stage, account, mailbox, ...made };
}

describe('a key', () => {
  it('opens one mailbox through the OP API', () => {
    const { accounts, account, mailbox, key, secret } = withKey();
    expect(secret).toMatch(/^op_live_[0-9A-Za-z]{32}$/);
    expect(key).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-7/),
      api: 'op',
      prefix: secret.slice(0, 12),
      name: 'agent',
      account,
      mailbox,
      createdAt: 1_000_000,
      revokedAt: null,
    });
    expect(accounts.keyHolder('op', secret)).toEqual({ key, account: accounts.byPhone(phone) });
  });

  it('rents numbers through the Agent OTP API', () => {
    const stage = openStage();
    const account = add(stage);
    const wanted = { api: 'agent-otp', name: 'bot', mailbox: null } as const;
    const { key, secret } = stage.accounts.createKey(account, wanted, operator);
    expect(secret).toMatch(/^ak_[0-9A-Za-z]{32}$/);
    expect(key.prefix).toBe(secret.slice(0, 7));
    expect(stage.accounts.keyHolder('agent-otp', secret).account.id).toBe(account);
    expect(refusalCode(() => stage.accounts.keyHolder('op', secret))).toBe('account.unauthenticated');
  });

  it('of one API is none of the other', () => {
    const { accounts, secret } = withKey();
    expect(refusalCode(() => accounts.keyHolder('agent-otp', secret))).toBe('account.unauthenticated');
  });

  it('shows the account as it is now', () => {
    const { accounts, secret } = withKey();
    accounts.set(phone, { tier: 'free' }, operator);
    expect(accounts.keyHolder('op', secret).account.tier).toBe('free');
  });

  it.each(['', 'op_live_', `op_live_${'0'.repeat(32)}`])('is not %j', (secret) => {
    expect(refusalCode(() => withKey().accounts.keyHolder('op', secret))).toBe('account.unauthenticated');
  });

  it('stops working at once when it is revoked, and is listed no longer', () => {
    const { accounts, account, key, secret } = withKey();
    expect(accounts.keys(account)).toEqual([key]);
    accounts.revokeKey(account, key.id, actor(account));
    expect(refusalCode(() => accounts.keyHolder('op', secret))).toBe('account.unauthenticated');
    expect(accounts.keys(account)).toEqual([]);
    expect(refusalCode(() => accounts.revokeKey(account, key.id, actor(account)))).toBe('key.unknown');
    expect(refusalCode(() => accounts.revokeKey(null, key.id, operator))).toBe('key.unknown');
  });

  it('is revoked by the operator whosever it is, and by nobody else but its owner', () => {
    const stage = withKey();
    const other = add(stage, '+14152055635');
    expect(refusalCode(() => stage.accounts.revokeKey(other, stage.key.id, actor(other)))).toBe('key.unknown');
    stage.accounts.keyHolder('op', stage.secret);
    stage.accounts.revokeKey(null, stage.key.id, operator);
    expect(refusalCode(() => stage.accounts.keyHolder('op', stage.secret))).toBe('account.unauthenticated');
  });

  it('stops working with its mailbox: closed, or over', async () => {
    const { accounts, store, clock, account, mailbox, secret } = withKey();
    const ending = openMailbox(store, account, 1_060_000);
    const short = accounts.createKey(account, { api: 'op', name: 'short', mailbox: ending }, operator);
    await clock.advance(59_999);
    accounts.keyHolder('op', short.secret);
    expect(accounts.keys(account)).toHaveLength(2);
    await clock.advance(1);
    expect(refusalCode(() => accounts.keyHolder('op', short.secret))).toBe('account.unauthenticated');
    expect(accounts.keys(account)).toHaveLength(1);
    closeMailbox(store, mailbox, clock.now());
    expect(refusalCode(() => accounts.keyHolder('op', secret))).toBe('account.unauthenticated');
    expect(accounts.keys(account)).toEqual([]);
  });

  it('is revoked with all others of its mailbox', () => {
    const { accounts, store, account, mailbox, key, secret } = withKey();
    const second = accounts.createKey(account, { api: 'op', name: 'second', mailbox }, operator);
    const elsewhere = openMailbox(store, account);
    const third = accounts.createKey(account, { api: 'op', name: 'third', mailbox: elsewhere }, operator);
    expect([...store.keys.revokeOf(mailbox, 5)].sort()).toEqual([key.id, second.key.id].sort());
    expect(store.keys.revokeOf(mailbox, 5)).toEqual([]);
    expect(refusalCode(() => accounts.keyHolder('op', secret))).toBe('account.unauthenticated');
    expect(accounts.keys(account)).toEqual([third.key]);
  });

  it("is not made for another account's mailbox, for a closed one, or for no account", () => {
    const stage = withKey();
    const other = add(stage, '+14152055635');
    const wanted = { api: 'op', name: 'x', mailbox: stage.mailbox } as const;
    expect(refusalCode(() => stage.accounts.createKey(other, wanted, operator))).toBe('number.unknown');
    closeMailbox(stage.store, stage.mailbox, 5);
    expect(refusalCode(() => stage.accounts.createKey(stage.account, wanted, operator))).toBe('number.unknown');
    const rents = { api: 'agent-otp', name: 'x', mailbox: null } as const;
    expect(refusalCode(() => stage.accounts.createKey('nobody', rents, operator))).toBe('account.unknown');
  });

  it('leaves a trail', () => {
    const { accounts, account, key } = withKey();
    accounts.revokeKey(null, key.id, operator);
    expect(accounts.audit(2)).toEqual([
      { n: 3, at: 1_000_000, account: null, action: 'key.revoked', subject: key.id, via: 'cli' },
      { n: 2, at: 1_000_000, account, action: 'key.created', subject: key.id, via: 'op' },
    ]);
  });
});

test('no two accounts ever list, use or revoke each other’s keys', () => {
  const step = fc.record({
    who: fc.nat(2),
    what: fc.constantFrom('create' as const, 'rent' as const, 'revoke' as const, 'operator' as const, 'close' as const),
    which: fc.nat(20),
  });
  const { accounts, store } = openStage();
  let round = 0;
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 25 }), (steps) => {
      round += 1;
      const people = [0, 1, 2].map(
        (n) => accounts.add(`+1415${String(round).padStart(5, '0')}${n}`, 'paid', operator).id,
      );
      interface Made {
        readonly owner: string;
        readonly id: string;
        readonly secret: string;
        readonly api: 'op' | 'agent-otp';
        readonly mailbox: number | null;
      }
      let alive: Made[] = [];
      const all: Made[] = [];
      const revoked = new Set<Made>();
      for (const { who, what, which } of steps) {
        const account = people[who] ?? '';
        const target = all[which % Math.max(1, all.length)];
        if (what === 'create' || what === 'rent') {
          const api = what === 'create' ? 'op' : 'agent-otp';
          const mailbox = what === 'create' ? openMailbox(store, account) : null;
          const { key, secret } = accounts.createKey(account, { api, name: 'k', mailbox }, operator);
          const made = { owner: account, id: key.id, secret, api, mailbox } as const;
          alive.push(made);
          all.push(made);
        } else if (what === 'close') {
          if (target?.mailbox != null) closeMailbox(store, target.mailbox, 1);
          alive = alive.filter(({ mailbox }) => mailbox === null || mailbox !== target?.mailbox);
        } else if (target !== undefined) {
          const revoke = () => accounts.revokeKey(what === 'operator' ? null : account, target.id, operator);
          const may = !revoked.has(target) && (what === 'operator' || target.owner === account);
          if (may) revoke();
          else expect(refusalCode(revoke)).toBe('key.unknown');
          if (may) revoked.add(target);
          alive = alive.filter((one) => !revoked.has(one));
        }
        for (const person of people) {
          const expected = alive.filter(({ owner }) => owner === person).map(({ id }) => id);
          expect(accounts.keys(person).map(({ id }) => id)).toEqual(expected);
        }
      }
      for (const { owner, secret, api, id } of alive) {
        const held = accounts.keyHolder(api, secret);
        expect([held.account.id, held.key.id]).toEqual([owner, id]);
      }
      for (const gone of all.filter((one) => !alive.includes(one))) {
        expect(refusalCode(() => accounts.keyHolder(gone.api, gone.secret))).toBe('account.unauthenticated');
      }
    }),
    { numRuns: 40 },
  );
});
