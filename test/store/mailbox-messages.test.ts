import { expect, onTestFinished, test, vi } from 'vitest';
import type { OutboundError, OutboundStatus } from '../../src/domain/message.ts';
import { type Database, openDatabase } from '../../src/store/database.ts';
import { createMailboxMessageTable } from '../../src/store/mailbox-messages.ts';
import { createMailboxTable } from '../../src/store/mailboxes.ts';
import { createNumberTable } from '../../src/store/numbers.ts';
import { openStore } from '../../src/store/store.ts';
import { tempFolder } from '../temp-folder.ts';

const number = { id: 'n1', e164: '+14165551234', region: 'CA', offer: 'shared', modem: 'm1' } as const;

/** Two shares of one number: mailboxes 1 and 2. */
function openMailboxes() {
  const store = openStore(tempFolder());
  onTestFinished(() => store.close());
  store.numbers.add(number);
  for (const account of ['ann', 'bob']) {
    store.db.prepare("INSERT INTO accounts VALUES (?, ?, 'free', NULL, 1)").run(account, account);
    const id = `mailbox of ${account}`;
    store.mailboxes.open({ id, account, number: 'n1', kind: 'shared', openedAt: 1, endsAt: null });
  }
  const receive = (id: string, ...mailboxes: number[]) => {
    const { n } = store.messages.saveInbound(
      {
        id,
        modem: 'm1',
        to: number.e164,
        from: 'Bank',
        text: `text of ${id}`,
        parts: 1,
        encoding: 'gsm7',
        smscTime: null,
        receivedAt: 5,
        partial: false,
      },
      '8944',
    );
    for (const mailbox of mailboxes) store.mailboxMessages.add(mailbox, n, 'in');
  };
  const send = (id: string, mailbox: number, parts = 1) => {
    const n = store.messages.addOutbound({
      id,
      modem: 'm1',
      number: number.e164,
      peer: '+15551234567',
      text: 'hello',
      encoding: 'gsm7',
      parts,
      createdAt: 7,
    });
    store.outbox.add({ n, modem: 'm1', statusReport: true, notAfter: null, retries: 0, confidential: false, at: 7 });
    store.mailboxMessages.add(mailbox, n, 'out');
    return n;
  };
  const ids = (mailbox: number, direction: 'in' | 'out' | null, before: number | null = null, limit = 100) =>
    store.mailboxMessages.list(mailbox, { direction, before, limit }).map(({ id }) => id);
  return { ...store, receive, send, ids };
}

test('a page is newest first, of one direction or both, and goes on before its last', () => {
  const { receive, send, ids, mailboxMessages } = openMailboxes();
  for (const id of ['a', 'b']) receive(id, 1);
  send('c', 1);
  receive('d', 1, 2);
  send('e', 2);
  expect(ids(1, null)).toEqual(['d', 'c', 'b', 'a']);
  expect(ids(1, 'in')).toEqual(['d', 'b', 'a']);
  expect(ids(1, 'out')).toEqual(['c']);
  expect(ids(1, null, null, 2)).toEqual(['d', 'c']);
  const last = mailboxMessages.get(1, 'c')?.n ?? 0;
  expect(ids(1, null, last, 2)).toEqual(['b', 'a']);
  expect(ids(1, 'in', last, 1)).toEqual(['b']);
  expect(ids(1, null, 0)).toEqual([]);
});

test('a mailbox shows what is its own, by list and by id', () => {
  const { receive, ids, mailboxMessages } = openMailboxes();
  receive('one', 1);
  receive('both', 1, 2);
  receive('nobody');
  expect(ids(2, null)).toEqual(['both']);
  expect(mailboxMessages.get(2, 'one')).toBeUndefined();
  expect(mailboxMessages.get(1, 'one')).toEqual({
    n: 1,
    id: 'one',
    direction: 'in',
    number: '+14165551234',
    peer: 'Bank',
    text: 'text of one',
    createdAt: 5,
    partial: false,
    otp: null,
    outbound: null,
  });
  expect(['one', 'both', 'nobody', 'unknown'].map((id) => mailboxMessages.mailboxesOf(id))).toEqual([
    [1],
    [1, 2],
    [],
    [],
  ]);
});

test('a message that is sent carries its status, and when the network took its last part', () => {
  const { send, outbox, mailboxMessages } = openMailboxes();
  const n = send('a', 1, 2);
  const outbound = () => mailboxMessages.get(1, 'a')?.outbound;
  expect(outbound()).toEqual({ status: 'queued', error: null, sentAt: null, delivery: null });
  outbox.addReferences(n, '8944', [1], 20);
  outbox.settle(n, { status: 'sent', error: null, at: 30 });
  expect(outbound()).toEqual({ status: 'sent', error: null, sentAt: 20, delivery: null });
  outbox.addReferences(n, '8944', [1, 2], 40);
  outbox.settle(n, { status: 'delivered', error: null, at: 50 });
  expect(outbound()).toEqual({ status: 'delivered', error: null, sentAt: 40, delivery: 'delivered' });
  expect(mailboxMessages.list(1, { direction: 'out', before: null, limit: 1 })[0]?.outbound?.sentAt).toBe(40);
});

test.each<[OutboundStatus, OutboundError['code'], 'failed' | null]>([
  ['failed', 'tp-st.70', 'failed'],
  ['failed', 'cms.28', null],
  ['unknown', 'message.outcome_unknown', null],
])('%s with %s was not delivered as far as %s', (status, code, delivery) => {
  const { send, outbox, mailboxMessages } = openMailboxes();
  const error = { code, message: 'why', retryable: false };
  outbox.settle(send('a', 1), { status, error, at: 30 });
  expect(mailboxMessages.get(1, 'a')?.outbound).toEqual({ status, error, sentAt: null, delivery });
});

test('a message that is pruned is gone from its mailboxes', () => {
  const { receive, ids, messages } = openMailboxes();
  receive('a', 1, 2);
  expect(messages.prune(10, 10)).toBe(1);
  expect([...ids(1, null), ...ids(2, null)]).toEqual([]);
});

/** The steps SQLite takes for every statement that `create` prepares. */
function plansOf(create: (db: Database) => unknown): { readonly sql: string; readonly steps: string }[] {
  const db = openDatabase(tempFolder());
  onTestFinished(() => db.close());
  const prepare = vi.spyOn(db, 'prepare');
  create(db);
  const all = prepare.mock.calls.map(([sql]) => sql);
  prepare.mockRestore();
  return all.map((sql) => {
    const values = sql.match(/\?/g)?.map(() => null) ?? [];
    const named = Object.fromEntries([...sql.matchAll(/@(\w+)/g)].map(([, name]) => [name, null]));
    const plan = db.prepare<unknown[], { detail: string }>(`EXPLAIN QUERY PLAN ${sql}`);
    const rows = Object.keys(named).length > 0 ? plan.all(named) : plan.all(...values);
    return { sql, steps: rows.map(({ detail }) => detail).join('; ') };
  });
}

test.each([
  ['mailbox messages', createMailboxMessageTable],
  ['mailboxes', createMailboxTable],
  ['numbers', createNumberTable],
])('no statement on %s walks a table that grows', (_, create) => {
  const plans = plansOf(create);
  expect(plans.length).toBeGreaterThan(4);
  // `numbers` has a row a modem.
  const scans = plans.filter(({ steps }) => /SCAN (?!numbers|p\b|CONSTANT)/.test(steps));
  expect(scans).toEqual([]);
});

test('a page of a mailbox is read in its order: nothing is sorted', () => {
  const lists = plansOf(createMailboxMessageTable).filter(({ sql }) => sql.includes('LIMIT'));
  expect(lists).toHaveLength(3);
  for (const { steps } of lists) {
    expect(steps).not.toContain('TEMP B-TREE');
    expect(steps).toMatch(
      /^SEARCH (x USING (PRIMARY KEY|COVERING INDEX mailbox_messages_by_direction)|m USING INDEX messages_by_peer)/,
    );
  }
});
