import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';
import { openStage, phone, source } from './stage.ts';

async function guessTogether(lists: (code: string) => readonly (readonly string[])[]) {
  const stage = openStage();
  const { id } = stage.accounts.startVerification({ phone, source });
  const { folder } = stage;
  const workers = lists(stage.code()).map(
    (codes) => new Worker(new URL('guesser.ts', import.meta.url), { workerData: { folder, id, codes } }),
  );
  const accepted = await Promise.all(workers.map(async (worker) => Number((await once(worker, 'message'))[0])));
  const row = stage.store.db.prepare<[], { wrong: number }>('SELECT wrong_codes AS wrong FROM verifications').get();
  return {
    accepted: accepted.reduce((sum, one) => sum + one, 0),
    wrong: row?.wrong,
    people: stage.accounts.list().length,
  };
}

const wrongCodes = (right: string, from: number) =>
  Array.from({ length: 20 }, (_, n) => String(from + n).padStart(6, '0')).filter((code) => code !== right);

test('three that guess at the same time have five tries together, then not even the right code helps', async () => {
  const outcome = await guessTogether((right) => [0, 100, 200].map((from) => [...wrongCodes(right, from), right]));
  expect(outcome).toEqual({ accepted: 0, wrong: 5, people: 0 });
});

test('three that give the right code at the same time open one session', async () => {
  const outcome = await guessTogether((right) => [[right], [right], [right]]);
  expect(outcome).toEqual({ accepted: 1, wrong: 0, people: 1 });
});
