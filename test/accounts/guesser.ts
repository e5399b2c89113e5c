import { parentPort, workerData } from 'node:worker_threads';
import { createAccounts } from '../../src/accounts/accounts.ts';
import { systemClock } from '../../src/clock.ts';
import { openStore } from '../../src/store/store.ts';
import { openVault } from '../../src/store/vault.ts';

/** A process of its own, as far as the database can tell: says how many of its codes were accepted. */
const { folder, id, codes } = workerData as { folder: string; id: string; codes: readonly string[] };
const store = openStore(folder);
const accounts = createAccounts({
  store,
  vault: openVault(folder),
  // As the clock of the stage that began the verification.
  clock: { ...systemClock, now: () => 1_000_000 },
  policy: { signup: 'open', allow: [], default_tier: 'free' },
  inPool: () => false,
  sendText: () => 'msg_1',
});
const accepted = codes.filter((code) => {
  try {
    return accounts.verify({ id, code }, 'op').account !== undefined;
  } catch {
    return false;
  }
});
store.close();
parentPort?.postMessage(accepted.length);
