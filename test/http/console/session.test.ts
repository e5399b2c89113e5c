import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { openStage } from '../stage.ts';
import { account, operator } from './visitors.ts';

const day = 86_400_000;

describe("an operator's token", () => {
  it('is exchanged for a cookie of this server alone, for thirty days', async () => {
    const stage = await openStage();
    const { secret } = stage.operators.createToken('my phone', { account: null, via: 'cli' });
    expect(secret).toMatch(/^operator_[0-9A-Za-z]{32}$/);
    const { headers } = await stage.ask('POST', '/ui/api/session', { body: { token: ` ${secret}\n` } });
    expect(headers.getSetCookie()).toEqual([
      expect.stringMatching(
        /^operator_session=ops_[0-9A-Za-z]{32}; Max-Age=2592000; Path=\/; HttpOnly; SameSite=Strict$/,
      ),
    ]);
  });

  it('gives a Secure cookie where clients come by https', async () => {
    const stage = await openStage({ publicUrl: 'https://sms.example.com' });
    const { secret } = stage.operators.createToken('x', { account: null, via: 'cli' });
    const { headers } = await stage.ask('POST', '/ui/api/session', { body: { token: secret } });
    expect(headers.getSetCookie()[0]).toMatch(/; Secure/);
  });

  it.each(['operator_00000000000000000000000000000000', '', 'x'])('that is %j opens nothing', async (token) => {
    const stage = await openStage();
    const answer = await stage.ask('POST', '/ui/api/session', { body: { token } });
    expect([answer.status, answer.body.error.code]).toEqual([401, 'account.unauthenticated']);
    expect(answer.headers.getSetCookie()).toEqual([]);
  });

  it('is guessed at ten times a minute from one address, and then not at all', async () => {
    const stage = await openStage();
    const { secret } = stage.operators.createToken('x', { account: null, via: 'cli' });
    const guess = (token: string) => stage.ask('POST', '/ui/api/session', { body: { token } });
    for (let tries = 0; tries < 10; tries++) expect((await guess('wrong')).status).toBe(401);
    const refused = await guess(secret);
    expect([refused.status, refused.body.error.code]).toEqual([429, 'limit.exceeded']);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
  });

  it('is in no file of the database, nor is the session, nor in the log', async () => {
    const stage = await openStage();
    const { token, cookie } = await operator(stage);
    stage.store.db.prepare('PRAGMA wal_checkpoint(TRUNCATE)').all();
    const [{ file = '' } = {}] = stage.store.db.prepare<[], { file: string }>('PRAGMA database_list').all();
    const octets = readFileSync(file).toString('latin1');
    expect(octets).toContain('my phone');
    expect(octets).not.toContain(token.slice(20));
    expect(octets).not.toContain(cookie.slice(-20));
    expect(stage.logged.join('\n')).not.toMatch(new RegExp(`${token}|${cookie.slice(-20)}`));
  });

  it('stops working at once when it is revoked, with every session it opened and no other', async () => {
    const stage = await openStage();
    const [one, other] = [await operator(stage, 'one'), await operator(stage, 'other')];
    stage.operators.revokeToken(one.id, { account: null, via: 'cli' });
    const modems = ({ cookie }: { cookie: string }) => stage.ask('GET', '/ui/api/modems', { headers: { cookie } });
    expect([(await modems(one)).status, (await modems(other)).status]).toEqual([401, 200]);
    expect((await stage.ask('POST', '/ui/api/session', { body: { token: one.token } })).status).toBe(401);
    expect(stage.store.db.prepare('SELECT * FROM operator_sessions').all()).toHaveLength(1);
    expect(stage.operators.tokens().map(({ name }) => name)).toEqual(['other']);
  });
});

describe("an operator's session", () => {
  it('is shown to whoever has it, and to nobody else', async () => {
    const stage = await openStage();
    const { cookie } = await operator(stage);
    const shown = (headers = {}) => stage.ask('GET', '/ui/api/session', { headers });
    const nobody = { gateway: 'pi-kitchen', version: '1.2.3', operator: null, account: null };
    expect((await shown()).body).toEqual(nobody);
    expect((await shown({ cookie: 'operator_session=ops_x' })).body).toEqual(nobody);
    expect((await shown({ cookie })).body).toEqual({ ...nobody, operator: { name: 'my phone' } });
    expect((await shown(account(stage, '+14152055634'))).body).toEqual({
      ...nobody,
      account: { phone: '+14152055634', tier: 'free' },
    });
  });

  it('ends when it is told to, in the browser and here', async () => {
    const stage = await openStage();
    const { cookie } = await operator(stage);
    const out = await stage.ask('DELETE', '/ui/api/session', { headers: { cookie } });
    expect(out.headers.getSetCookie()[0]).toMatch(/^operator_session=; Max-Age=0; Path=\/;/);
    expect((await stage.ask('GET', '/ui/api/modems', { headers: { cookie } })).status).toBe(401);
    expect((await stage.ask('DELETE', '/ui/api/session', { headers: { cookie } })).status).toBe(401);
  });

  it('ends by itself after thirty days, and is removed', async () => {
    const stage = await openStage();
    const { cookie } = await operator(stage);
    await stage.clock.advance(30 * day - 1);
    expect((await stage.ask('GET', '/ui/api/modems', { headers: { cookie } })).status).toBe(200);
    await stage.clock.advance(1);
    expect((await stage.ask('GET', '/ui/api/modems', { headers: { cookie } })).status).toBe(401);
    expect(stage.apis.accounts.prune(stage.clock.now(), 0)).toBeGreaterThan(0);
    expect(stage.store.db.prepare('SELECT * FROM operator_sessions').all()).toEqual([]);
  });

  it('is of no use to a page of another site, to change or to read', async () => {
    const stage = await openStage({ publicUrl: 'https://sms.example.com' });
    const { cookie } = await operator(stage);
    const body = { id: '12345678', to: '+15551234567', text: 'stolen' };
    const from = (origin: string, method = 'POST', path = '/ui/api/messages') =>
      stage.ask(method, path, { ...(method === 'POST' ? { body } : {}), headers: { cookie, origin } });
    for (const origin of [
      'https://evil.example',
      'null',
      'http://127.0.0.1:1',
      'https://sms.example.com.evil.example',
    ]) {
      expect((await from(origin)).status).toBe(401);
      expect((await from(origin, 'GET')).status).toBe(401);
      expect((await from(origin, 'DELETE', '/ui/api/session')).status).toBe(401);
    }
    expect((await from(new URL(stage.url).origin)).status).toBe(200);
    expect((await from('https://sms.example.com')).status).toBe(200);
  });

  it('takes no body that a form could send', async () => {
    const stage = await openStage();
    const { cookie } = await operator(stage);
    const body = JSON.stringify({ id: '12345678', to: '+15551234567', text: 'x' });
    const answer = await stage.ask('POST', '/ui/api/messages', {
      body,
      headers: { cookie, 'content-type': 'text/plain' },
    });
    expect([answer.status, answer.body.error.code]).toEqual([422, 'command.invalid']);
  });

  it('leaves its traces in the audit trail', async () => {
    const stage = await openStage();
    const { cookie, id } = await operator(stage);
    await stage.ask('DELETE', '/ui/api/session', { headers: { cookie } });
    stage.operators.revokeToken(id, { account: null, via: 'cli' });
    expect(stage.store.audit.named(10).map(({ action, via, subject, token }) => [action, via, subject, token])).toEqual(
      [
        ['token.revoked', 'cli', id, 'my phone'],
        ['operator.signed_out', 'console', id, 'my phone'],
        ['operator.signed_in', 'console', id, 'my phone'],
        ['token.created', 'cli', id, 'my phone'],
      ],
    );
  });

  it('may ask three hundred times a minute', async () => {
    const stage = await openStage();
    const { cookie } = await operator(stage);
    const first = await stage.ask('GET', '/ui/api/numbers', { headers: { cookie } });
    expect([first.headers.get('x-ratelimit-limit'), first.headers.get('x-ratelimit-remaining')]).toEqual([
      '300',
      '299',
    ]);
  });
});
