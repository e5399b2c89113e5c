import { expect, test } from 'vitest';
import { runChaos } from './chaos.ts';

test('through kill -9 and broker outages each message arrives, once, in the order of its modem, and none is sent twice', async () => {
  const result = await runChaos({ messages: 120, modems: 4, kills: 6, brokerStops: 2, sends: 15 });
  expect(result).toMatchObject({ lost: [], doubled: [], disordered: [], stored: 120, sentTwice: [], unsettled: [] });
  expect(result.sent + result.unknown).toBeGreaterThanOrEqual(15);
}, 180_000);
