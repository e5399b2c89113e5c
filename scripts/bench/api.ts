import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createAccounts } from '../../src/accounts/accounts.ts';
import { systemClock } from '../../src/clock.ts';
import type { Account } from '../../src/domain/account.ts';
import { createNumbers } from '../../src/numbers/numbers.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import { openVault } from '../../src/store/vault.ts';
import { Cleanup, newFolder, startDaemon, until } from '../../test/end-to-end/processes.ts';
import { subscribe } from '../../test/end-to-end/subscriber.ts';
import { startMosquitto } from '../../test/mqtt/mosquitto.ts';
import { latency, type Print, percentile, startSimulators, wire } from './modems.ts';

const number = '+14165551231';
/** A key may ask 120 times and send 60 times a minute; an account sends 1,000 messages a day. */
const keyCount = 200;
const lists = 4000;
const sends = 200;

interface Stage {
  readonly url: string;
  readonly keys: readonly string[];
  /** Resolves when the next text has been given to the network. */
  onAir(): Promise<unknown>;
  /** A text reaches the modem; resolves with the milliseconds until its event is at a subscriber. */
  receive(): Promise<number>;
}

/** What the HTTP side costs as the store grows, and whether it disturbs the modem side. */
export async function benchApi(print: Print): Promise<void> {
  const small = await staged(1_000, measure);
  const large = await staged(1_000_000, measure);
  print('request to the air', large.toAir);
  print('list, 1,000,000 stored', { ...large.list, p99_ratio_to_1000: large.list.p99_ms / small.list.p99_ms });
  print('send, 1,000,000 stored', large.send);
  print('1,000 requests at once', large.burst);
}

async function measure(stage: Stage) {
  const toAir = await benchToAir(stage);
  return { toAir, list: await benchList(stage), send: await benchSend(stage), burst: await benchBurst(stage) };
}

async function staged<T>(messages: number, work: (stage: Stage) => Promise<T>): Promise<T> {
  const cleanup = new Cleanup();
  try {
    const folder = newFolder(cleanup);
    const keys = seed(folder, messages);
    const [modem] = await startSimulators(1, folder, cleanup);
    const modems = [{ id: 'm0', port: join(folder, 'modem0'), number, offer: 'lease' }];
    const broker = await startMosquitto();
    cleanup.add(() => broker.dispose());
    const config = {
      gateway: 'bench',
      log: { format: 'json', level: 'info' },
      mqtt: { url: broker.url },
      modems,
    };
    const { httpUrl: url } = await startDaemon(config, folder, cleanup);
    await until('the modem', async () => (await fetch(`${url}/readyz`)).ok);
    const subscriber = await subscribe(broker.url, ['sim2mqtt/bench/#'], cleanup);
    const receive = async () => {
      const seen = new Promise((resolve) =>
        subscriber.client.on('message', (topic) => topic.endsWith('/event/sms') && resolve(topic)),
      );
      const start = performance.now();
      modem?.injectText({ from: '+15551234567', text: 'Are you there?' });
      await seen;
      return performance.now() - start;
    };
    const onAir = () => new Promise((resolve) => modem?.onSent(resolve));
    return await work({ url, keys, receive, onAir });
  } finally {
    await cleanup.run();
  }
}

/** A mailbox with so many messages, and keys that open it. */
function seed(folder: string, messages: number): string[] {
  const store = openStore(folder);
  const numbers = createNumbers({ store, clock: systemClock });
  const policy = { signup: 'closed', allow: [], default_tier: 'paid' } as const;
  const sendText = () => '';
  const deps = { store, vault: openVault(folder), clock: systemClock, policy, inPool: () => false, sendText };
  const accounts = createAccounts(deps);
  const actor = { account: null, via: 'cli' };
  numbers.sync([{ modem: 'm0', number, offer: 'lease' }]);
  const account: Account = accounts.add('+14155550100', 'paid', actor);
  const mailbox = numbers.lease(account, numbers.byE164(number)?.id ?? '', actor);
  fill(store, mailbox.n, messages);
  const keys = Array.from({ length: keyCount }, (_, n) => {
    return accounts.createKey(account.id, { api: 'op', name: `key ${n}`, mailbox: mailbox.n }, actor).secret;
  });
  store.close();
  return keys;
}

function fill(store: Store, mailbox: number, messages: number): void {
  const one = store.db.prepare<[string, number, number]>(
    `INSERT INTO messages (id, direction, modem, line, number, peer, text, encoding, parts, created_at)
     VALUES (?, 'in', 'm0', '8944', '${number}', '+1555' || ?, 'Your code is 481920', 'gsm7', 1, ?)`,
  );
  const seen = store.db.prepare<[number, number | bigint]>(
    "INSERT INTO mailbox_messages (mailbox, n, direction) VALUES (?, ?, 'in')",
  );
  const now = Date.now();
  for (let done = 0; done < messages; done += 10_000) {
    store.db.commitLazily(() => {
      for (let n = done; n < Math.min(done + 10_000, messages); n++) {
        const { lastInsertRowid } = one.run(`msg_${String(n).padStart(12, '0')}`, 1_000_000 + (n % 50_000), now);
        seen.run(mailbox, lastInsertRowid);
      }
    });
  }
}

async function get(url: string, key: string): Promise<unknown> {
  const response = await fetch(url, { headers: { authorization: `Bearer ${key}` } });
  if (!response.ok) throw new Error(`${url}: ${response.status} ${await response.text()}`);
  return await response.json();
}

/** Runs `count` requests, `at_once` at a time; gives the time each took. */
async function load(count: number, atOnce: number, request: (n: number) => Promise<unknown>) {
  const taken: number[] = [];
  let next = 0;
  const start = performance.now();
  const worker = async () => {
    for (let n = next++; n < count; n = next++) {
      const asked = performance.now();
      await request(n);
      taken.push(performance.now() - asked);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  const seconds = (performance.now() - start) / 1000;
  return { per_second: count / seconds, p50_ms: percentile(taken, 0.5), p99_ms: percentile(taken, 0.99) };
}

const keyOf = ({ keys }: Stage, n: number) => keys[n % keys.length] ?? '';

function benchList(stage: Stage) {
  return load(lists, 16, (n) => get(`${stage.url}/v1/messages?direction=inbound&limit=20`, keyOf(stage, n)));
}

async function send(stage: Stage, n: number): Promise<void> {
  const headers = { authorization: `Bearer ${keyOf(stage, n)}`, 'content-type': 'application/json' };
  const body = JSON.stringify({ to: '+15557654321', body: 'Your table is ready.' });
  const response = await fetch(`${stage.url}/v1/messages`, { method: 'POST', headers, body });
  if (!response.ok) throw new Error(`send: ${response.status} ${await response.text()}`);
  await response.arrayBuffer();
}

const benchSend = (stage: Stage) => load(sends, 16, (n) => send(stage, n));

/** From the request of a client to the modem's taking of the message, on a free line; the floor is the line's own part of it. */
async function benchToAir(stage: Stage): Promise<Record<string, number>> {
  const taken: number[] = [];
  for (let n = 0; n < 50; n++) {
    const start = performance.now();
    const onAir = stage.onAir().then(() => taken.push(performance.now() - start));
    await Promise.all([send(stage, n + 100), onAir]);
    await sleep(50);
  }
  const floor = 2 * latency + wire('AT+CMGS=35\r', '\r\n> ', 'x'.repeat(72), '\x1a');
  const [p50, p99] = [percentile(taken, 0.5), percentile(taken, 0.99)];
  return { floor_ms: floor, p50_ms: p50, p99_ms: p99, p50_over_floor_ms: p50 - floor, p99_over_floor_ms: p99 - floor };
}

/** Every one is answered; meanwhile a text comes in. */
async function benchBurst(stage: Stage): Promise<Record<string, number>> {
  await sleep(1000);
  const calm = await stage.receive();
  const [burst, busy] = await Promise.all([
    load(1000, 1000, (n) => get(`${stage.url}/v1/messages?limit=20`, keyOf(stage, n))),
    stage.receive(),
  ]);
  return { ...burst, text_in_ms: busy, text_in_ratio_to_calm: busy / calm };
}
