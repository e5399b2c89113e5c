import { onTestFinished } from 'vitest';
import { type Clock, systemClock } from '../../src/clock.ts';
import type { LoggedEvent, StatusEvent } from '../../src/domain/event.ts';
import type { OtpFinding } from '../../src/domain/message.ts';
import type { Mailbox } from '../../src/domain/number.ts';
import { createLogger } from '../../src/log.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import { openVault } from '../../src/store/vault.ts';
import { internet, type Network } from '../../src/webhooks/attempt.ts';
import { createWebhooks, type Webhooks } from '../../src/webhooks/webhooks.ts';
import { ManualClock } from '../at/manual-clock.ts';
import { tempFolder } from '../temp-folder.ts';

export const noon = Date.parse('2026-05-20T12:00:00Z');
export const everything = ['message.received', 'message.sent', 'message.failed'];
export const owner = { account: 'acc-1', via: 'op' };

export interface Stage {
  readonly folder: string;
  readonly store: Store;
  readonly clock: Clock;
  readonly webhooks: Webhooks;
  readonly logged: string[];
  /** Starts what sends by itself. The function returned stops it, as the end of the process does. */
  start(): () => Promise<void>;
}

export interface StageOptions {
  readonly folder?: string;
  readonly clock?: Clock;
  readonly network?: Partial<Network>;
  readonly allowPrivate?: boolean;
}

/** Webhooks on a database of their own; `folder` of an earlier one: as after a restart. */
export function openStage(options: StageOptions = {}): Stage {
  const { folder = tempFolder(), clock = systemClock, allowPrivate = true } = options;
  const store = openStore(folder);
  onTestFinished(() => store.close());
  const logged: string[] = [];
  const log = createLogger({ level: 'debug', format: 'json', write: (line) => void logged.push(line) });
  const network = { ...internet, ...options.network };
  const webhooks = createWebhooks({ store, vault: openVault(folder), clock, log, allowPrivate }, network);
  const start = () => {
    const running = new AbortController();
    const ended = webhooks.run(running.signal);
    const stop = async () => {
      running.abort();
      await ended;
    };
    onTestFinished(stop);
    return stop;
  };
  return { folder, store, clock, webhooks, logged, start };
}

export async function noonClock(): Promise<ManualClock> {
  const clock = new ManualClock();
  await clock.advance(noon - clock.now());
  return clock;
}

/** A mailbox of an account, and the account with it. */
export function addMailbox({ db }: Store, account = 'acc-1', e164 = '+14165551234'): Mailbox {
  const number = `num-${e164}`;
  db.commit(() => {
    db.prepare("INSERT OR IGNORE INTO accounts (id, phone, tier, created_at) VALUES (?, ?, 'paid', 0)").run(
      account,
      `+1${account}`,
    );
    db.prepare("INSERT OR IGNORE INTO numbers (id, e164, modem, offer) VALUES (?, ?, 'm1', 'shared')").run(
      number,
      e164,
    );
    db.prepare("INSERT INTO mailboxes (id, account, number, kind, opened_at) VALUES (?, ?, ?, 'shared', 0)").run(
      `${account}@${e164}`,
      account,
      number,
    );
  });
  const { n } = db
    .prepare<[string], { n: number }>('SELECT n FROM mailboxes WHERE id = ?')
    .get(`${account}@${e164}`) ?? { n: 0 };
  return {
    n,
    id: `${account}@${e164}`,
    account,
    number: { id: number, e164, region: 'CA', offer: 'shared', modem: 'm1' },
    kind: 'shared',
    openedAt: 0,
    endsAt: null,
    closedAt: null,
  };
}

let counter = 0;

interface Inbound {
  readonly text?: string;
  readonly otp?: OtpFinding;
  readonly partial?: boolean;
  readonly at?: number;
}

/** Stores a message as the gateway does when one comes in, and gives its event. */
export function receiveFor(store: Store, mailboxes: readonly Mailbox[], inbound: Inbound = {}): LoggedEvent {
  const { text = 'hi back', otp, partial = false, at = noon } = inbound;
  const id = `msg_in_${++counter}`;
  const found = otp === undefined ? {} : { otp };
  const same = { to: '+14165551234', from: '+15551234567', text, parts: 1, encoding: 'gsm7', smscTime: null } as const;
  const { n } = store.messages.saveInbound({ ...same, id, modem: 'm1', receivedAt: at, partial, ...found }, '8944');
  for (const mailbox of mailboxes) store.mailboxMessages.add(mailbox.n, n, 'in');
  return logged(store, id, at + 2000, { type: partial ? 'sms_partial' : 'sms_received', ...same, partial, ...found });
}

/** Stores a message that a mailbox sends. The function returned gives the event of a status of it. */
export function sendFrom(
  store: Store,
  mailbox: Mailbox,
): (status: StatusEvent['type'], error?: StatusEvent['error']) => LoggedEvent {
  const id = `msg_out_${++counter}`;
  const peer = '+14155559999';
  const same = { number: '+14165551234', peer, text: 'See you on Tuesday.', encoding: 'gsm7', parts: 1 } as const;
  const n = store.messages.addOutbound({ ...same, id, modem: 'm1', createdAt: noon });
  store.mailboxMessages.add(mailbox.n, n, 'out');
  return (type, error) =>
    logged(store, id, noon + 3000, {
      ...{ type, messageId: id, to: peer, text: same.text, segments: 1 },
      ...(error === undefined ? {} : { error }),
    });
}

function logged(store: Store, id: string, time: number, body: LoggedEvent['body']): LoggedEvent {
  const before = store.events.lastSeq();
  store.db.commit(() => store.events.append({ id, modem: 'm1', time, body }));
  const [event] = store.events.after(before, 1);
  if (event === undefined) throw new Error('the event was not stored');
  return event;
}

export async function tell({ webhooks }: Pick<Stage, 'webhooks'>, event: LoggedEvent): Promise<void> {
  await webhooks.sink.deliver(event, new AbortController().signal);
}
