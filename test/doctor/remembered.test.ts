import { expect, test } from 'vitest';
import { remembered } from '../../src/doctor/remembered.ts';

function stage() {
  let time = 0;
  const works: PromiseWithResolvers<string>[] = [];
  const ask = remembered(
    () => {
      const work = Promise.withResolvers<string>();
      works.push(work);
      return work.promise;
    },
    { now: () => time, sleep: () => new Promise<void>(() => {}) },
    2000,
  );
  const at = (now: number) => {
    time = now;
  };
  return { works, ask, at };
}

test('who asks meanwhile gets the same, and so does who asks within its lifetime, which begins when it is there', async () => {
  const { works, ask, at } = stage();
  const first = [ask(), ask()];
  at(60_000);
  first.push(ask());
  works[0]?.resolve('one');
  expect(await Promise.all(first)).toEqual(['one', 'one', 'one']);
  at(61_999);
  expect(await ask()).toBe('one');
  at(62_000);
  const second = ask();
  works[1]?.resolve('two');
  expect(await second).toBe('two');
  expect(works).toHaveLength(2);
});

test('a failure is told to those who waited for it, and the next one asks anew', async () => {
  const { works, ask } = stage();
  const both = [ask(), ask()];
  works[0]?.reject(new Error('no'));
  for (const each of both) await expect(each).rejects.toThrow('no');
  const again = ask();
  works[1]?.resolve('yes');
  expect(await again).toBe('yes');
});
