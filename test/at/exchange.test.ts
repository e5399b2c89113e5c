import { describe, expect, it } from 'vitest';
import type { AtCommand } from '../../src/at/command.ts';
import { beginExchange, claimOf, type Exchange, step } from '../../src/at/exchange.ts';

const lines = (info: readonly string[]) => info;
const cmgl: AtCommand<readonly string[]> = { line: 'AT+CMGL=4', owns: /^\+CMGL:/, timeout: 120_000, parse: lines };
const cmgs: AtCommand<readonly string[]> = {
  line: 'AT+CMGS=18',
  owns: /^\+CMGS:/,
  payload: '0011',
  timeout: 180_000,
  parse: lines,
};

function going(command: AtCommand<unknown>, heard: readonly string[]): Exchange {
  let exchange = beginExchange(command, 0);
  for (const line of heard) {
    const next = step(exchange, { is: 'line', line, now: 10 });
    if (next.is !== 'waiting') throw new Error(`ended at ${line}`);
    exchange = next.exchange;
  }
  return exchange;
}

describe('whose a line is', () => {
  it.each([
    ['AT+CMGL=4', 'echo'],
    ['AT+CMGS=12', 'echo'],
    ['OK', 'result'],
    ['+CMS ERROR: 314', 'result'],
    ['4', 'result'],
    ['+CMGL: 0,1,,24', 'owned'],
    ['+CMTI: "ME",1', 'none'],
    ['07914306073011F0', 'none'],
    ['NO CARRIER', 'none'],
  ])('%s is %s before the first line of the reply', (line, claim) => {
    expect(claimOf(beginExchange(cmgl, 0), line)).toBe(claim);
  });

  it('an unprefixed line belongs to the owned line before it', () => {
    const exchange = going(cmgl, ['+CMGL: 0,1,,24']);
    expect(claimOf(exchange, '07914306073011F0')).toBe('body');
    expect(claimOf(exchange, '^RSSI:20')).toBe('none');
    expect(claimOf(exchange, 'RING')).toBe('none');
  });
});

describe('one exchange', () => {
  it('does not change the state it was given', () => {
    const before = beginExchange(cmgl, 0);
    step(before, { is: 'line', line: '+CMGL: 0,1,,24', now: 10 });
    expect(before.lines).toEqual([]);
  });

  it('counts the time of the result from the payload on', () => {
    const next = step(beginExchange(cmgs, 0), { is: 'prompt', now: 9_000 });
    expect(next).toMatchObject({ is: 'waiting', write: '0011\x1a', exchange: { deadline: 189_000, phase: 'reply' } });
  });

  it('writes the payload once', () => {
    const next = step(beginExchange(cmgs, 0), { is: 'prompt', now: 0 });
    if (next.is !== 'waiting') throw new Error('ended at the prompt');
    expect(step(next.exchange, { is: 'prompt', now: 0 })).toEqual({ is: 'waiting', exchange: next.exchange });
  });

  it('takes no line from before the payload for the answer to it', () => {
    const next = step(going(cmgs, ['+CMGS: 22']), { is: 'prompt', now: 0 });
    if (next.is !== 'waiting') throw new Error('ended at the prompt');
    expect(step(next.exchange, { is: 'tick', now: 180_000 })).toMatchObject({ is: 'failed', after: 'poisoned' });
  });

  it('goes on until its deadline and fails at it', () => {
    const exchange = beginExchange(cmgl, 0);
    expect(step(exchange, { is: 'tick', now: 119_999 })).toEqual({ is: 'waiting', exchange });
    expect(step(exchange, { is: 'tick', now: 120_000 })).toMatchObject({
      is: 'failed',
      after: 'resync',
      error: { code: 'at.timeout', transient: true },
    });
  });

  it('keeps no more of a flood than any reply can have', () => {
    expect(
      going(
        cmgl,
        Array.from({ length: 5_000 }, () => '+CMGL: 0,1,,24'),
      ).lines,
    ).toHaveLength(4_096);
  });
});
