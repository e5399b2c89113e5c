import { setTimeout as sleep } from 'node:timers/promises';
import Sqlite from 'better-sqlite3';
import { startMosquitto } from '../mqtt/mosquitto.ts';
import { Cleanup, type Daemon, newFolder, startDaemon, startModems, until } from './processes.ts';
import { subscribe } from './subscriber.ts';

export interface ChaosOptions {
  readonly messages: number;
  readonly modems: number;
  readonly kills: number;
  readonly brokerStops: number;
  /** Messages sent by command while all this goes on. */
  readonly sends: number;
  readonly say?: (line: string) => void;
}

export interface ChaosResult {
  /** Texts that no subscriber saw. */
  readonly lost: readonly string[];
  /** Texts that came as two messages: with two ids. */
  readonly doubled: readonly string[];
  /** Pairs of one modem that came in the wrong order. */
  readonly disordered: readonly string[];
  readonly stored: number;
  readonly repeats: number;
  /** Texts that the network was given twice. */
  readonly sentTwice: readonly string[];
  /** Commands whose message ended in no state. */
  readonly unsettled: readonly string[];
  readonly sent: number;
  readonly unknown: number;
}

interface World {
  readonly options: ChaosOptions;
  readonly cleanup: Cleanup;
  readonly say: (line: string) => void;
}

/** Messages come in and go out while the daemon is killed and the broker stopped, over and over. */
export async function runChaos(options: ChaosOptions): Promise<ChaosResult> {
  const cleanup = new Cleanup();
  try {
    return await run({ options, cleanup, say: options.say ?? (() => {}) });
  } finally {
    await cleanup.run();
  }
}

async function run({ options, cleanup, say }: World): Promise<ChaosResult> {
  const broker = await startMosquitto({ config: ['max_queued_messages 100000'] });
  cleanup.add(() => broker.dispose());
  const modems = await startModems(options.modems, cleanup);
  const data = newFolder(cleanup);
  const ids = Array.from({ length: options.modems }, (_, index) => `m${index}`);
  const config = {
    gateway: 'chaos',
    mqtt: { url: broker.url },
    modems: ids.map((id, index) => ({ id, port: modems.port(index) })),
  };
  const subscriber = await subscribe(broker.url, ['sim2mqtt/chaos/#'], cleanup);
  let daemon: Daemon = await startDaemon(config, data, cleanup);

  const texts = new Set<string>();
  // A kill and the start after it take more than a second: messages come all the while.
  const pace = Math.max(30, (2 * options.kills * 1300) / options.messages);
  const inject = async () => {
    const start = Date.parse('2026-05-20T00:00:00Z');
    for (let n = 0; n < options.messages; n++) {
      const modem = n % options.modems;
      const text = `${ids[modem]} message ${n}${n % 10 === 3 ? ` long ${'x'.repeat(200)}` : ''}`;
      texts.add(text);
      await modems.ask({
        op: 'inject',
        modem,
        from: '+15551234567',
        text,
        time: start + n * 1000,
      });
      await sleep(Math.random() * pace);
    }
  };
  const send = async () => {
    for (let n = 0; n < options.sends; n++) {
      const modem = ids[n % ids.length];
      const body = JSON.stringify({ id: `c${n}`, to: '+15557654321', text: `out ${n}` });
      // At least once: asked again until there is a reply. The id makes it one message.
      for (let tries = 0; tries < 200; tries++) {
        const asked = subscriber.client.publishAsync(`sim2mqtt/chaos/modem/${modem}/cmd/send`, body, { qos: 1 });
        await Promise.race([asked.catch(() => {}), sleep(2000)]);
        const replied = () =>
          subscriber.received.some(({ topic, payload }) => topic.endsWith('/reply') && payload.id === `c${n}`);
        if (await until('a reply', replied, 1500).catch(() => false)) break;
      }
      await sleep(Math.random() * 100);
    }
  };
  let busy = true;
  const kill = async () => {
    for (let n = 0; n < options.kills; n++) {
      await sleep(100 + Math.random() * 900);
      await daemon.kill();
      daemon = await startDaemon(config, data, cleanup);
      if (n % 10 === 9) say(`killed ${n + 1} times`);
    }
  };
  const stopBroker = async () => {
    for (let n = 0; n < options.brokerStops && busy; n++) {
      await sleep(500 + Math.random() * 1500);
      await broker.stop();
      await sleep(Math.random() * 800);
      await broker.start();
      say(`stopped the broker ${n + 1} times`);
    }
  };
  await Promise.all([inject(), send(), kill(), stopBroker()]);
  busy = false;
  const seen = () => new Set(subscriber.events('sms_received').map(({ text }) => String(text)));
  await until('the last message', () => seen().size >= texts.size, 90_000).catch(() => false);
  await until('the outbox', () => unsettledIn(data).length === 0, 60_000).catch(() => false);
  await daemon.stop();
  const sent: { text: string }[] = [];
  for (const modem of ids.keys()) sent.push(...((await modems.ask({ op: 'sent', modem })) as { text: string }[]));
  return judge(
    subscriber.events('sms_received'),
    texts,
    data,
    sent.map(({ text }) => text),
  );
}

function judge(
  events: readonly Record<string, unknown>[],
  texts: ReadonlySet<string>,
  data: string,
  sent: readonly string[],
): ChaosResult {
  const first = new Map<string, Record<string, unknown>>();
  const doubled = new Set<string>();
  let repeats = 0;
  for (const event of events) {
    const text = String(event.text);
    const known = first.get(text);
    if (known === undefined) first.set(text, event);
    else if (known.id === event.id) repeats += 1;
    else doubled.add(text);
  }
  const disordered: string[] = [];
  const last = new Map<string, number>();
  for (const { text, modem, seq } of first.values()) {
    const n = Number(/message (\d+)/.exec(String(text))?.[1]);
    const before = last.get(String(modem)) ?? -1;
    if (n < before) disordered.push(`${String(text).slice(0, 40)} (seq ${seq}) after ${before}`);
    last.set(String(modem), n);
  }
  const database = new Sqlite(`${data}/sim2mqtt.db`, { readonly: true });
  const stored = database
    .prepare<[], { count: number }>("SELECT count(*) AS count FROM messages WHERE direction = 'in'")
    .get();
  const states = database.prepare<[], { status: string }>('SELECT status FROM outbox').all();
  database.close();
  return {
    lost: [...texts].filter((text) => !first.has(text)),
    doubled: [...doubled],
    disordered,
    stored: stored?.count ?? 0,
    repeats,
    sentTwice: sent.filter((text, index) => sent.indexOf(text) !== index),
    unsettled: unsettledIn(data),
    sent: sent.length,
    unknown: states.filter(({ status }) => status === 'unknown').length,
  };
}

function unsettledIn(data: string): string[] {
  const database = new Sqlite(`${data}/sim2mqtt.db`, { readonly: true });
  const sql = "SELECT m.id FROM outbox o JOIN messages m ON m.n = o.n WHERE o.status IN ('queued', 'sending')";
  const rows = database.prepare<[], { id: string }>(sql).all();
  database.close();
  return rows.map(({ id }) => id);
}
