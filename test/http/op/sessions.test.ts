import { describe, expect, it } from 'vitest';
import { openStage, type Stage, type StageOptions } from '../stage.ts';

const phone = '+14152055634';

async function signedIn(options: StageOptions = {}): Promise<{ stage: Stage; setCookie: string; cookie: string }> {
  const stage = await openStage(options);
  const { body } = await stage.ask('POST', '/auth/start', { body: { phone } });
  const code = /^\d{6}/.exec(stage.texts[0]?.text ?? '')?.[0];
  const verified = await stage.ask('POST', '/auth/verify', { body: { ...body, code } });
  const setCookie = verified.headers.getSetCookie()[0] ?? '';
  return { stage, setCookie, cookie: setCookie.split(';')[0] ?? '' };
}

describe('the session cookie', () => {
  it('is for this server alone, for as long as the session', async () => {
    const { setCookie } = await signedIn();
    expect(setCookie).toMatch(
      /^op_session=ses_live_[A-Za-z0-9]{32}; Max-Age=[1-9]\d+; Path=\/; HttpOnly; SameSite=Strict$/,
    );
  });

  it('is Secure where clients come by https', async () => {
    const { setCookie } = await signedIn({ publicUrl: 'https://sms.example.com' });
    expect(setCookie).toMatch(/; Secure/);
  });

  it('opens the console as the token does', async () => {
    const { stage, cookie } = await signedIn();
    const byCookie = await stage.ask('GET', '/console/me', { headers: { cookie: `theme=dark; ${cookie}` } });
    const byToken = await stage.ask('GET', '/console/me', { token: cookie.replace('op_session=', '') });
    expect([byCookie.status, byCookie.body.phone]).toEqual([200, phone]);
    expect(byToken.body).toEqual(byCookie.body);
  });

  it('is of no use to a page of another site that would change something', async () => {
    const { stage, cookie } = await signedIn({ publicUrl: 'https://sms.example.com' });
    const body = { api: 'agent-otp', name: 'stolen' };
    const from = (origin: string) => stage.ask('POST', '/console/api-keys', { body, headers: { cookie, origin } });
    for (const origin of [
      'https://evil.example',
      'null',
      'http://127.0.0.1:1',
      'https://sms.example.com.evil.example',
    ]) {
      expect((await from(origin)).status).toBe(401);
    }
    expect((await from(new URL(stage.url).origin)).status).toBe(200);
    expect((await from('https://sms.example.com')).status).toBe(200);
  });

  it('still reads for a page of another site, which may not see the answer anyway', async () => {
    const { stage, cookie } = await signedIn();
    const answer = await stage.ask('GET', '/console/me', { headers: { cookie, origin: 'https://evil.example' } });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('access-control-allow-origin')).toBeNull();
  });

  it('counts for nothing beside a bearer', async () => {
    const { stage, cookie } = await signedIn();
    const answer = await stage.ask('GET', '/console/me', { token: 'ses_live_x', headers: { cookie } });
    expect(answer.status).toBe(401);
  });

  it('is void after sign-out, in the browser and here', async () => {
    const { stage, cookie } = await signedIn();
    const out = await stage.ask('POST', '/auth/logout', { headers: { cookie } });
    expect(out.body).toEqual({ signed_out: true });
    expect(out.headers.getSetCookie()[0]).toMatch(/^op_session=; Max-Age=0; Path=\/;/);
    expect((await stage.ask('GET', '/console/me', { headers: { cookie } })).status).toBe(401);
  });

  it('ends by itself', async () => {
    const { stage, cookie } = await signedIn();
    await stage.clock.advance(400 * 86_400_000);
    expect((await stage.ask('GET', '/console/me', { headers: { cookie } })).status).toBe(401);
  });
});

describe('the Authorization header', () => {
  it.each(['bearer TOKEN', 'BEARER   TOKEN', 'Bearer TOKEN '])('may be written as %s', async (form) => {
    const stage = await openStage();
    const authorization = form.replace('TOKEN', stage.session(phone));
    expect((await stage.ask('GET', '/console/me', { headers: { authorization } })).status).toBe(200);
  });

  it.each(['TOKEN', 'Basic TOKEN', 'Bearer', 'Bearer TOKEN TOKEN', 'BearerTOKEN'])('may not be %s', async (form) => {
    const stage = await openStage();
    const authorization = form.replaceAll('TOKEN', stage.session(phone));
    expect((await stage.ask('GET', '/console/me', { headers: { authorization } })).status).toBe(401);
  });
});

describe('what is logged', () => {
  it('holds no phone, token, code or text', async () => {
    const { stage, cookie } = await signedIn();
    const token = cookie.replace('op_session=', '');
    await stage.ask('GET', `/console/me?token=${token}`, { token: 'ses_live_wrong' });
    await stage.ask('POST', '/auth/start', { body: { phone } });
    expect(stage.logged.join('\n')).not.toMatch(new RegExp(`${token}|${phone.slice(1)}`));
  });
});
