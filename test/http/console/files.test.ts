import { readdirSync, readFileSync } from 'node:fs';
import { get } from 'node:http';
import { describe, expect, it } from 'vitest';
import { openStage } from '../stage.ts';

const folder = new URL('../../../src/http/console/page/', import.meta.url);
const files = readdirSync(folder);
const read = (name: string) => readFileSync(new URL(name, folder), 'utf8');

function plainly(url: string): Promise<{ encoding: string | undefined; text: string }> {
  return new Promise((resolve, reject) => {
    get(url, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (more) => {
        text += more;
      });
      response.on('end', () => resolve({ encoding: response.headers['content-encoding'], text }));
    }).on('error', reject);
  });
}

describe('the page', () => {
  it('lets the browser load and run nothing but its own files, and no markup from anywhere', async () => {
    const stage = await openStage();
    const page = await stage.ask('GET', '/');
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    expect(page.headers.get('content-security-policy')?.split('; ')).toEqual([
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
      "img-src 'self'",
      "connect-src 'self'",
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
      "require-trusted-types-for 'script'",
      "trusted-types 'none'",
    ]);
    expect(page.headers.get('x-content-type-options')).toBe('nosniff');
    expect(page.headers.get('referrer-policy')).toBe('no-referrer');
    expect(page.headers.get('x-frame-options')).toBe('DENY');
    expect(page.headers.get('cross-origin-opener-policy')).toBe('same-origin');
    expect(page.headers.get('cache-control')).toBe('no-cache');
    expect(page.text).not.toMatch(/<script>|<style|\son\w+=|\sstyle=|https?:/);
  });

  it('names files that are there, to be kept for ever, and they name only each other', async () => {
    const stage = await openStage();
    const { text } = await stage.ask('GET', '/');
    const named = [...text.matchAll(/(?:src|href)="(ui\/files\/[^"]+)"/g)].map(([, path]) => path ?? '');
    expect(named).toHaveLength(7);
    const wanted = new Set(named);
    for (const path of wanted) {
      const file = await stage.ask('GET', `/${path}`);
      expect([path, file.status]).toEqual([path, 200]);
      expect(file.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
      expect(file.text).toBe(read(path.slice(path.lastIndexOf('/') + 1)));
      for (const [, name] of file.text.matchAll(/^import .* from '\.\/([\w.-]+)';$/gm)) {
        wanted.add(`${path.slice(0, path.lastIndexOf('/'))}/${name}`);
      }
    }
    expect([...wanted].map((path) => path.slice(path.lastIndexOf('/') + 1)).sort()).toEqual(
      files.filter((name) => name !== 'index.html').sort(),
    );
  });

  it('comes compressed, and plain to whoever does not say that it may', async () => {
    const stage = await openStage();
    const compressed = await fetch(`${stage.url}/`, { headers: { 'accept-encoding': 'br, gzip' } });
    expect([compressed.headers.get('content-encoding'), compressed.headers.get('vary')]).toEqual([
      'gzip',
      'accept-encoding',
    ]);
    const plain = await plainly(`${stage.url}/`);
    expect([plain.encoding, plain.text]).toEqual([undefined, await compressed.text()]);
  });

  it.each(['index.html', '..%2Fconsole.ts', '%2e%2e%2fconsole.ts', 'nothing.js', '__proto__'])(
    'gives no file named %s',
    async (name) => {
      const stage = await openStage();
      expect((await stage.ask('GET', `/ui/files/x/${name}`)).status).toBe(404);
    },
  );

  it('of an older version is not kept', async () => {
    const stage = await openStage();
    expect((await stage.ask('GET', '/ui/files/older/main.js')).headers.get('cache-control')).toBe('no-store');
  });

  it('is small', () => {
    const octets = files.reduce((sum, name) => sum + Buffer.byteLength(read(name)), 0);
    expect(octets).toBeLessThan(100_000);
  });

  it.each(files.filter((name) => name.endsWith('.js')))('%s puts no text into markup', (name) => {
    expect(read(name)).not.toMatch(
      /innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|srcdoc/,
    );
  });
});
