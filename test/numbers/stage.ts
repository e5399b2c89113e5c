import { onTestFinished } from 'vitest';
import type { Clock, EpochMs, Ms } from '../../src/clock.ts';
import type { Account, Actor, Tier } from '../../src/domain/account.ts';
import type { OtpFinding } from '../../src/domain/message.ts';
import { createNumbers, type Numbers, type OfferedLine } from '../../src/numbers/numbers.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import { tempFolder } from '../temp-folder.ts';

export const noon = Date.parse('2026-05-20T12:00:00Z');
export const second = 1000;
export const minute = 60 * second;

/** Stands still until the test moves it; sleepers wake in a microtask once they are due. */
export class StandingClock implements Clock {
  #now: EpochMs;
  readonly #sleepers = new Set<{ readonly until: EpochMs; readonly wake: () => void }>();

  constructor(now: EpochMs) {
    this.#now = now;
  }

  now(): EpochMs {
    return this.#now;
  }

  /** Timers that still run. */
  get live(): number {
    return this.#sleepers.size;
  }

  advance(duration: Ms): void {
    this.#now += duration;
    for (const sleeper of this.#sleepers) {
      if (sleeper.until > this.#now) continue;
      this.#sleepers.delete(sleeper);
      sleeper.wake();
    }
  }

  sleep(duration: Ms, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const sleeper = { until: this.#now + duration, wake: resolve };
      this.#sleepers.add(sleeper);
      signal?.addEventListener('abort', () => {
        this.#sleepers.delete(sleeper);
        reject(signal.reason);
      });
    });
  }
}

export interface Stage {
  readonly folder: string;
  readonly store: Store;
  readonly clock: StandingClock;
  readonly numbers: Numbers;
  readonly account: (id: string, tier?: Tier, quota?: number) => Account;
  /** A text for one of our numbers, as `gateway/receive` stores it. Returns its id and who sees it. */
  readonly receive: (text: ReceivedText) => { readonly id: string; readonly mailboxes: readonly number[] };
  readonly send: (mailboxN: number, to: string) => string;
}

export interface ReceivedText {
  readonly to: string;
  readonly from?: string;
  readonly code?: string;
  readonly receivedAt?: EpochMs;
  readonly sentAt?: EpochMs | null;
}

let counter = 0;

/** The pool over a database of its own, or over another stage's. */
export function openStage({ folder = tempFolder(), clock = new StandingClock(noon) } = {}): Stage {
  const store = openStore(folder);
  onTestFinished(() => store.close());
  const numbers = createNumbers({ store, clock });
  return {
    folder,
    store,
    clock,
    numbers,
    account: (id, tier = 'paid', quota) => openAccount(store, { id, tier, quota: quota ?? null }),
    receive: (text) => receive(store, numbers, { receivedAt: clock.now(), ...text }),
    send: (mailbox, to) => send(store, numbers, mailbox, to),
  };
}

export function line(modem: string, number: string | null, offer: OfferedLine['offer'] = 'lease'): OfferedLine {
  return { modem, number, offer };
}

export function actor(account: Account): Actor {
  return { account: account.id, via: 'op' };
}

function openAccount(store: Store, { id, tier, quota }: { id: string; tier: Tier; quota: number | null }): Account {
  counter += 1;
  const account = { id, phone: `+1202555${String(1000 + counter)}`, tier, quota, createdAt: noon };
  store.db
    .prepare('INSERT OR IGNORE INTO accounts (id, phone, tier, quota, created_at) VALUES (?, ?, ?, ?, ?)')
    .run(id, account.phone, tier, quota, noon);
  return account;
}

function receive(store: Store, numbers: Numbers, text: ReceivedText & { receivedAt: EpochMs }) {
  counter += 1;
  const id = `msg_${counter}`;
  const from = text.from ?? '+15551234567';
  const otp: { otp?: OtpFinding } =
    text.code === undefined ? {} : { otp: { code: text.code, rule: 'test', confidence: 1 } };
  const mailboxes = store.db.commit(() => {
    const { n } = store.messages.saveInbound(
      {
        id,
        modem: 'm1',
        to: text.to,
        from,
        text: `text ${counter}`,
        parts: 1,
        encoding: 'gsm7',
        smscTime: null,
        receivedAt: text.receivedAt,
        partial: false,
        ...otp,
      },
      '8944',
    );
    return numbers.admit({ n, number: text.to, from, receivedAt: text.receivedAt, sentAt: text.sentAt ?? null });
  });
  numbers.arrived(mailboxes);
  return { id, mailboxes };
}

function send(store: Store, numbers: Numbers, n: number, to: string): string {
  counter += 1;
  const id = `msg_${counter}`;
  const mailbox = numbers.openMailbox(n);
  if (mailbox === undefined) throw new Error('the mailbox is closed');
  const { e164, modem } = mailbox.number;
  store.db.commit(() => {
    const row = store.messages.addOutbound({
      id,
      modem: modem ?? 'm1',
      number: e164,
      peer: to,
      text: 'hello',
      encoding: 'gsm7',
      parts: 1,
      createdAt: noon,
    });
    numbers.sent(mailbox, { n: row, to });
  });
  return id;
}

/** The `code` of what `work` throws. */
export function codeOf(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error instanceof Error && 'code' in error ? error.code : error;
  }
  return 'nothing was thrown';
}
