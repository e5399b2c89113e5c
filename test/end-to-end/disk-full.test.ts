import { execFileSync } from 'node:child_process';
import { afterEach, expect, test } from 'vitest';
import { startMosquitto } from '../mqtt/mosquitto.ts';
import { Cleanup, command, type Daemon, newFolder, startDaemon, startModems, until } from './processes.ts';
import { subscribe } from './subscriber.ts';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

/** What a full disk does to one process alone: no file of it grows any more. */
function limitFiles({ pid }: Daemon, octets: string): void {
  execFileSync('prlimit', ['--pid', String(pid), `--fsize=${octets}:`]);
}

/** What an operator's page asks. */
async function signIn({ httpUrl }: Daemon, data: string): Promise<(path: string) => Promise<Record<string, unknown>>> {
  const token = (await command(['token', 'create', '--data', data, '--name', 'test'])).stdout.trim();
  const answer = await fetch(`${httpUrl}/ui/api/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token }),
  });
  const cookie = answer.headers.getSetCookie()[0]?.split(';')[0] ?? '';
  return async (path) => (await (await fetch(`${httpUrl}${path}`, { headers: { cookie } })).json()) as never;
}

test('a full disk leaves messages on the SIM and says so; with room again they come in, once', async () => {
  const broker = await startMosquitto();
  cleanup.add(() => broker.dispose());
  const modems = await startModems(1, cleanup);
  const subscriber = await subscribe(broker.url, ['sim2mqtt/#'], cleanup);
  const data = newFolder(cleanup);
  const lines = [{ id: 'm0', port: modems.port(0) }];
  const daemon = await startDaemon({ gateway: 'test', mqtt: { url: broker.url }, modems: lines }, data, cleanup);
  const ready = async () => (await (await fetch(`${daemon.httpUrl}/readyz`)).json()) as Record<string, unknown>;
  await until('the modem', async () => (await ready()).status === 'ready');
  const ask = await signIn(daemon, data);
  const onSim = async () => {
    const { storages } = (await modems.ask({ op: 'state', modem: 0 })) as {
      storages: Record<string, { used: number }>;
    };
    return Object.values(storages).reduce((sum, { used }) => sum + used, 0);
  };
  const logged = (code: string) => daemon.lines.filter((line) => line.code === code).length;

  limitFiles(daemon, '1');
  await modems.ask({ op: 'inject', modem: 0, from: 'Acme Bank', text: 'Your code is 481920' });
  // Refused more than once: it is still there, and was tried again.
  await until('refusals', () => logged('store.full') > 1);
  expect([await onSim(), subscriber.events('sms_received')]).toEqual([1, []]);
  expect(await ready()).toMatchObject({
    status: 'not_ready',
    checks: expect.arrayContaining([{ name: 'database', ok: false, problem: 'cannot be written: store.full' }]),
  });
  const { findings } = await ask('/ui/api/health');
  expect(findings).toMatchObject([
    { code: 'disk.full', severity: 'error', remedy: expect.stringContaining('messages stay on the SIMs until then') },
  ]);
  const request = JSON.stringify({ id: 'r1', to: '+14155550123', text: 'hello' });
  await subscriber.client.publishAsync('sim2mqtt/test/cmd/send', request, { qos: 1 });
  const refused = () => subscriber.received.find(({ topic }) => topic === 'sim2mqtt/test/cmd/send/reply')?.payload;
  expect(await until('an answer', refused)).toMatchObject({
    ok: false,
    error: { code: 'store.full', retryable: true },
  });

  limitFiles(daemon, 'unlimited');
  await until('the text', () => subscriber.events('sms_received').length > 0);
  await until('an empty SIM', async () => (await onSim()) === 0);
  const alerts = () => subscriber.events('alert').filter(({ code }) => code === 'store.full');
  await until('the alert', () => alerts().length > 0);
  expect(alerts()).toMatchObject([
    { code: 'store.full', hint: 'free disk space; messages stay on the SIM until then' },
  ]);
  expect(await ready()).toMatchObject({ status: 'ready' });
  await until('that nothing is wrong', async () => JSON.stringify((await ask('/ui/api/health')).findings) === '[]');
  expect(subscriber.events('sms_received')).toHaveLength(1);
  expect(await daemon.stop()).toBe(0);
}, 60_000);
