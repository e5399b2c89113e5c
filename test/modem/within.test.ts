import { expect, it } from 'vitest';
import { within } from '../../src/modem/within.ts';

it('gives what the work gives, and nothing for work that does not end', async () => {
  expect(await within(1_000, Promise.resolve('open'))).toBe('open');
  expect(await within(1, new Promise(() => undefined))).toBeUndefined();
  await expect(within(1_000, Promise.reject(new Error('no')))).rejects.toThrow('no');
});
