import { expect, test } from 'vitest';
import { runReplug } from './replug.ts';

test('8 modems that are pulled, moved, renumbered, rebooted and hung 60 times are the same ones, and nothing is lost', async () => {
  const { faults, messages, kinds } = await runReplug({ modems: 8, events: 60, seed: 20_261_101 });
  expect(faults).toEqual([]);
  expect(messages).toBe(60);
  expect(Object.keys(kinds).sort()).toEqual(['hang', 'move', 'reboot', 'renumber', 'reset', 'wedge']);
}, 120_000);
