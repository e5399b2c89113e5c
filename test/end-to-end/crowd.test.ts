import { afterEach, expect, test } from 'vitest';
import { Cleanup, command, newFolder, startDaemon, startModems, until } from './processes.ts';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

const line = '+14165551231';

async function start(offer: 'shared' | 'lease') {
  const modems = await startModems(1, cleanup);
  const data = newFolder(cleanup);
  const config = {
    gateway: 'test',
    mqtt: { listen: '127.0.0.1:0' },
    modems: [{ id: 'm0', port: modems.port(0), number: line, offer }],
    accounts: { signup: 'open', default_tier: 'paid' },
  };
  const { httpUrl } = await startDaemon(config, data, cleanup);
  await until('the modem', async () => (await fetch(`${httpUrl}/readyz`)).ok);
  const post = (path: string, body: object, headers: Record<string, string> = {}) =>
    fetch(`${httpUrl}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
  const texts = async () => (await modems.ask({ op: 'sent', modem: 0 })) as { to: string; text: string }[];
  const signIn = async (phone: string) => {
    const { verification_id } = (await (await post('/auth/start', { phone })).json()) as { verification_id: string };
    const sent = await until('the code', async () => (await texts()).find(({ to }) => to === phone));
    const answer = await post('/auth/verify', { verification_id, code: /\d{6}/.exec(sent.text)?.[0] });
    return ((await answer.json()) as { session_token: string }).session_token;
  };
  return { httpUrl, data, post, signIn };
}

test('of 64 claims of one number at once, by four accounts, one is granted', async () => {
  const { httpUrl, post, signIn } = await start('lease');
  const sessions: string[] = [];
  for (let n = 0; n < 4; n++) sessions.push(await signIn(`+1415205563${n}`));
  const authorization = (n: number) => ({ authorization: `Bearer ${sessions[n % 4]}` });
  const available = await fetch(`${httpUrl}/console/numbers/available`, { headers: authorization(0) });
  const { numbers } = (await available.json()) as { numbers: { id: string }[] };
  const answers = await Promise.all(
    Array.from({ length: 64 }, (_, n) => post(`/console/numbers/${numbers[0]?.id}/lease`, {}, authorization(n))),
  );
  const statuses = answers.map(({ status }) => status).sort();
  expect(statuses).toEqual([200, ...Array<number>(63).fill(409)]);
});

test('of 1,000 requests at once every one is answered, and what is over a limit is told so', async () => {
  const { httpUrl, data } = await start('shared');
  const phone = '+14152055634';
  await command(['account', 'add', '--phone', phone, '--data', data]);
  const keys: string[] = [];
  for (let n = 0; n < 5; n++) {
    const args = ['--phone', phone, '--name', `key ${n}`, '--number', line, '--data', data];
    keys.push((await command(['key', 'create', ...args])).stdout.trim());
  }
  const ask = (n: number) =>
    fetch(`${httpUrl}/v1/messages`, { headers: { authorization: `Bearer ${keys[n % keys.length]}` } });
  const answers = await Promise.all(Array.from({ length: 1000 }, (_, n) => ask(n)));
  const count = (status: number) => answers.filter((answer) => answer.status === status).length;
  expect({ answered: count(200), refused: count(429) }).toEqual({ answered: 600, refused: 400 });
  for (const answer of answers) {
    expect(answer.headers.get('x-ratelimit-limit')).toBe('120');
    if (answer.status === 429) expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
  }
});
