import { afterEach, expect, test } from 'vitest';
import { curl } from './curls.ts';
import { Cleanup, command, newFolder, startDaemon, startModems, until } from './processes.ts';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

const number = '+14165551234';
const human = '+14152055634';
const instant = expect.stringMatching(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/);

/** What the operator types; the key is the line that stands alone. */
async function operator(data: string, ...args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await command([...args, '--data', data]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return stdout;
}

test('every curl of the Agent OTP document gives the documented shape', async () => {
  const modems = await startModems(1, cleanup);
  const data = newFolder(cleanup);
  const config = {
    gateway: 'test',
    mqtt: { listen: '127.0.0.1:0' },
    modems: [{ id: 'm0', port: modems.port(0), number, offer: 'lease' }],
    accounts: { signup: 'closed' },
  };
  const { httpUrl } = await startDaemon(config, data, cleanup);
  await until('the modem', async () => (await fetch(`${httpUrl}/readyz`)).ok);

  await operator(data, 'account', 'add', '--phone', human, '--tier', 'paid');
  const args = ['--phone', human, '--name', 'agent', '--api', 'agent-otp', '--json'];
  const { key } = JSON.parse(await operator(data, 'key', 'create', ...args)) as { key: string };
  expect(key).toMatch(/^ak_[0-9A-Za-z]{32}$/);
  const ask = (text: string) =>
    curl(text.replaceAll('https://agent-otp.example', httpUrl).replace('YOUR_API_KEY', key), data);

  const rented = await ask(`curl -X POST "https://agent-otp.example/api/v1/numbers/rent" \\
-H "X-API-Key: YOUR_API_KEY" \\
-H "Content-Type: application/json" \\
-d '{"country": "CA"}'`);
  expect(rented).toMatchObject({ status: 200 });
  expect(rented.body).toEqual({
    success: true,
    message: 'Number rented successfully',
    data: {
      number,
      country: 'CA',
      status: 'rented',
      rented_at: instant,
      expires_at: instant,
      rental_id: expect.stringMatching(/^rent_/),
    },
  });
  const { rented_at, expires_at } = rented.body.data as { rented_at: string; expires_at: string };
  expect(Date.parse(expires_at) - Date.parse(rented_at)).toBe(300_000);

  const waiting = ask(`curl -X POST "https://agent-otp.example/api/v1/numbers/${number}/wait-for-otp" \\
-H "X-API-Key: YOUR_API_KEY" \\
-H "Content-Type: application/json" \\
-d '{"timeout_seconds": 120}'`);
  await modems.ask({ op: 'inject', modem: 0, from: '+15551234567', text: 'Your verification code is 847291' });
  const received = await waiting;
  expect(received).toMatchObject({ status: 200 });
  expect(received.body).toEqual({
    success: true,
    message: 'OTP received',
    data: {
      status: 'received',
      code: '847291',
      raw_message: 'Your verification code is 847291',
      from_number: '+15551234567',
      received_at: instant,
      wait_time_seconds: expect.any(Number),
    },
  });

  const again = await ask(`curl -X POST "https://agent-otp.example/api/v1/numbers/%2B14165551234/wait-for-otp" \\
-H "X-API-Key: YOUR_API_KEY" \\
-H "Content-Type: application/json" \\
-d '{"timeout_seconds": 1, "expected_sender": "Acme"}'`);
  expect(again).toMatchObject({ status: 200 });
  expect(again.body).toEqual({
    success: false,
    error: expect.any(String),
    data: { status: 'timeout', code: null, wait_time_seconds: expect.any(Number) },
  });

  const messages = await ask(`curl "https://agent-otp.example/api/v1/numbers/${number}/messages" \\
-H "X-API-Key: YOUR_API_KEY"`);
  expect(messages.body).toEqual({
    success: true,
    data: [
      {
        id: expect.stringMatching(/^msg_/),
        from: '+15551234567',
        to: number,
        body: 'Your verification code is 847291',
        received_at: instant,
        otp_code: '847291',
      },
    ],
  });

  const live = await ask('curl "https://agent-otp.example/api/v1/numbers" -H "X-API-Key: YOUR_API_KEY"');
  expect(live.body).toMatchObject({ success: true, data: [{ number, status: 'rented' }] });

  const taken = await ask(`curl -X POST "https://agent-otp.example/api/v1/numbers/rent" \\
-H "X-API-Key: YOUR_API_KEY" -H "Content-Type: application/json" -d '{"country": "CA"}'`);
  expect(taken).toMatchObject({ status: 404, body: { success: false, error: expect.stringContaining('taken') } });
  const elsewhere = await ask(`curl -X POST "https://agent-otp.example/api/v1/numbers/rent" \\
-H "X-API-Key: YOUR_API_KEY" -H "Content-Type: application/json" -d '{"country": "DE"}'`);
  expect(elsewhere).toMatchObject({ status: 404, body: { success: false, error: expect.stringContaining('country') } });

  const released = await ask(`curl -X DELETE "https://agent-otp.example/api/v1/numbers/${number}" \\
-H "X-API-Key: YOUR_API_KEY"`);
  expect(released).toMatchObject({
    status: 200,
    body: { success: true, message: `Number ${number} released successfully` },
  });

  const token = await signIn();
  const quota = await ask(
    `curl "https://agent-otp.example/api/v1/auth/usage/quota" -H "Authorization: Bearer ${token}"`,
  );
  expect(quota).toMatchObject({ status: 200 });
  expect(quota.body).toEqual({ plan: 'paid', limit: 200, used: 1, remaining: 199, has_quota: true });

  await operator(data, 'account', 'set', '--phone', human, '--quota', '1');
  const spent = await ask(`curl -X POST "https://agent-otp.example/api/v1/numbers/rent" \\
-H "X-API-Key: YOUR_API_KEY" -H "Content-Type: application/json" -d '{}'`);
  expect(spent).toMatchObject({ status: 403, body: { success: false, error: expect.any(String) } });

  for (const [text, status] of [
    ['curl "https://agent-otp.example/api/v1/nothing"', 404],
    ['curl "https://agent-otp.example/api/v1/numbers"', 401],
    [`curl "https://agent-otp.example/api/v1/numbers/+1999/messages" -H "X-API-Key: YOUR_API_KEY"`, 400],
    [`curl "https://agent-otp.example/api/v1/numbers/+19995551234/messages" -H "X-API-Key: YOUR_API_KEY"`, 404],
    [`curl "https://agent-otp.example/api/v1/numbers/rent" -H "X-API-Key: YOUR_API_KEY" -d '{"country"'`, 400],
  ] as const) {
    expect(await ask(text)).toMatchObject({ status, body: { success: false, error: expect.any(String) } });
  }

  async function signIn(): Promise<string> {
    const post = async (path: string, body: object) =>
      (await (
        await fetch(`${httpUrl}${path}`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(body),
        })
      ).json()) as Record<string, string>;
    const { verification_id } = await post('/auth/start', { phone: human });
    const sent = await until('the code', async () => {
      const texts = (await modems.ask({ op: 'sent', modem: 0 })) as { text: string }[];
      return texts[0];
    });
    const { session_token } = await post('/auth/verify', { verification_id, code: /\d{6}/.exec(sent.text)?.[0] });
    return session_token ?? '';
  }
});
