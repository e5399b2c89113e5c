import { describe, expect, it, test } from 'vitest';
import { openStage, phone, refusal, refusalCode, signIn } from './stage.ts';

const operator = { account: null, via: 'cli' };

describe('the operator', () => {
  it('opens accounts, of the tier that is asked for or the usual one', () => {
    const { accounts } = openStage({ policy: { signup: 'closed', allow: [], default_tier: 'paid' } });
    expect(accounts.add(phone, undefined, operator)).toMatchObject({ phone, tier: 'paid', quota: null });
    expect(accounts.add('+14152055635', 'free', operator).tier).toBe('free');
    expect(accounts.list().map((account) => account.phone)).toEqual([phone, '+14152055635']);
    expect(accounts.byPhone(phone)).toEqual(accounts.list()[0]);
  });

  it('opens one account a phone, and none for what is no phone', () => {
    const { accounts } = openStage();
    accounts.add(phone, 'free', operator);
    expect(refusalCode(() => accounts.add(phone, 'paid', operator))).toBe('account.exists');
    expect(refusalCode(() => accounts.add('4152055634', 'paid', operator))).toBe('phone.invalid');
    expect(accounts.list()).toHaveLength(1);
    expect(accounts.byPhone(phone).tier).toBe('free');
  });

  it('changes tier and quota, each without the other', () => {
    const { accounts } = openStage();
    const before = accounts.add(phone, 'free', operator);
    expect(accounts.set(phone, { quota: 0 }, operator)).toEqual({ ...before, quota: 0 });
    expect(accounts.set(phone, { tier: 'paid' }, operator)).toEqual({ ...before, quota: 0, tier: 'paid' });
    expect(accounts.byPhone(phone)).toEqual({ ...before, quota: 0, tier: 'paid' });
    expect(refusalCode(() => accounts.set('+14152055635', { tier: 'paid' }, operator))).toBe('account.unknown');
    expect(refusalCode(() => accounts.byPhone('+14152055635'))).toBe('account.unknown');
  });
});

test('every change leaves one line of the trail, and what changes nothing leaves none', () => {
  const { accounts } = openStage();
  const { id } = accounts.add(phone, 'free', operator);
  accounts.set(phone, { tier: 'paid' }, operator);
  accounts.set(phone, { tier: 'paid' }, operator);
  refusal(() => accounts.add(phone, 'free', operator));
  const entry = { at: 1_000_000, account: null, subject: id, via: 'cli' };
  expect(accounts.audit(10)).toEqual([
    { n: 2, action: 'account.changed', ...entry },
    { n: 1, action: 'account.created', ...entry },
  ]);
  expect(accounts.audit(1)).toHaveLength(1);
});

test('a sign-up leaves its own: the account did it itself', () => {
  const stage = openStage();
  const { account, id } = signIn(stage);
  const entry = { at: 1_000_000, account: account.id, via: 'op' };
  expect(stage.accounts.audit(10)).toEqual([
    { n: 2, action: 'session.opened', subject: id, ...entry },
    { n: 1, action: 'account.created', subject: account.id, ...entry },
  ]);
});
