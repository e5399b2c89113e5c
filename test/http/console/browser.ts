import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { onTestFinished } from 'vitest';

/** One page of Chromium, driven over the DevTools protocol. */
export interface Tab {
  /** Evaluates an expression there and gives its value; promises are waited for. */
  run<T = unknown>(expression: string): Promise<T>;
  goto(url: string): Promise<void>;
  /** `name=value`, for the pages below `url`. */
  cookie(url: string, pair: string): Promise<void>;
  /** Waits until the expression gives something true, and gives it. */
  until<T = unknown>(what: string, expression: string): Promise<T>;
  /** Types into the first element that fits, as a person does. */
  type(selector: string, text: string): Promise<void>;
  click(selector: string): Promise<void>;
  key(key: string): Promise<void>;
  look(settings: { readonly width: number; readonly height: number; readonly dark?: boolean }): Promise<void>;
  /** Writes a PNG. */
  screenshot(file: string): Promise<void>;
  /** What the page complained of: exceptions, console errors, refused content. */
  readonly complaints: readonly string[];
}

export interface Browser {
  /** With cookies of its own, until the test ends. */
  open(): Promise<Tab>;
  close(): Promise<void>;
}

interface Reply {
  readonly id?: number;
  readonly method?: string;
  readonly sessionId?: string;
  // biome-ignore lint/suspicious/noExplicitAny: of a protocol that is described elsewhere
  readonly params?: any;
  // biome-ignore lint/suspicious/noExplicitAny: of a protocol that is described elsewhere
  readonly result?: any;
  readonly error?: { readonly message: string };
}

const flags = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-dev-shm-usage',
  '--lang=en-GB',
  '--remote-debugging-port=0',
];

/** `chromium` of the system, with a profile of its own. */
export async function startBrowser(): Promise<Browser> {
  const profile = mkdtempSync(join(tmpdir(), 'sim2mqtt-chromium-'));
  const child = spawn('chromium', [...flags, `--user-data-dir=${profile}`, 'about:blank'], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, HOME: profile, TZ: 'UTC' },
  });
  const socket = new WebSocket(await debuggerUrl(child));
  await once(socket, 'open');
  const wire = connectWire(socket);
  return {
    async open() {
      const { browserContextId } = await wire.ask('Target.createBrowserContext');
      const { targetId } = await wire.ask('Target.createTarget', { url: 'about:blank', browserContextId });
      const { sessionId } = await wire.ask('Target.attachToTarget', { targetId, flatten: true });
      onTestFinished(async () => void (await wire.ask('Target.disposeBrowserContext', { browserContextId })));
      return await openTab(wire, sessionId);
    },
    async close() {
      const exited = once(child, 'exit');
      await wire.ask('Browser.close').catch(() => child.kill('SIGKILL'));
      await exited;
      await removeSoon(profile);
    },
  };
}

/** Its helpers may write for a moment after it has gone. */
async function removeSoon(folder: string): Promise<void> {
  for (let attempt = 0; attempt < 20; attempt++) {
    try {
      return rmSync(folder, { recursive: true, force: true });
    } catch {
      await sleep(100);
    }
  }
}

async function debuggerUrl(child: ChildProcess): Promise<string> {
  if (child.stderr === null) throw new Error('no pipe');
  const said: string[] = [];
  for await (const line of createInterface({ input: child.stderr })) {
    said.push(line);
    const url = /^DevTools listening on (ws:.*)$/.exec(line)?.[1];
    if (url !== undefined) {
      child.stderr.resume();
      return url;
    }
  }
  throw new Error(`chromium did not start: ${said.join('\n')}`);
}

type Wire = ReturnType<typeof connectWire>;

function connectWire(socket: WebSocket) {
  const waiting = new Map<number, (reply: Reply) => void>();
  const listeners = new Set<(reply: Reply) => void>();
  let last = 0;
  socket.addEventListener('message', ({ data }) => {
    const reply = JSON.parse(String(data)) as Reply;
    if (reply.id !== undefined) waiting.get(reply.id)?.(reply);
    else for (const listener of listeners) listener(reply);
  });
  return {
    listeners,
    // biome-ignore lint/suspicious/noExplicitAny: of a protocol that is described elsewhere
    ask(method: string, params: object = {}, sessionId?: string): Promise<any> {
      last += 1;
      const id = last;
      return new Promise((resolve, reject) => {
        waiting.set(id, ({ result, error }) => {
          waiting.delete(id);
          if (error === undefined) resolve(result);
          else reject(new Error(`${method}: ${error.message}`));
        });
        socket.send(JSON.stringify({ id, method, params, ...(sessionId === undefined ? {} : { sessionId }) }));
      });
    },
  };
}

async function openTab(wire: Wire, sessionId: string): Promise<Tab> {
  const complaints: string[] = [];
  wire.listeners.add(({ method, params, sessionId: of }) => {
    if (of !== sessionId) return;
    if (method === 'Runtime.exceptionThrown') complaints.push(params.exceptionDetails.exception?.description ?? '');
    if (method === 'Log.entryAdded' && params.entry.level === 'error') {
      complaints.push(`${params.entry.text} ${params.entry.url ?? ''}`);
    }
  });
  const ask = (method: string, params: object = {}) => wire.ask(method, params, sessionId);
  for (const domain of ['Page', 'Runtime', 'Log']) await ask(`${domain}.enable`);
  const wide = { width: 1280, height: 800, deviceScaleFactor: 1, mobile: false };
  await ask('Emulation.setDeviceMetricsOverride', wide);
  const run = async <T>(expression: string): Promise<T> => {
    const { result, exceptionDetails } = await ask('Runtime.evaluate', {
      expression,
      awaitPromise: true,
      returnByValue: true,
    });
    if (exceptionDetails !== undefined) throw new Error(exceptionDetails.exception?.description ?? 'it threw');
    return result.value as T;
  };
  const until = async <T>(what: string, expression: string): Promise<T> => {
    for (const end = Date.now() + 15_000; Date.now() < end; await sleep(40)) {
      const value = await run<T>(expression).catch(() => undefined);
      if (value !== undefined && value !== null && value !== false) return value;
    }
    throw new Error(`waited too long for ${what}; the page says: ${await run('document.body.innerText')}`);
  };
  const found = (selector: string) => `document.querySelector(${JSON.stringify(selector)})`;
  return {
    run,
    until,
    complaints,
    async goto(url) {
      await ask('Page.navigate', { url });
      await until('the page', "document.readyState === 'complete'");
    },
    async cookie(url, pair) {
      const [name, value] = pair.split('=');
      await ask('Network.setCookie', { url, name, value, httpOnly: true, sameSite: 'Strict' });
    },
    async type(selector, text) {
      await until(selector, `${found(selector)} !== null`);
      await run(`${found(selector)}.focus()`);
      await ask('Input.insertText', { text });
    },
    async click(selector) {
      const place = await until<{ x: number; y: number }>(
        selector,
        `(() => { const e = ${found(selector)}; if (!e) return null; e.scrollIntoView({ block: 'center' });
          const { x, y, width, height } = e.getBoundingClientRect(); return { x: x + width / 2, y: y + height / 2 }; })()`,
      );
      const mouse = { ...place, button: 'left', clickCount: 1 };
      await ask('Input.dispatchMouseEvent', { ...mouse, type: 'mousePressed' });
      await ask('Input.dispatchMouseEvent', { ...mouse, type: 'mouseReleased' });
    },
    async key(key) {
      const known: Readonly<Record<string, object>> = {
        Tab: { windowsVirtualKeyCode: 9, code: 'Tab' },
        Enter: { windowsVirtualKeyCode: 13, code: 'Enter', text: '\r' },
      };
      await ask('Input.dispatchKeyEvent', { type: 'keyDown', key, ...known[key] });
      await ask('Input.dispatchKeyEvent', { type: 'keyUp', key, ...known[key] });
    },
    async look({ width, height, dark = false }) {
      await ask('Emulation.setDeviceMetricsOverride', { width, height, deviceScaleFactor: 1, mobile: width < 600 });
      const features = [{ name: 'prefers-color-scheme', value: dark ? 'dark' : 'light' }];
      await ask('Emulation.setEmulatedMedia', { features });
    },
    async screenshot(file) {
      const { data } = await ask('Page.captureScreenshot', { format: 'png' });
      writeFileSync(file, Buffer.from(data, 'base64'));
    },
  };
}
