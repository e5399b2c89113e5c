import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
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

beforeAll(async () => {
  modems = await startModems(2, cleanup);
  const data = newFolder(cleanup);
  const lines = [
    { id: 'kitchen', port: modems.port(0), number: '+14165551234', offer: 'lease' },
    { id: 'attic', port: modems.port(1), number: '+14165551235', offer: 'shared' },
  ];
  const accounts = { signup: 'open', default_tier: 'paid' };
  daemon = await startDaemon(
    { gateway: 'pi-kitchen', mqtt: { listen: '127.0.0.1:0' }, accounts, modems: lines },
    data,
    cleanup,
  );
  token = (await command(['token', 'create', '--data', data, '--name', 'test'])).stdout.trim();
  browser = await startBrowser();
  cleanup.add(() => browser.close());
  await until('the modems', async () => (await fetch(`${daemon.httpUrl}/readyz`)).ok);
}, 60_000);
afterAll(() => cleanup.run());

const inject = (modem: number, from: string, text: string) => modems.ask({ op: 'inject', modem, from, text });

async function signedIn(tab: Tab): Promise<void> {
  await tab.goto(`${daemon.httpUrl}/`);
  await tab.click('.tabs button:nth-child(2)');
  await tab.type('input[name=token]', token);
  await tab.key('Enter');
  await tab.until(
    'the inbox',
    "document.querySelector('.inbox') !== null && document.querySelector('.live.live') !== null",
  );
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

describe('the console in a browser', () => {
  it('takes a token, shows a text as it comes in, and sends the answer', async () => {
    const tab = await browser.open();
    await signedIn(tab);
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

  it('shows a modem change by itself, with what is wrong', async () => {
    const tab = await browser.open();
    await signedIn(tab);
    await tab.goto(`${daemon.httpUrl}/#/modems`);
    await tab.until('both modems', "document.querySelectorAll('.card.is-ok').length === 2");
    await tab.click('[data-key="details-attic"]');
    await modems.ask({ op: 'fault', modem: 1, fault: { kind: 'drop', returnsAfter: 1500 } });
    await tab.until('that it is gone', "document.querySelectorAll('.card.is-ok').length === 1");
    expect(
      await tab.run("document.querySelector('#modem-attic').closest('.card').querySelector('.why').textContent"),
    ).not.toBe('');
    expect(await tab.run("document.querySelector('#modem-attic').closest('.card').querySelector('details').open")).toBe(
      true,
    );
    await tab.until('that it is back', "document.querySelectorAll('.card.is-ok').length === 2");
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

  it('lets somebody in with a code texted to a phone, to what is theirs alone', async () => {
    const tab = await browser.open();
    await signedIn(tab);
    await tab.click('.sign-out');
    await tab.type('input[name=phone]', '+1 (415) 205-5634');
    await tab.key('Enter');
    await tab.until('the code field', "document.querySelector('input[name=code]') !== null");
    const code = await until('the code', async () => {
      const texts = JSON.stringify(await Promise.all([0, 1].map((modem) => modems.ask({ op: 'sent', modem }))));
      return /(\d{6}) is your sim2mqtt/.exec(texts)?.[1];
    });
    await tab.type('input[name=code]', code);
    await tab.key('Enter');
    await tab.until('their page', "document.querySelector('.who')?.textContent === '+14152055634'");
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
