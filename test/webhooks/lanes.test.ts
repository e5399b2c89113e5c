import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Lanes, type Turn } from '../../src/webhooks/lanes.ts';

describe('lanes', () => {
  it('run no more at once than they may, each and all together', () => {
    const lanes = new Lanes<number>(2, 3);
    for (let job = 0; job < 5; job++) for (const lane of ['a', 'b']) lanes.add(lane, job);
    const taken = [1, 2, 3, 4].map(() => lanes.take()).map((turn) => turn && [turn.lane, turn.job]);
    expect(taken).toEqual([['a', 0], ['b', 0], ['a', 1], undefined]);
  });

  it('let a lane with one job go before the rest of a lane with ten thousand', () => {
    const lanes = new Lanes<number>(2, 32);
    for (let job = 0; job < 10_000; job++) lanes.add('full', job);
    expect([lanes.take()?.lane, lanes.take()?.lane, lanes.take()]).toEqual(['full', 'full', undefined]);
    lanes.add('other', 1);
    expect(lanes.take()).toMatchObject({ lane: 'other', job: 1 });
  });

  it('let what is urgent go first in its own lane', () => {
    const lanes = new Lanes<string>(1, 32);
    lanes.add('a', 'later');
    lanes.add('a', 'now', true);
    expect(lanes.take()).toMatchObject({ lane: 'a', job: 'now' });
  });

  it('give out what waits when they are drained, and nothing after that', () => {
    const lanes = new Lanes<string>(1, 32);
    for (const job of ['one', 'two', 'three']) lanes.add('a', job);
    const turn = lanes.take();
    expect(lanes.drain()).toEqual(['two', 'three']);
    if (turn !== undefined) lanes.leave(turn, true);
    expect(lanes.take()).toBeUndefined();
  });

  it('keep half of the places for others when very many lanes fail', () => {
    const lanes = new Lanes<number>(2, 8);
    const taken = () => {
      const turns: Turn<number>[] = [];
      for (let turn = lanes.take(); turn !== undefined; turn = lanes.take()) turns.push(turn);
      return turns;
    };
    for (let lane = 0; lane < 20; lane++) for (let job = 0; job < 3; job++) lanes.add(`dead ${lane}`, job);
    for (let round = 0; round < 20; round++) for (const turn of taken()) lanes.leave(turn, false);
    for (let lane = 0; lane < 20; lane++) lanes.add(`dead ${lane}`, 4);
    const dead = taken().map(({ lane }) => lane);
    expect(dead).toHaveLength(4);
    expect(new Set(dead).size).toBe(4);
    lanes.add('well', 1);
    expect(lanes.take()).toMatchObject({ lane: 'well', job: 1 });
  });

  it('keep one place for those that failed, and take one that succeeds again for well', () => {
    const lanes = new Lanes<number>(2, 2);
    const fail = () => {
      const turn = lanes.take();
      if (turn !== undefined) lanes.leave(turn, false);
    };
    lanes.add('ill', 1);
    fail();
    for (let job = 0; job < 3; job++) for (const lane of ['well', 'ill']) lanes.add(lane, job);
    const turns = [lanes.take(), lanes.take()];
    expect(turns).toMatchObject([
      { lane: 'ill', ailing: true },
      { lane: 'well', ailing: false },
    ]);
    for (const turn of turns) if (turn !== undefined) lanes.leave(turn, true);
    lanes.take();
    lanes.take();
    expect(lanes.drain()).toHaveLength(2);
  });

  it('give each job once, in order within a lane, with no lane two turns ahead of one that waits', () => {
    const step = fc.oneof(
      fc.record({ is: fc.constant('add' as const), lane: fc.constantFrom('a', 'b', 'c', 'd') }),
      fc.constant({ is: 'take' as const }),
      fc.record({ is: fc.constant('leave' as const), nth: fc.nat(40) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const lanes = new Lanes<number>(2, 5);
        const waiting = new Map<string, number[]>();
        const running: Turn<number>[] = [];
        /** How often others went while a lane could have gone. */
        const passedOver = new Map<string, number>();
        const atWork = (lane: string) => running.filter((each) => each.lane === lane).length;
        const free = () => [...waiting].filter(([lane, jobs]) => jobs.length > 0 && atWork(lane) < 2);
        let count = 0;
        for (const next of steps) {
          if (next.is === 'add') {
            lanes.add(next.lane, ++count);
            waiting.set(next.lane, [...(waiting.get(next.lane) ?? []), count]);
          } else if (next.is === 'leave' && running.length > 0) {
            for (const turn of running.splice(next.nth % running.length, 1)) lanes.leave(turn, true);
          } else if (next.is === 'take') {
            const could = running.length < 5 ? free().map(([lane]) => lane) : [];
            const turn = lanes.take();
            expect(turn === undefined).toBe(could.length === 0);
            if (turn === undefined) continue;
            expect(turn.job).toBe(waiting.get(turn.lane)?.shift());
            running.push(turn);
            for (const lane of could) passedOver.set(lane, lane === turn.lane ? 0 : (passedOver.get(lane) ?? 0) + 1);
            expect(Math.max(...passedOver.values())).toBeLessThanOrEqual(4);
          }
        }
      }),
    );
  });
});
