import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import {
  Cleanup,
  command,
  type Daemon,
  type Modems,
  newFolder,
  startDaemon,
  startModems,
  until,
} from '../../end-to-end/processes.ts';
import { type Browser, startBrowser, type Tab } from './browser.ts';

const cleanup = new Cleanup();
let modems: Modems;
let daemon: Daemon;
let browser: Browser;
let token: string;
/** `name=value` */
let session: string;

beforeAll(async () => {
  modems = await startModems(2, cleanup);
  const data = newFolder(cleanup);
  const lines = [
    { id: 'kitchen', port: modems.port(0), number: '+14165551234', offer: 'lease' },
    { id: 'attic', port: modems.port(1), number: '+14165551235', offer: 'shared' },
  ];
  const accounts = { signup: 'open', default_tier: 'paid' };
  daemon = await startDaemon(
    {
      gateway: 'pi-kitchen',
      mqtt: { listen: '127.0.0.1:0' },
      accounts,
      webhooks: { allow_private: true },
      modems: lines,
    },
    data,
    cleanup,
  );
  token = (await command(['token', 'create', '--data', data, '--name', 'test'])).stdout.trim();
  const headers = { 'content-type': 'application/json' };
  const signIn = { method: 'POST', headers, body: JSON.stringify({ token }) };
  session = (await fetch(`${daemon.httpUrl}/ui/api/session`, signIn)).headers.getSetCookie()[0]?.split(';')[0] ?? '';
  browser = await startBrowser();
  cleanup.add(() => browser.close());
  await until('the modems', async () => (await fetch(`${daemon.httpUrl}/readyz`)).ok);
}, 60_000);
afterAll(() => cleanup.run());

const inject = (modem: number, from: string, text: string) => modems.ask({ op: 'inject', modem, from, text });

const inbox = "document.querySelector('.inbox') !== null && document.querySelector('.live.live') !== null";

/** With the session of an operator who signed in before. */
async function signedIn(tab: Tab): Promise<void> {
  await tab.cookie(daemon.httpUrl, session);
  await tab.goto(`${daemon.httpUrl}/`);
  await tab.until('the inbox', inbox);
}

/** With the code that is texted to it. */
async function signedInByPhone(tab: Tab, phone: string): Promise<void> {
  const dialled = phone.replace(/[^+\d]/g, '');
  await tab.type('input[name=phone]', phone);
  await tab.key('Enter');
  await tab.until('the code field', "document.querySelector('input[name=code]') !== null");
  const code = await until('the code', async () => {
    const sent = (await Promise.all([0, 1].map((modem) => modems.ask({ op: 'sent', modem })))).flat() as {
      readonly to: string;
      readonly text: string;
    }[];
    const text = sent.find(({ to }) => to === dialled)?.text ?? '';
    return /(\d{6}) is your sim2mqtt/.exec(text)?.[1];
  });
  await tab.type('input[name=code]', code);
  await tab.key('Enter');
  await tab.until('their page', `document.querySelector('.who')?.textContent === '${dialled}'`);
}

/** What a screen reader needs and a sighted person does not notice. */
const unlabelled = `[...document.querySelectorAll('a, button, input, select, textarea')].filter((e) => e.offsetParent !== null
  && !(e.textContent.trim() || e.getAttribute('aria-label') || e.labels?.length)).map((e) => e.outerHTML)`;

/** WCAG 2 contrast of every text that is seen, against what is behind it. */
const faint = `(() => {
  const rgb = (c) => c.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b].map((v) => v / 255).map((v) => (v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = (e) => { for (; e; e = e.parentElement) { const c = rgb(getComputedStyle(e).backgroundColor); if (c.length < 4 || c[3] > 0) return c; } return [255, 255, 255]; };
  return [...document.querySelectorAll('#app *')].filter((e) => e.offsetParent !== null
    && [...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim())).filter((e) => {
      const [a, b] = [light(rgb(getComputedStyle(e).color)), light(behind(e))].sort((x, y) => y - x);
      return (a + 0.05) / (b + 0.05) < 4.5;
    }).map((e) => e.outerHTML.slice(0, 200));
})()`;

const looks = {
  light: { width: 1280, height: 800 },
  dark: { width: 1280, height: 800, dark: true },
  phone: { width: 360, height: 740 },
} as const;

describe('the console in a browser', () => {
  it('takes a token, shows a text as it comes in, and sends the answer', async () => {
    const tab = await browser.open();
    await tab.goto(`${daemon.httpUrl}/`);
    await tab.click('.tabs button:nth-child(2)');
    await tab.type('input[name=token]', token);
    await tab.key('Enter');
    await tab.until('the inbox', inbox);
    await inject(0, '+14155550123', 'Are you <b>home</b>? <img src=x onerror="document.title=1">');
    await tab.until(
      'the text',
      "document.querySelector('a.message .text')?.textContent.startsWith('Are you <b>home</b>?')",
    );
    expect(await tab.run("document.querySelectorAll('main img, main b').length")).toBe(0);
    await tab.click('a.message');
    await tab.type('.answer textarea', 'Yes 🙂');
    await tab.click('.answer button');
    await tab.until('its delivery', "document.querySelector('.bubble.out')?.textContent.includes('Delivered')");
    const sent = JSON.stringify(await modems.ask({ op: 'sent', modem: 0 }));
    expect(sent).toContain('Yes 🙂');
    expect(await tab.run("document.querySelector('.answer textarea').value")).toBe('');
    await inject(0, '+14155550123', 'Good');
    await tab.until('the answer', "[...document.querySelectorAll('.bubble.in')].at(-1).textContent.startsWith('Good')");
    expect(tab.complaints).toEqual([]);
  });

  it('shows a code to copy, and finds it again', async () => {
    const tab = await browser.open();
    await signedIn(tab);
    await inject(1, 'Contoso', 'Your Contoso code is 482913');
    await inject(1, 'Other', 'nothing of the kind');
    await tab.until('both', "document.querySelector('.rows').textContent.includes('of the kind')");
    await tab.type('input[type=search]', '8291');
    await tab.until('one', "document.querySelectorAll('.rows a.message').length === 1");
    expect(await tab.run("document.querySelector('.rows .code').getAttribute('aria-label')")).toBe(
      'Copy the code 482913 of Contoso',
    );
    await tab.click('.rows .code');
    await tab.until('that it was copied', "document.getElementById('toasts').textContent.includes('Copied.')");
    await tab.type('input[type=search]', ' "hostile" OR (');
    await tab.until('nothing', "document.querySelector('.empty')?.textContent.includes('Nothing found.')");
    expect(tab.complaints).toEqual([]);
  });

  it('shows a modem change by itself, with what is wrong and why a message waits', async () => {
    const tab = await browser.open();
    await signedIn(tab);
    await tab.goto(`${daemon.httpUrl}/#/modems`);
    await tab.until('both modems', "document.querySelectorAll('.card.is-ok').length === 2");
    await tab.click('[data-key="details-attic"]');
    await modems.ask({ op: 'fault', modem: 1, fault: { kind: 'drop', returnsAfter: 4000 } });
    await tab.until('that it is gone', "document.querySelectorAll('.card.is-ok').length === 1");
    expect(
      await tab.run("document.querySelector('#modem-attic').closest('.card').querySelector('.why').textContent"),
    ).not.toBe('');
    expect(await tab.run("document.querySelector('#modem-attic').closest('.card').querySelector('details').open")).toBe(
      true,
    );
    const message = JSON.stringify({ id: 'waits-for-it', to: '+14155550123', text: 'later', modem: 'attic' });
    const headers = "{ 'content-type': 'application/json' }";
    await tab.run(`fetch('ui/api/messages', { method: 'POST', headers: ${headers}, body: '${message}' })`);
    expect(await tab.until('the queue', "document.querySelector('.queue')?.textContent")).toBe(
      '1 message waiting to be sent until the modem is ready',
    );
    await tab.until('that it is back', "document.querySelectorAll('.card.is-ok').length === 2");
    await tab.until('that it was sent', "document.querySelector('.queue') === null");
    await tab.click('[data-key="restart-kitchen"]');
    expect(await tab.run("document.querySelector('[data-key=restart-kitchen]').textContent")).toBe('Restart it?');
    await tab.click('[data-key="restart-kitchen"]');
    await tab.until(
      'that it starts over',
      "document.getElementById('toasts').textContent.includes('kitchen starts over.')",
    );
    await tab.until('that it is up again', "document.querySelectorAll('.card.is-ok').length === 2");
  });

  it('shows what came while its stream was cut, and is the same page still', async () => {
    const tab = await browser.open();
    await signedIn(tab);
    await tab.run("performance.mark('same page')");
    await tab.run(
      "import(document.querySelector('script').src.replace('main.js', 'live.js')).then((live) => live.disconnect())",
    );
    await inject(0, 'Meanwhile', 'while nobody looked');
    await sleep(300);
    await tab.run(
      "import(document.querySelector('script').src.replace('main.js', 'live.js')).then((live) => live.connect('operator', () => {}))",
    );
    await tab.until('the text', "document.querySelector('.rows').textContent.includes('while nobody looked')");
    expect(await tab.run("performance.getEntriesByName('same page').length")).toBe(1);
  });

  it('shows what the doctor finds, with its remedy, as it comes and goes', async () => {
    const tab = await browser.open();
    await signedIn(tab);
    await tab.goto(`${daemon.httpUrl}/#/health`);
    await tab.until('that all is well', "document.querySelector('.report')?.textContent.includes('Nothing to mend.')");
    expect(await tab.run("document.querySelector('[role=status].banner').textContent")).toBe('Everything is up.');
    await modems.ask({ op: 'fault', modem: 1, fault: { kind: 'sim_removed' } });
    await tab.until('the finding', "document.querySelector('.remedy')?.textContent.includes('Insert a SIM')");
    const shown = await tab.run<string>("document.querySelector('.checks li').innerText");
    expect(shown.split('\n').filter((text) => text !== '')).toEqual([
      'error',
      'Modem attic',
      'No SIM is inserted.',
      '→ Insert a SIM, contacts first, and restart the modem.',
    ]);
    expect(await tab.run("document.querySelector('[role=status].banner').textContent")).toBe('1 thing to mend.');
    const folder = process.env.SIM2MQTT_SCREENSHOTS;
    for (const [name, look] of Object.entries(looks)) {
      await tab.look(look);
      const seen = await tab.run(`({ width: document.documentElement.scrollWidth, faint: ${faint} })`);
      expect({ name, ...(seen as object) }).toEqual({ name, width: look.width, faint: [] });
      if (folder !== undefined) await tab.screenshot(`${folder}/health-${name}.png`);
    }
    await modems.ask({ op: 'fault', modem: 1, fault: { kind: 'sim_inserted' } });
    expect(await tab.run("fetch('ui/api/modems/attic/restart', { method: 'POST' }).then(({ ok }) => ok)")).toBe(true);
    await tab.until('that it is mended', "document.querySelector('.report').textContent.includes('Nothing to mend.')");
    expect(tab.complaints).toEqual([]);
  });

  it('lets somebody in with a code texted to a phone, to what is theirs alone', async () => {
    const tab = await browser.open();
    await tab.goto(`${daemon.httpUrl}/`);
    await signedInByPhone(tab, '+1 (415) 205-5634');
    expect(
      await tab.run("[...document.querySelectorAll('nav li:not(.only-narrow) a')].map((a) => a.textContent)"),
    ).toEqual(['Messages', 'Numbers', 'Keys', 'Webhooks']);
    expect(await tab.run("document.querySelectorAll('a.message').length")).toBe(0);
    await tab.goto(`${daemon.httpUrl}/#/numbers`);
    await tab.click('[aria-label="Lease +14165551234"]');
    await tab.until('the lease', "document.querySelector('.rows').textContent.includes('yours since')");
    await tab.goto(`${daemon.httpUrl}/#/messages`);
    await inject(0, 'Bank', 'Your code is 5521');
    await tab.until('their text', "document.querySelectorAll('a.message').length === 1");
    await tab.goto(`${daemon.httpUrl}/#/keys`);
    await tab.type('form input', 'agent');
    await tab.click('form button');
    await tab.until('the key', "/^op_live_\\w{32}$/.test(document.querySelector('.secret code')?.textContent)");
    await tab.click('.sign-out');
    await tab.until('that they are out', "document.querySelector('input[name=phone]') !== null");
    expect(tab.complaints).toEqual([]);
  });

  it('shows accounts and the operator what their webhooks were told, sends it again, and lets keys be revoked', async () => {
    const asked: unknown[] = [];
    const endpoint = createServer((request, response) => {
      asked.push(request.headers['op-delivery-id']);
      response.writeHead(asked.length === 1 ? 503 : 200).end();
    });
    await new Promise<void>((resolve) => void endpoint.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void endpoint.close());
    const url = `http://127.0.0.1:${(endpoint.address() as AddressInfo).port}/hook`;
    const tab = await browser.open();
    const page = async (name: string) => {
      await tab.goto(`${daemon.httpUrl}/#/${name}`);
      await tab.until(name, `document.querySelector('main').dataset.page === '${name}'`);
    };
    const deliveries = (count: number) =>
      tab.until('the deliveries', `document.querySelectorAll('.attempts li').length === ${count}`);
    await tab.goto(`${daemon.httpUrl}/`);
    await signedInByPhone(tab, '+14152055635');
    await page('webhooks');
    await tab.type('input[type=url]', url);
    await tab.click('form button');
    await tab.until('its secret', "document.querySelector('.secret code')?.textContent.startsWith('whs_')");
    await tab.click('.rows .buttons button');
    await deliveries(1);
    expect(await tab.run("document.querySelector('.attempts li').textContent")).toMatch(/answered 503, \d+ ms$/);
    await page('keys');
    await tab.type('form input', 'to be revoked');
    await tab.click('form button');
    await tab.until('the key', "document.querySelector('.secret code') !== null");
    await tab.click('.sign-out');
    await tab.until('that they are out', "document.querySelector('input[name=phone]') !== null");

    await signedIn(tab);
    await page('webhooks');
    await tab.until('it', `document.querySelector('.url')?.textContent === '${url}'`);
    expect(await tab.run("document.querySelector('.rows').textContent")).toContain('+14165551235 of +14152055635');
    await tab.click('.rows summary');
    await deliveries(1);
    await tab.click('.deliveries button');
    await deliveries(2);
    expect(await tab.run("document.querySelector('.attempts li:last-child').textContent")).toMatch(/HTTP 200, \d+ ms$/);
    expect([asked.length, new Set(asked).size]).toEqual([2, 1]);
    await page('keys');
    const revoke =
      "[...document.querySelectorAll('.rows li')].find((row) => row.textContent.includes('to be revoked'))";
    await tab.until('the key', `${revoke}?.textContent.includes('of +14152055635')`);
    for (const label of ['Revoke', 'Revoke it now?']) {
      expect(
        await tab.run(
          `(() => { const b = ${revoke}.querySelector('button'); const t = b.textContent; b.click(); return t; })()`,
        ),
      ).toBe(label);
    }
    await tab.until('that it is gone', `${revoke} === undefined`);
    await page('numbers');
    await tab.until(
      'who uses it',
      "/account uses it|accounts use it/.test(document.querySelector('.rows').textContent)",
    );
    await page('audit');
    await tab.until(
      'the deed',
      "document.querySelector('.rows').textContent.includes('The operator “test” revoked a key')",
    );
    expect(tab.complaints).toEqual([]);
  });

  it.each([
    { width: 360, height: 740, dark: false },
    { width: 360, height: 740, dark: true },
    { width: 1280, height: 800, dark: false },
    { width: 1280, height: 800, dark: true },
  ])('is whole, labelled and readable at %j', async (settings) => {
    const tab = await browser.open();
    await tab.look(settings);
    await signedIn(tab);
    const pages = [
      'messages',
      'messages/%2B14165551234/%2B14155550123',
      'messages/new',
      'modems',
      'numbers',
      'accounts',
      'keys',
    ];
    for (const page of [...pages, 'webhooks', 'rules', 'audit', 'health', 'more']) {
      await tab.goto(`${daemon.httpUrl}/#/${page}`);
      const name = page.split('/')[0];
      await tab.until(
        page,
        `document.querySelector('main').dataset.page === '${name}' && !document.querySelector('[aria-busy]')`,
      );
      const seen = await tab.run(
        `({ width: document.documentElement.scrollWidth, unlabelled: ${unlabelled}, faint: ${faint} })`,
      );
      expect({ page, ...(seen as object) }).toEqual({ page, width: settings.width, unlabelled: [], faint: [] });
    }
    const folder = process.env.SIM2MQTT_SCREENSHOTS;
    if (folder !== undefined)
      await tab.screenshot(`${folder}/${settings.width}-${settings.dark ? 'dark' : 'light'}.png`);
    expect(tab.complaints).toEqual([]);
  });

  it('is used by keyboard alone', async () => {
    const tab = await browser.open();
    await signedIn(tab);
    await tab.goto(`${daemon.httpUrl}/#/rules`);
    await tab.until('the form', "document.querySelector('main form') !== null");
    await tab.run('document.activeElement.blur()');
    await tab.key('Tab');
    expect(await tab.run('document.activeElement.textContent')).toBe('Skip to the content');
    await tab.key('Enter');
    expect(await tab.run('document.activeElement.id')).toBe('main');
    await tab.key('Tab');
    expect(await tab.run('document.activeElement.tagName')).toBe('TEXTAREA');
    await tab.key('Tab');
    await tab.key('Enter');
    await tab.until('the verdict', "document.querySelector('.verdict .code')?.textContent === '482913'");
  });
});
