import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Limit, Limiter, type Spent } from '../../src/http/limiter.ts';

const start = Date.parse('2026-05-20T12:00:00Z');
beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'], now: start }));
afterEach(() => void vi.useRealTimers());

const three: Limit = { per: 'key', windows: [{ points: 3, seconds: 60 }] };
const burst: Limit = {
  per: 'key',
  windows: [
    { points: 1, seconds: 1, burst: true },
    { points: 3, seconds: 60 },
  ],
};

async function outcome(spending: Promise<Spent>): Promise<unknown> {
  try {
    const { standings } = await spending;
    return standings.map(({ remaining }) => remaining);
  } catch (error) {
    return { ...(error as { code: string; details: object }).details, code: (error as { code: string }).code };
  }
}

describe('the limiter', () => {
  it('lets so many by in a window, says what is left, and lets them by again in the next', async () => {
    const limiter = new Limiter();
    const spend = () => outcome(limiter.spend(three, 'a'));
    expect([await spend(), await spend(), await spend()]).toEqual([[2], [1], [0]]);
    vi.setSystemTime(start + 59_001);
    expect(await spend()).toEqual({ code: 'limit.exceeded', limit: 3, reset: start + 60_000, retry_after: 1 });
    vi.setSystemTime(start + 60_000);
    expect(await spend()).toEqual([2]);
  });

  it('counts each holder apart', async () => {
    const limiter = new Limiter();
    for (const holder of ['a', 'a', 'a', 'b']) await limiter.spend(three, holder);
    expect(await outcome(limiter.spend(three, 'a'))).toMatchObject({ code: 'limit.exceeded' });
    expect(await outcome(limiter.spend(three, 'b'))).toEqual([1]);
  });

  it('takes nothing of one window where another refuses', async () => {
    const limiter = new Limiter();
    await limiter.spend(burst, 'a');
    for (let n = 0; n < 10; n += 1) {
      expect(await outcome(limiter.spend(burst, 'a'))).toMatchObject({ limit: 1, retry_after: 1 });
    }
    vi.setSystemTime(start + 1000);
    expect(await outcome(limiter.spend(burst, 'a'))).toEqual([1]);
    vi.setSystemTime(start + 2000);
    await limiter.spend(burst, 'a');
    vi.setSystemTime(start + 3000);
    expect(await outcome(limiter.spend(burst, 'a'))).toMatchObject({ limit: 3, retry_after: 57 });
    expect(await limiter.look(burst, 'a')).toEqual([{ limit: 3, remaining: 0, reset: start + 60_000 }]);
  });

  it('takes nothing either where it is the later window that refuses', async () => {
    const [second, minute] = burst.windows;
    const reversed: Limit = { per: 'key', windows: [minute, second].filter((window) => window !== undefined) };
    const limiter = new Limiter();
    await limiter.spend(reversed, 'a');
    for (let n = 0; n < 10; n += 1) expect(await outcome(limiter.spend(reversed, 'a'))).toMatchObject({ limit: 1 });
    expect(await limiter.look(reversed, 'a')).toMatchObject([{ limit: 3, remaining: 2 }]);
  });

  it('gives back what it took', async () => {
    const limiter = new Limiter();
    const spent = await limiter.spend(burst, 'a');
    await spent.giveBack('bursts');
    expect(await limiter.look(burst, 'a')).toMatchObject([{ remaining: 2 }]);
    const again = await limiter.spend(burst, 'a');
    await again.giveBack('all');
    expect(await limiter.look(burst, 'a')).toMatchObject([{ remaining: 2 }]);
  });

  it('gives nothing back of a window that is over', async () => {
    const limiter = new Limiter();
    const spent = await limiter.spend(three, 'a');
    vi.setSystemTime(start + 60_000);
    await spent.giveBack('all');
    expect(await outcome(limiter.spend(three, 'a'))).toEqual([2]);
  });

  it('is exact among a crowd', async () => {
    const limiter = new Limiter();
    const outcomes = await Promise.all(Array.from({ length: 50 }, () => outcome(limiter.spend(three, 'a'))));
    expect(outcomes.filter(Array.isArray)).toHaveLength(3);
  });

  it('looks without taking', async () => {
    const limiter = new Limiter();
    expect(await limiter.look(three, 'a')).toEqual([{ limit: 3, remaining: 3, reset: start + 60_000 }]);
    await limiter.spend(three, 'a');
    for (const _ of [1, 2]) expect(await limiter.look(three, 'a')).toMatchObject([{ remaining: 2 }]);
  });

  it('remembers the holders seen last, and no more of them', async () => {
    const limiter = new Limiter();
    await limiter.spend(three, 'first');
    for (let n = 0; n < 9_999; n += 1) await limiter.spend(three, `holder ${n}`);
    expect(await limiter.look(three, 'first')).toMatchObject([{ remaining: 2 }]);
    await limiter.spend(three, 'one more');
    expect(await limiter.look(three, 'first')).toMatchObject([{ remaining: 3 }]);
    expect(await limiter.look(three, 'holder 0')).toMatchObject([{ remaining: 2 }]);
  });
});
