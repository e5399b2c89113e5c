import { describe, expect, it } from 'vitest';
import { openStage, refusalCode, signIn } from './stage.ts';

const days = 24 * 3_600_000;

describe('a session', () => {
  it('is known by its token for thirty days, across restarts', async () => {
    let stage = openStage();
    const { token, created: _, ...session } = signIn(stage);
    stage = stage.reopen();
    expect(stage.accounts.session(token)).toEqual(session);
    await stage.clock.advance(30 * days - 1);
    expect(stage.accounts.session(token)).toEqual(session);
    await stage.clock.advance(1);
    expect(refusalCode(() => stage.accounts.session(token))).toBe('account.unauthenticated');
  });

  it.each(['', 'ses_live_', `ses_live_${'0'.repeat(32)}`, 'x'.repeat(100_000)])('is not opened by %.20s', (token) => {
    const stage = openStage();
    signIn(stage);
    expect(refusalCode(() => stage.accounts.session(token))).toBe('account.unauthenticated');
  });

  it('is not opened by a part of its token, or by one more character', () => {
    const stage = openStage();
    const { token } = signIn(stage);
    for (const other of [token.slice(0, -1), `${token}0`, token.toLowerCase(), ` ${token}`]) {
      if (other !== token) expect(refusalCode(() => stage.accounts.session(other))).toBe('account.unauthenticated');
    }
  });

  it('shows the account as it is now', () => {
    const stage = openStage();
    const { token, account } = signIn(stage);
    stage.accounts.set(account.phone, { tier: 'paid', quota: 3 }, { account: null, via: 'cli' });
    expect(stage.accounts.session(token).account).toEqual({ ...account, tier: 'paid', quota: 3 });
  });

  it('ends when it is closed, the others of the account go on', async () => {
    const stage = openStage();
    const one = signIn(stage);
    await stage.clock.advance(30_000);
    const other = signIn(stage);
    stage.accounts.closeSession(stage.accounts.session(one.token), 'op');
    stage.accounts.closeSession(one, 'op');
    expect(refusalCode(() => stage.accounts.session(one.token))).toBe('account.unauthenticated');
    expect(stage.accounts.session(other.token).id).toBe(other.id);
    const closed = stage.accounts.audit(10).filter(({ action }) => action === 'session.closed');
    expect(closed).toEqual([
      {
        n: expect.any(Number),
        at: 1_030_000,
        account: one.account.id,
        action: 'session.closed',
        subject: one.id,
        via: 'op',
      },
    ]);
  });
});
