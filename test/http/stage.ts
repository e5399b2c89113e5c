import { onTestFinished } from 'vitest';
import {
  type AccountsDeps,
  type ConfidentialText,
  createAccounts,
  createOperators,
  type Operators,
} from '../../src/accounts/accounts.ts';
import type { Tier } from '../../src/domain/account.ts';
import type { GatewayView, ModemView } from '../../src/domain/gateway-view.ts';
import { createCommands } from '../../src/gateway/commands.ts';
import { createCorrespondence } from '../../src/gateway/correspondence.ts';
import { Dispatcher } from '../../src/gateway/dispatcher.ts';
import { createLiveEvents } from '../../src/gateway/live-events.ts';
import { createOperatorView } from '../../src/gateway/operator-view.ts';
import { receive } from '../../src/gateway/receive.ts';
import { queueMessage } from '../../src/gateway/send.ts';
import type { Finding } from '../../src/http/console/console.ts';
import type { Apis } from '../../src/http/dialect.ts';
import { type HttpOptions, startHttp } from '../../src/http/server.ts';
import { createLogger, type Logger } from '../../src/log.ts';
import type { SendOutcome } from '../../src/modem/modem.ts';
import { createNumbers, type OfferedLine } from '../../src/numbers/numbers.ts';
import { createExtractor } from '../../src/otp/otp.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import { openVault } from '../../src/store/vault.ts';
import { createWebhooks } from '../../src/webhooks/webhooks.ts';
import { ManualClock } from '../at/manual-clock.ts';
import { settled } from '../at/scripted-port.ts';
import { noon, pdusOf, ScriptedModem } from '../gateway/stage.ts';
import { tempFolder } from '../temp-folder.ts';
import { checkAgainstDocument } from './document.ts';

export const shared = '+16176088932';
export const leased = '+14165551234';
export const otherLeased = '+14165551235';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: what a client sees has no type until it looks
  readonly body: any;
}

export interface Ask {
  readonly body?: unknown;
  readonly token?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Stage {
  readonly url: string;
  readonly store: Store;
  readonly clock: ManualClock;
  readonly apis: Apis;
  readonly operators: Operators;
  readonly logged: string[];
  /** What was texted to sign people in. */
  readonly texts: ConfidentialText[];
  /** Asks as a client does, and holds the answer to the published document. */
  ask(method: string, path: string, ask?: Ask): Promise<Answer>;
  /** A bearer of a new session, straight from the use cases. */
  session(phone: string, tier?: Tier): string;
  /** A key for one number, straight from the use cases. */
  key(phone: string, e164: string, tier?: Tier): string;
  numberId(e164: string): string;
  /** Stops the server. */
  close(): Promise<void>;
  /** Something changed about a modem. */
  modemChanged(id: string): void;
  /** A text comes in on one of the lines. */
  receive(to: string, text: string, from?: string): void;
  /** The modems send what is queued. */
  send(...outcomes: SendOutcome[]): Promise<void>;
}

export interface StageOptions extends Partial<Pick<HttpOptions, 'trustedProxies' | 'asyncApi'>> {
  readonly policy?: AccountsDeps['policy'];
  readonly publicUrl?: string;
  /** Puts something in the place of a use case: a broken disk, a modem that is away. */
  readonly change?: (apis: Apis, store: Store) => Partial<Apis>;
  readonly sendText?: AccountsDeps['sendText'];
  readonly modems?: () => readonly ModemView[];
  readonly findings?: () => Promise<readonly Finding[]>;
}

const lines: readonly OfferedLine[] = [
  { modem: 'm1', number: shared, offer: 'shared' },
  { modem: 'm2', number: leased, offer: 'lease' },
  { modem: 'm3', number: otherLeased, offer: 'lease' },
];

const view: GatewayView = {
  gateway: 'pi-kitchen',
  version: '1.2.3',
  boot: 'b',
  lastSeq: () => 0,
  modems: () => [],
  checkStore: () => undefined,
};

function useCases(options: StageOptions, clock: ManualClock, logged: string[], texts: ConfidentialText[]) {
  const folder = tempFolder();
  const store = openStore(folder);
  onTestFinished(() => store.close());
  const vault = openVault(folder);
  const log = createLogger({ level: 'debug', format: 'json', write: (line) => void logged.push(line) });
  const numbers = createNumbers({ store, clock });
  numbers.sync(lines);
  const accounts = createAccounts({
    store,
    vault,
    clock,
    policy: options.policy ?? { signup: 'open', allow: [], default_tier: 'free' },
    inPool: (e164) => numbers.inPool(e164),
    sendText:
      options.sendText ??
      ((message) => {
        texts.push(message);
        const { to, shown, notAfter } = message;
        const request = { modem: 'm1', number: shared, to, text: shown, notAfter, retries: 0, statusReport: true };
        return queueMessage(store, request, clock.now()).id;
      }),
  });
  const webhooks = createWebhooks({ store, vault, clock, log, allowPrivate: true });
  const correspondence = createCorrespondence({ store, numbers, accounts, clock, committed: () => {} });
  return { store, log, accounts, numbers, webhooks, correspondence };
}

interface Ground {
  readonly store: Store;
  readonly clock: ManualClock;
  readonly log: Logger;
}

/** What the page of people is made of, on modems that send what they are given. */
function consoleOn({ store, clock, log }: Ground, { findings }: StageOptions) {
  const live = createLiveEvents({ store, clock, log });
  onTestFinished(() => live.close());
  const modems = new Map(
    lines.map(({ modem, number }) => {
      const scripted = new ScriptedModem(modem);
      scripted.state = { ...scripted.state, number };
      return [modem, scripted] as const;
    }),
  );
  const nothing = async () => ({});
  const whyWaiting = () => ({ reason: 'busy', retryAt: null }) as const;
  const replay = async (after: number) => ({ count: 0, last: after });
  const wired = {
    store,
    modems,
    clock,
    log,
    committed: () => live.wake(),
    replay,
    scan: nothing,
    backup: nothing,
    whyWaiting,
  };
  const operators = createOperators({ store, clock });
  const view = createOperatorView({ store, otp, commands: createCommands(wired), clock });
  return { operators, live, console: { operators, live, view, ...(findings === undefined ? {} : { findings }) } };
}

/** The whole HTTP edge on a database of its own. */
export async function openStage(options: StageOptions = {}): Promise<Stage> {
  const clock = new ManualClock();
  await clock.advance(noon - clock.now());
  const logged: string[] = [];
  const texts: ConfidentialText[] = [];
  const { store, log, ...cases } = useCases(options, clock, logged, texts);
  const { operators, live, console } = consoleOn({ store, clock, log }, options);
  let url = '';
  const publicUrl = () => options.publicUrl ?? url;
  const whole: Apis = { ...cases, clock, publicUrl, version: '1.2.3', gateway: 'pi-kitchen' };
  const apis: Apis = { ...whole, ...options.change?.(whole, store) };
  const { trustedProxies = [], asyncApi } = options;
  const server = await startHttp({
    listen: '127.0.0.1:0',
    view: { ...view, modems: options.modems ?? view.modems },
    broker: () => ({ connected: true }),
    log,
    apis,
    console,
    trustedProxies,
    ...(asyncApi === undefined ? {} : { asyncApi }),
  });
  url = server.url;
  onTestFinished(() => server.close());
  const { accounts, numbers } = cases;
  const operator = { account: null, via: 'cli' };
  const accountOf = (phone: string, tier: Tier) =>
    accounts.list().find((account) => account.phone === phone) ?? accounts.add(phone, tier, operator);
  const numberId = (e164: string) => numbers.byE164(e164)?.id ?? '';
  const stage: Stage = {
    url,
    store,
    clock,
    apis,
    operators,
    close: () => server.close(),
    modemChanged: (id) => live.modemChanged(id),
    logged,
    texts,
    numberId,
    async ask(method, path, ask = {}) {
      const answer = await asked(url, method, path, ask);
      await checkAgainstDocument(url, method, path, answer);
      return answer;
    },
    session(phone, tier = 'free') {
      accountOf(phone, tier);
      const { id } = accounts.startVerification({ phone, source: `source of ${phone}` });
      const code = /^\d{6}/.exec(texts.at(-1)?.text ?? '')?.[0] ?? '';
      return accounts.verify({ id, code }, 'op').token;
    },
    key(phone, e164, tier = e164 === shared ? 'free' : 'paid') {
      const account = accountOf(phone, tier);
      const actor = { account: account.id, via: 'cli' };
      if (e164 !== shared) numbers.lease(account, numberId(e164), actor);
      const mailbox = numbers.mailboxFor(account.id, numberId(e164)).n;
      return accounts.createKey(account.id, { api: 'op', name: 'test', mailbox }, actor).secret;
    },
    receive(to, text, from = '+15551234567') {
      const pdus = pdusOf(text, { from, time: clock.now() });
      const received = pdus.map((pdu, index) => ({
        modem: lines.find(({ number }) => number === to)?.modem ?? 'm1',
        line: to,
        number: to,
        slot: { storage: 'SM', index },
        pdu,
        tpduLength: null,
        receivedAt: clock.now(),
      }));
      receive(
        { store, otp, numbers, committed: () => live.wake() },
        received.map((each) => ({ ...each, slot: null })),
      );
    },
    async send(...outcomes) {
      const modems = new Map(lines.map(({ modem }) => [modem, new ScriptedModem(modem, ...outcomes)]));
      const dispatcher = new Dispatcher({
        store,
        modems,
        clock,
        log,
        unwritten: new Map(),
        committed: () => live.wake(),
      });
      dispatcher.wake();
      await settled();
      await dispatcher.stop();
    },
  };
  return stage;
}

const otp = createExtractor();

async function asked(url: string, method: string, path: string, { body, token, headers = {} }: Ask): Promise<Answer> {
  const response = await fetch(`${url}${path}`, {
    method,
    redirect: 'manual',
    headers: {
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  const json = response.headers.get('content-type')?.startsWith('application/json') === true;
  return {
    status: response.status,
    headers: response.headers,
    text,
    body: json && text !== '' ? JSON.parse(text) : null,
  };
}
