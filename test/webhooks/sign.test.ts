import { spawnSync } from 'node:child_process';
import { createHmac, timingSafeEqual } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { newWebhookSecret, signature } from '../../src/webhooks/sign.ts';
import { openEndpoint } from './endpoint.ts';
import { addMailbox, everything, openStage, owner } from './stage.ts';

/** As the OP API's document gives it to receivers. */
const pythonCheck = `
import hmac, hashlib, json, sys, time

def verify(secret: str, header: str, body: bytes) -> bool:
    parts = dict(p.split("=", 1) for p in header.split(","))
    ts, sig = parts["t"], parts["v1"]
    if abs(time.time() - int(ts)) > 300:
        return False
    expected = hmac.new(
        secret.encode(),
        f"{ts}.".encode() + body,
        hashlib.sha256,
    ).hexdigest()
    return hmac.compare_digest(sig, expected)

given = json.load(sys.stdin)
print(json.dumps([verify(g["secret"], g["header"], g["body"].encode()) for g in given]))
`;

interface Given {
  readonly secret: string;
  readonly header: string;
  readonly body: string;
}

function inPython(given: readonly Given[]): boolean[] {
  const { error, status, stdout, stderr } = spawnSync('python3', ['-c', pythonCheck], {
    input: JSON.stringify(given),
    encoding: 'utf8',
  });
  if (error !== undefined) throw new Error('python3 is needed to try the check that receivers are given; install it');
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}

function inJavaScript({ secret, header, body }: Given): boolean {
  const parts = new Map(header.split(',').map((part) => part.split('=', 2) as [string, string]));
  const time = parts.get('t') ?? '';
  if (Math.abs(Date.now() / 1000 - Number(time)) > 300) return false;
  const expected = createHmac('sha256', secret).update(`${time}.`).update(body).digest();
  const given = Buffer.from(parts.get('v1') ?? '', 'hex');
  return given.length === expected.length && timingSafeEqual(given, expected);
}

describe('the signature of a webhook', () => {
  it('is accepted by the receivers checks in Python and JavaScript, as sent; and nothing else is', async () => {
    const endpoint = await openEndpoint();
    const { store, webhooks } = openStage();
    const { webhook, secret } = webhooks.create(
      addMailbox(store, 'acc-1', '+14165550000'),
      { url: endpoint.url, events: everything },
      owner,
    );
    await webhooks.test('acc-1', webhook.id);
    const { headers, body } = endpoint.arrived[0]!;
    const header = String(headers['op-signature']);
    const old = Math.floor(Date.now() / 1000) - 301;
    const given = [
      { secret, header, body },
      { secret, header, body: body.replace('message', 'massage') },
      { secret: newWebhookSecret(), header, body },
      { secret, header: signature(secret, old, body), body },
      { secret, header: header.replace(/^t=\d+/, `t=${Math.floor(Date.now() / 1000) + 1}`), body },
      { secret, header: signature(secret, old + 60, 'grüße 📨'), body: 'grüße 📨' },
    ];
    const expected = [true, false, false, false, false, true];
    expect(inPython(given)).toEqual(expected);
    expect(given.map(inJavaScript)).toEqual(expected);
  });

  it('is the documented header', () => {
    expect(signature('whs_secret', 1716234000, '{"a":"é"}')).toBe(
      't=1716234000,v1=866bb89585016b2e0550bf47a31d6bc23a4468030c28614974d52cb159427a0a',
    );
  });

  it('has a secret of 32 letters and digits, never the same', () => {
    const secrets = Array.from({ length: 100 }, () => newWebhookSecret());
    for (const secret of secrets) expect(secret).toMatch(/^whs_[0-9A-Za-z]{32}$/);
    expect(new Set(secrets).size).toBe(100);
  });
});
