import { expect, test } from 'vitest';
import { openStage, phone, refusal } from './stage.ts';

const noon = Date.parse('2026-05-20T12:00:00Z');
const midnight = Date.parse('2026-05-21T00:00:00Z');
const operator = { account: null, via: 'cli' };

test.each([
  ['free', 50],
  ['paid', 1000],
] as const)('a %s account sends %i messages a day, across restarts', (tier, limit) => {
  let stage = openStage();
  const account = stage.accounts.add(phone, tier, operator);
  const other = stage.accounts.add('+14152055635', tier, operator);
  expect(stage.accounts.sendAllowance(account, noon)).toEqual({ limit, remaining: limit, reset: midnight });
  stage.store.db.commit(() => {
    for (let n = 1; n <= limit; n += 1) {
      expect(stage.accounts.spendSend(account, noon)).toEqual({ limit, remaining: limit - n, reset: midnight });
    }
  });
  stage = stage.reopen();
  expect(refusal(() => stage.accounts.spendSend(account, midnight - 1500))).toEqual({
    code: 'limit.exceeded',
    details: { limit, reset: midnight, retry_after: 2 },
  });
  expect(refusal(() => stage.accounts.spendSend(account, midnight - 1)).details).toMatchObject({ retry_after: 1 });
  expect(stage.accounts.sendAllowance(account, noon).remaining).toBe(0);
  expect(stage.accounts.spendSend(other, noon).remaining).toBe(limit - 1);
  expect(stage.accounts.spendSend(account, midnight).remaining).toBe(limit - 1);
});

test('a send that is not stored after all is not counted', () => {
  const { store, accounts } = openStage();
  const account = accounts.add(phone, 'free', operator);
  expect(() =>
    store.db.commit(() => {
      accounts.spendSend(account, noon);
      throw new Error('no line');
    }),
  ).toThrow('no line');
  expect(accounts.sendAllowance(account, noon).remaining).toBe(50);
});

test('a change of tier counts the same day: nothing is left below nothing', () => {
  const { store, accounts } = openStage();
  const account = accounts.add(phone, 'paid', operator);
  store.db.commit(() => {
    for (let n = 0; n < 70; n += 1) accounts.spendSend(account, noon);
  });
  const free = accounts.set(phone, { tier: 'free' }, operator);
  expect(accounts.sendAllowance(free, noon)).toEqual({ limit: 50, remaining: 0, reset: midnight });
  expect(refusal(() => accounts.spendSend(free, noon)).code).toBe('limit.exceeded');
});
