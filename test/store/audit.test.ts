import { expect, test } from 'vitest';
import { openStore } from '../../src/store/store.ts';
import { tempFolder } from '../temp-folder.ts';

const entry = { at: 5, account: 'a1', action: 'number.leased', subject: 'n1', via: 'op' } as const;

test('the trail keeps what is added, newest first, and counts on after old lines are gone', () => {
  const store = openStore(tempFolder());
  store.audit.add(entry);
  store.audit.add({ ...entry, at: 6, action: 'number.released' });
  store.audit.add(entry);
  expect(store.audit.latest(2).map(({ n, action }) => [n, action])).toEqual([
    [3, 'number.leased'],
    [2, 'number.released'],
  ]);
  expect(store.audit.prune(6, 1)).toBe(1);
  expect(store.audit.prune(7, 10)).toBe(2);
  store.audit.add(entry);
  expect(store.audit.latest(10)).toEqual([{ n: 4, ...entry }]);
  store.close();
});

test('a code that is read again and again is noted once for each account, and writes nothing more', () => {
  const store = openStore(tempFolder());
  for (const at of [1, 2, 3]) {
    for (const account of ['a1', 'a2', null]) store.audit.codeRead(account, 'msg_1', 'op', at);
  }
  store.audit.codeRead('a1', 'msg_2', 'agent-otp', 4);
  expect(store.audit.latest(10).map(({ at, account, subject, via }) => [at, account, subject, via])).toEqual([
    [4, 'a1', 'msg_2', 'agent-otp'],
    [1, null, 'msg_1', 'op'],
    [1, 'a2', 'msg_1', 'op'],
    [1, 'a1', 'msg_1', 'op'],
  ]);
  // It would throw here if it tried to.
  store.db.prepare('PRAGMA query_only = 1').run();
  store.audit.codeRead('a1', 'msg_1', 'op', 9);
  expect(() => store.audit.codeRead('a1', 'msg_3', 'op', 9)).toThrow();
  store.close();
});

test('secrets are found by an index, and so is who read a code', () => {
  const store = openStore(tempFolder());
  const plan = (sql: string) =>
    store.db
      .prepare<[], { detail: string }>(`EXPLAIN QUERY PLAN ${sql}`)
      .all()
      .map(({ detail }) => detail)
      .join('; ');
  const wholeTable = /SCAN/;
  for (const sql of [
    'SELECT * FROM api_keys k JOIN accounts a ON a.id = k.account LEFT JOIN mailboxes m ON m.n = k.mailbox WHERE k.secret_hash = 1',
    'SELECT * FROM sessions s JOIN accounts a ON a.id = s.account WHERE s.token_hash = 1',
    "SELECT n FROM audit WHERE action = 'code.read' AND account IS 'a' AND subject = 'b' AND (account IS NOT NULL OR via = 'c')",
    "SELECT * FROM audit t LEFT JOIN operator_tokens hand ON t.via LIKE 'console:%' AND hand.id = substr(t.via, 9) WHERE t.n = 1",
    "SELECT created_at FROM verifications WHERE phone = 'a' AND created_at > 1 AND created_at <= 2 ORDER BY created_at DESC LIMIT 5",
  ]) {
    expect(plan(sql)).not.toMatch(wholeTable);
  }
  store.close();
});
