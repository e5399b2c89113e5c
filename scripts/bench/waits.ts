import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createAccounts } from '../../src/accounts/accounts.ts';
import { systemClock } from '../../src/clock.ts';
import { createCorrespondence } from '../../src/gateway/correspondence.ts';
import { receive } from '../../src/gateway/receive.ts';
import { startHttp } from '../../src/http/server.ts';
import { createLogger } from '../../src/log.ts';
import { createNumbers } from '../../src/numbers/numbers.ts';
import { createExtractor } from '../../src/otp/otp.ts';
import { encodeDeliver } from '../../src/simulator/pdu.ts';
import { openStore } from '../../src/store/store.ts';
import { openVault } from '../../src/store/vault.ts';
import { createWebhooks } from '../../src/webhooks/webhooks.ts';
import { Cleanup, newFolder, startDaemon, until } from '../../test/end-to-end/processes.ts';
import { type Print, percentile, startSimulators } from './modems.ts';

const lines = Array.from({ length: 8 }, (_, n) => ({
  modem: `m${n}`,
  number: `+1416555123${n}`,
  offer: 'lease' as const,
}));
const log = createLogger({ level: 'error' });

interface Gateway {
  readonly url: string;
  readonly key: string;
}

/** How fast a code reaches who waits for it, alone and in a crowd, and what a crowd costs. */
export async function benchWaits(print: Print): Promise<void> {
  print('commit to response, 1', await withCleanup((cleanup) => commitToResponse(1, cleanup)));
  print('… with 1,000 waiting', await withCleanup((cleanup) => commitToResponse(1000, cleanup)));
  print('1,000 waiting', await withCleanup(crowdMemory));
}

async function withCleanup<T>(work: (cleanup: Cleanup) => Promise<T>): Promise<T> {
  const cleanup = new Cleanup();
  try {
    return await work(cleanup);
  } finally {
    await cleanup.run();
  }
}

/** The gateway without its modems, in this process: so that the moment of a commit is exact. */
async function openGateway(cleanup: Cleanup) {
  const folder = newFolder(cleanup);
  const store = openStore(folder);
  cleanup.add(() => store.close());
  const vault = openVault(folder);
  const clock = systemClock;
  const numbers = createNumbers({ store, clock });
  numbers.sync(lines);
  const policy = { signup: 'closed', allow: [], default_tier: 'paid' } as const;
  const accounts = createAccounts({ store, vault, clock, policy, inPool: () => false, sendText: () => '' });
  const committed = () => {};
  const correspondence = createCorrespondence({ store, numbers, accounts, clock, committed });
  const webhooks = createWebhooks({ store, vault, clock, log, allowPrivate: true });
  const view = { gateway: 'bench', version: '', boot: '', lastSeq: () => 0, modems: () => [], checkStore: () => {} };
  const publicUrl = () => 'http://127.0.0.1';
  const apis = { accounts, numbers, webhooks, correspondence, clock, version: '', gateway: 'bench', publicUrl };
  const http = await startHttp({ listen: '127.0.0.1:0', view, broker: () => ({ connected: true }), log, apis });
  cleanup.add(() => http.close());
  const key = createKey(accounts);
  const otp = createExtractor();
  const take = (line: number, pdu: string) =>
    receive({ store, otp, numbers, committed }, [
      {
        modem: `m${line}`,
        line: `${line}`,
        number: lines[line]?.number ?? null,
        slot: null,
        pdu,
        tpduLength: null,
        receivedAt: Date.now(),
      },
    ]);
  return { url: http.url, key, take };
}

function createKey(accounts: ReturnType<typeof createAccounts>): string {
  const actor = { account: null, via: 'cli' };
  const account = accounts.add('+14155550100', 'paid', actor);
  return accounts.createKey(account.id, { api: 'agent-otp', name: 'bench', mailbox: null }, actor).secret;
}

async function call({ url, key }: Gateway, path: string, body: object): Promise<{ data: Record<string, string> }> {
  const headers = { 'x-api-key': key, 'content-type': 'application/json' };
  const response = await fetch(`${url}/api/v1/numbers/${path}`, {
    method: 'POST',
    headers,
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return (await response.json()) as { data: Record<string, string> };
}

async function rentAll(gateway: Gateway): Promise<void> {
  for (const _ of lines) await call(gateway, 'rent', { timeout_seconds: 3600 });
}

const waitOn = (gateway: Gateway, line: number) =>
  call(gateway, `${lines[line]?.number}/wait-for-otp`, { timeout_seconds: 600 });

function pduWith(code: string): string {
  const text = `Your verification code is ${code}`;
  const [pdu = ''] = encodeDeliver({
    from: '+15551234567',
    text,
    time: new Date(),
    smsc: '+12404492164',
    reference: 0,
  });
  return pdu;
}

/** `waiters` at a time on eight numbers, each given its own code; who got one waits again. */
async function commitToResponse(waiters: number, cleanup: Cleanup): Promise<Record<string, number>> {
  const gateway = await openGateway(cleanup);
  await rentAll(gateway);
  const queues = lines.map((): ReturnType<typeof waitOn>[] => []);
  for (let n = 0; n < waiters; n++) queues[n % 8]?.push(waitOn(gateway, n % 8));
  await new Promise((resolve) => setTimeout(resolve, 300 + 2 * waiters));
  const taken: number[] = [];
  for (let n = 0; n < 400; n++) {
    const line = waiters === 1 ? 0 : n % 8;
    const code = String(100_000 + n);
    gateway.take(line, pduWith(code));
    const start = performance.now();
    const answer = await queues[line]?.shift();
    taken.push(performance.now() - start);
    if (answer?.data.code !== code) throw new Error(`the wait got ${answer?.data.code}, not ${code}`);
    queues[line]?.push(waitOn(gateway, line));
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  for (const wait of queues.flat()) wait.catch(() => {});
  return { p50_ms: percentile(taken, 0.5), p99_ms: percentile(taken, 0.99) };
}

/** What a thousand clients that wait add to the daemon. */
async function crowdMemory(cleanup: Cleanup): Promise<Record<string, number>> {
  const folder = newFolder(cleanup);
  await startSimulators(8, folder, cleanup);
  const modems = lines.map(({ modem: id, number, offer }, n) => ({
    id,
    port: join(folder, `modem${n}`),
    number,
    offer,
  }));
  const config = { gateway: 'bench', log: { format: 'json', level: 'info' }, mqtt: { listen: '127.0.0.1:0' }, modems };
  const store = openStore(folder);
  const policy = { signup: 'closed', allow: [], default_tier: 'paid' } as const;
  const deps = { store, vault: openVault(folder), clock: systemClock, policy, inPool: () => false, sendText: () => '' };
  const key = createKey(createAccounts(deps));
  store.close();
  const { pid, httpUrl: url } = await startDaemon(config, folder, cleanup);
  await until('the modems', async () => (await fetch(`${url}/readyz`)).ok);
  const gateway = { url, key };
  await rentAll(gateway);
  const resident = () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
  const before = resident();
  const abort = Array.from({ length: 1000 }, (_, n) => waitOn(gateway, n % 8).catch(() => {}));
  await new Promise((resolve) => setTimeout(resolve, 5000));
  const during = resident();
  void Promise.all(abort);
  return { resident_mb: during, more_mb: during - before };
}
