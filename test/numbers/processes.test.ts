import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { expect, onTestFinished, test } from 'vitest';
import { line, openStage } from './stage.ts';

interface Outcome {
  readonly lease: string;
  readonly rent: string;
}

async function startClaimant(folder: string, number: string, accounts: readonly string[]): Promise<ChildProcess> {
  const script = new URL('claimant.ts', import.meta.url).pathname;
  const child = fork(script, [folder, number, ...accounts], { execArgv: [] });
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(child, 'message');
  return child;
}

test('of sixty-four claims by four processes at once one succeeds, and no number is rented twice', async () => {
  const { folder, numbers, account, store } = openStage();
  const e164s = Array.from({ length: 6 }, (_, index) => `+1416555123${index}`);
  numbers.sync(e164s.map((number, index) => line(`m${index}`, number)));
  const wanted = numbers.byE164('+14165551230')?.id ?? '';
  const names = Array.from({ length: 64 }, (_, index) => account(`account${index}`).id);
  const children = await Promise.all(
    [0, 1, 2, 3].map((part) => startClaimant(folder, wanted, names.slice(part * 16, part * 16 + 16))),
  );
  const answers = children.map((child) => once(child, 'message'));
  for (const child of children) child.send('go');
  const outcomes = (await Promise.all(answers)).flatMap(([answer]) => answer as Outcome[]);
  expect(outcomes).toHaveLength(64);
  expect(outcomes.filter(({ lease }) => lease === 'number.unavailable')).toHaveLength(63);
  const [holder] = outcomes.map(({ lease }) => lease).filter((lease) => lease !== 'number.unavailable');
  expect(store.mailboxes.holder(wanted)).toMatchObject({ account: holder, kind: 'lease' });
  const rented = outcomes.map(({ rent }) => rent).filter((rent) => rent !== 'number.all_taken');
  expect(rented.toSorted()).toEqual(e164s.slice(1));
});
