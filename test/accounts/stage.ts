import { onTestFinished } from 'vitest';
import {
  type Accounts,
  type AccountsDeps,
  type ConfidentialText,
  createAccounts,
} from '../../src/accounts/accounts.ts';
import { GatewayError } from '../../src/errors.ts';
import { queueMessage } from '../../src/gateway/send.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import { openVault } from '../../src/store/vault.ts';
import { ManualClock } from '../at/manual-clock.ts';
import { tempFolder } from '../temp-folder.ts';

export const phone = '+14152055634';
export const source = '198.51.100.7';

export interface Stage {
  readonly folder: string;
  readonly store: Store;
  readonly clock: ManualClock;
  readonly accounts: Accounts;
  /** What went to a modem, the newest last. */
  readonly texts: ConfidentialText[];
  /** The code of the newest text. */
  code(): string;
  /** The same data folder, opened anew. */
  reopen(): Stage;
}

type Settings = Partial<Pick<AccountsDeps, 'policy' | 'inPool' | 'sendText'>>;

/** Accounts on a database of their own; texts are queued in it as the gateway does, and kept for the test to read. */
export function openStage(settings: Settings = {}, folder = tempFolder(), clock = new ManualClock()): Stage {
  const store = openStore(folder);
  const texts: ConfidentialText[] = [];
  const accounts = createAccounts({
    store,
    vault: openVault(folder),
    clock,
    policy: { signup: 'open', allow: [], default_tier: 'free' },
    inPool: (e164) => e164 === '+16176088932',
    sendText: (message) => {
      const request = { ...message, modem: 'm1', number: '+16176088932', retries: 0, statusReport: true };
      const { id } = queueMessage(store, request, clock.now());
      texts.push(message);
      return id;
    },
    ...settings,
  });
  onTestFinished(() => store.close());
  return {
    folder,
    store,
    clock,
    accounts,
    texts,
    code: () => /^\d{6}/.exec(texts.at(-1)?.text ?? '')?.[0] ?? '',
    reopen() {
      store.close();
      return openStage(settings, folder, clock);
    },
  };
}

/** A phone that proves itself: a session of its account. */
export function signIn(stage: Stage, of = phone) {
  const { id } = stage.accounts.startVerification({ phone: of, source: `source of ${of}` });
  return stage.accounts.verify({ id, code: stage.code() }, 'op');
}

/** The code and the details of what was refused. */
export function refusal(work: () => unknown): { code: string; details: GatewayError['details'] } {
  try {
    work();
  } catch (error) {
    if (error instanceof GatewayError) return { code: error.code, details: error.details };
    throw error;
  }
  throw new Error('nothing was refused');
}

export function refusalCode(work: () => unknown): string {
  return refusal(work).code;
}

let numbers = 0;

/** A number for lease, and a lease of it, straight in the tables. Returns `Mailbox.n`. */
export function openMailbox(store: Store, account: string, ends: number | null = null): number {
  const number = `+1416555${String(numbers++).padStart(4, '0')}`;
  return store.db.commit(() => {
    store.db
      .prepare<[string, string]>("INSERT INTO numbers (id, e164, modem, offer) VALUES (?, ?, 'm1', 'lease')")
      .run(number, number);
    const added = store.db
      .prepare<[string, string, string, number | null]>(
        "INSERT INTO mailboxes (id, account, number, kind, opened_at, ends_at) VALUES (?, ?, ?, 'lease', 1, ?)",
      )
      .run(`box of ${number}`, account, number, ends);
    return Number(added.lastInsertRowid);
  });
}

export function closeMailbox(store: Store, n: number, at: number): void {
  store.db.prepare<[number, number]>('UPDATE mailboxes SET closed_at = ? WHERE n = ?').run(at, n);
}
