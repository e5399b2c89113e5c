import { createHash, createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { documentOf } from './document.ts';
import { openStage } from './stage.ts';

/** What a page makes a browser fetch. */
function loaded(html: string): string[] {
  return [...html.matchAll(/<(?:script|link|img|iframe)\b[^>]*\b(?:src|href)="([^"]*)"/g)].map(([, url]) => url ?? '');
}

describe('/docs', () => {
  it('is Swagger UI on our own document, of our own files', async () => {
    const stage = await openStage();
    const page = await stage.ask('GET', '/docs');
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
    const urls = loaded(page.text);
    expect(urls).toHaveLength(4);
    for (const url of urls) {
      expect(url).toMatch(/^docs\//);
      const file = await fetch(new URL(url, `${stage.url}/docs`));
      expect([url, file.status]).toEqual([url, 200]);
      const body = Buffer.from(await file.arrayBuffer());
      expect(body.length).toBe(Number(file.headers.get('content-length')));
      const kept = file.headers.get('cache-control');
      expect(kept).toBe(url.endsWith('start.js') ? 'no-cache' : 'public, max-age=31536000, immutable');
    }
    const start = await stage.ask('GET', '/docs/start.js');
    expect(start.text).toContain("url: 'openapi.json'");
    expect(start.text).toContain('validatorUrl: null');
  });

  it('lets the browser load and run nothing else', async () => {
    const stage = await openStage({ publicUrl: 'https://sms.example.com/x' });
    const page = await stage.ask('GET', '/docs');
    expect(page.headers.get('content-security-policy')?.split('; ')).toEqual([
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
      "img-src 'self' data:",
      "connect-src 'self' https://sms.example.com",
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
    ]);
    expect(page.text).not.toMatch(/<script>|<style|\son\w+=|\sstyle=/);
  });

  it('serves the files it names and no other of that folder', async () => {
    const stage = await openStage();
    const at = `/docs/${/docs\/([\d.]+)\//.exec((await stage.ask('GET', '/docs')).text)?.[1]}`;
    for (const path of [`${at}/package.json`, `${at}/..%2Fpackage.json`, `${at}/swagger-ui-bundle.js.map`, '/docs/x']) {
      expect((await stage.ask('GET', path)).status).toBe(404);
    }
    expect((await stage.ask('GET', `${at}/swagger-ui-bundle.js.LICENSE.txt`)).status).toBe(200);
  });
});

describe('/redoc', () => {
  it('is the whole reference in one page: no script, nothing loaded', async () => {
    const stage = await openStage();
    const { text, headers } = await stage.ask('GET', '/redoc');
    expect(loaded(text)).toEqual([]);
    expect(text).not.toMatch(
      /<script|\son\w+=|\sstyle=|@import|url\(|https?:\/\/(?!127\.0\.0\.1)[a-z]+\.[a-z]+\/[^<]*\.(?:js|css)/i,
    );
    const document = await documentOf(stage.url);
    for (const [path, item] of Object.entries<object>(document.paths)) {
      expect(text).toContain(`<code>${path}</code>`);
      for (const { operationId } of Object.values(item)) expect(text).toContain(`<article id="${operationId}">`);
    }
    for (const name of Object.keys(document.components.schemas)) expect(text).toContain(`id="schema-${name}"`);
    const style = /<style>([\s\S]*)<\/style>/.exec(text)?.[1] ?? '';
    const hash = createHash('sha256').update(style).digest('base64');
    expect(headers.get('content-security-policy')).toContain(`default-src 'none'; style-src 'sha256-${hash}'`);
  });

  it('has no dead link and no undefined part', async () => {
    const { text } = await (await openStage()).ask('GET', '/redoc');
    const links = [...text.matchAll(/href="#([^"]+)"/g)].map(([, id]) => id);
    expect(links.length).toBeGreaterThan(30);
    expect(links.filter((id) => !text.includes(`id="${id}"`))).toEqual([]);
    expect(text).not.toMatch(/undefined|\[object|>anything</);
  });
});

describe('/asyncapi.json', () => {
  const asyncApi = () => ({ asyncapi: '3.0.0', info: { title: 'topics' } });

  it('is the document of the MQTT topics, for anybody, and is pointed to from the others', async () => {
    const stage = await openStage({ asyncApi });
    const { status, headers, text } = await stage.ask('GET', '/asyncapi.json');
    expect([status, headers.get('content-type')]).toEqual([200, 'application/json; charset=utf-8']);
    expect(JSON.parse(text)).toEqual({ asyncapi: '3.0.0', info: { title: 'topics' } });
    const document = await documentOf(stage.url);
    expect(document.externalDocs.url).toBe(`${stage.url}/asyncapi.json`);
    expect(document.paths['/asyncapi.json'].get.operationId).toBe('getAsyncApi');
    const reference = await stage.ask('GET', '/redoc');
    expect(reference.text).toContain('<a href="asyncapi.json">asyncapi.json</a>');
  });

  it('is not there, nor pointed to, without one', async () => {
    const stage = await openStage();
    expect((await stage.ask('GET', '/asyncapi.json')).status).toBe(404);
    expect(await documentOf(stage.url)).not.toHaveProperty('externalDocs');
    expect((await stage.ask('GET', '/redoc')).text).not.toContain('asyncapi.json');
  });
});

describe('/skill.md', () => {
  it('teaches this gateway: its own address, every route, every error, every limit', async () => {
    const stage = await openStage();
    const { text, headers } = await stage.ask('GET', '/skill.md');
    expect(headers.get('content-type')).toBe('text/markdown; charset=utf-8');
    expect(text).toContain(`Base URL of everything below: \`${stage.url}\``);
    const hosts = [...text.matchAll(/https?:\/\/[^\s/"'`),]+/g)].map(([url]) => url);
    expect(new Set(hosts)).toEqual(new Set([stage.url, 'https://your-app.example.com']));
    const document = await documentOf(stage.url);
    for (const [path, item] of Object.entries<object>(document.paths)) {
      for (const method of Object.keys(item)) {
        if (/^\/(?:auth|console|v1)\//.test(path)) expect(text).toContain(`| \`${method.toUpperCase()} ${path}\` |`);
      }
    }
    for (const row of [
      '| 400 | `body_too_long` |',
      '| 401 | `unauthenticated` |',
      '| 403 | `signup_not_allowed` |',
      '| 409 | `webhook_exists` |',
      '| 422 | `validation_error` |',
      '| 429 | `rate_limited` |',
      '| 502 | `otp_delivery_failed` |',
    ]) {
      expect(text).toContain(row);
    }
    expect(text).toContain('- 1 in 1 s and 60 in 60 s for each key, all of these together: `POST /v1/messages`.');
    expect(text).not.toMatch(/undefined|\[object/);
  });

  it('checks signatures with code that works, and refuses what is old or changed', async () => {
    const { text } = await (await openStage()).ask('GET', '/skill.md');
    const script = /```js\n([\s\S]*?)```/.exec(text)?.[1] ?? '';
    const module = `data:text/javascript,${encodeURIComponent(`${script}export { genuine };`)}`;
    const { genuine } = await import(/* @vite-ignore */ module);
    const sign = (t: number, body: string) =>
      `t=${t},v1=${createHmac('sha256', 'whs_x').update(`${t}.${body}`).digest('hex')}`;
    const now = Math.floor(Date.now() / 1000);
    expect(genuine('whs_x', sign(now, '{"a":"é"}'), Buffer.from('{"a":"é"}'))).toBe(true);
    expect(genuine('whs_x', sign(now, '{"a":1}'), Buffer.from('{"a":2}'))).toBe(false);
    expect(genuine('whs_y', sign(now, '{"a":1}'), Buffer.from('{"a":1}'))).toBe(false);
    expect(genuine('whs_x', sign(now - 301, '{"a":1}'), Buffer.from('{"a":1}'))).toBe(false);
    expect(genuine('whs_x', 'nonsense', Buffer.from('{"a":1}'))).toBe(false);
  });
});
