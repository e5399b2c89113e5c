import { expect, test } from 'vitest';
import { createAccounts } from '../../src/accounts/accounts.ts';
import { systemClock } from '../../src/clock.ts';
import type { Tier } from '../../src/domain/account.ts';
import { createCorrespondence } from '../../src/gateway/correspondence.ts';
import { giveOutPartial } from '../../src/gateway/partial.ts';
import { receive } from '../../src/gateway/receive.ts';
import { createNumbers } from '../../src/numbers/numbers.ts';
import { openVault } from '../../src/store/vault.ts';
import { tempFolder } from '../temp-folder.ts';
import { noon, openStage, pdusOf, received } from './stage.ts';

const line = '+14165551234';
const peer = '+15551234567';
const reader = { account: null, via: 'op' };
const page = { direction: null, before: null, limit: 20 };

function build(offer: 'shared' | 'lease') {
  const folder = tempFolder();
  const { store, otp } = openStage(folder);
  let now = noon;
  const clock = { ...systemClock, now: () => now };
  const numbers = createNumbers({ store, clock });
  const vault = openVault(folder);
  const policy = { signup: 'closed', allow: [], default_tier: 'free' } as const;
  const inPool = (e164: string) => numbers.inPool(e164);
  const accounts = createAccounts({ store, vault, clock, policy, inPool, sendText: () => '' });
  const correspondence = createCorrespondence({
    ...{ store, numbers, accounts, clock, committed: () => {} },
    whyWaiting: ({ nextTryAt }) => ({ reason: 'retry_at', retryAt: nextTryAt + 5 }),
  });
  numbers.sync([
    { modem: 'm1', number: line, offer },
    { modem: 'm2', number: '+14165559999', offer: 'shared' },
  ]);
  const number = numbers.byE164(line)?.id ?? '';
  let phones = 0;
  const join = (tier: Tier) => {
    const account = accounts.add(`+1415555010${phones++}`, tier, reader);
    const open = () => (offer === 'lease' ? numbers.lease(account, number, reader) : undefined);
    return { account, mailbox: open() ?? numbers.mailboxFor(account.id, number) };
  };
  const take = (pdus: readonly string[], index = 0) =>
    receive(
      { store, otp, numbers, committed: () => {} },
      pdus.map((pdu, n) => received(pdu, index + n, { receivedAt: now })),
    );
  const wait = (duration: number) => {
    now += duration;
  };
  return { store, otp, numbers, accounts, correspondence, number, join, take, wait, now: () => now };
}

test('a message that cannot be sent is refused with the reason, and nothing is queued or counted', () => {
  const { correspondence, join, store, accounts, now } = build('lease');
  const { account, mailbox } = join('paid');
  const code = (to: string, text: string) => {
    try {
      correspondence.send(mailbox, account, { to, text });
    } catch (error) {
      return (error as { code: string }).code;
    }
    return 'sent';
  };
  expect(code('4155551234', 'x')).toBe('phone.invalid');
  expect(code(line, 'x')).toBe('message.to_self');
  expect(code('+14165559999', 'x')).toBe('message.to_pool');
  expect(code(peer, 'x'.repeat(1601))).toBe('message.too_long');
  expect(code(peer, '\ud800')).toBe('sms.unencodable');
  expect(store.outbox.queued('m1')).toBe(0);
  expect(accounts.sendAllowance(account, now()).remaining).toBe(1000);
  expect(code(peer, '😀'.repeat(1601))).toBe('message.too_long');
  expect(code(peer, 'x'.repeat(1600))).toBe('sent');
  expect(code(peer, '😀'.repeat(1600))).toBe('sent');
  expect(accounts.sendAllowance(account, now()).remaining).toBe(998);
});

test('the daily cap holds to the message, and the next day is a new one', () => {
  const { correspondence, join, wait, store } = build('shared');
  const { account, mailbox } = join('free');
  for (let n = 0; n < 50; n++) correspondence.send(mailbox, account, { to: peer, text: `${n}` });
  const send = () => correspondence.send(mailbox, account, { to: peer, text: 'one more' });
  expect(send).toThrow(
    expect.objectContaining({
      code: 'limit.exceeded',
      details: expect.objectContaining({ limit: 50, retry_after: 43_200 }),
    }),
  );
  expect(store.outbox.queued('m1')).toBe(50);
  wait(12 * 3600_000);
  expect(send().outbound?.status).toBe('queued');
});

test('what came in is listed newest first, in pages that stay while more arrives', () => {
  const { correspondence, join, take } = build('lease');
  const { mailbox } = join('paid');
  const texts = (found: { messages: readonly { text: string }[] }) => found.messages.map(({ text }) => text);
  for (let n = 0; n < 5; n++) take(pdusOf(`text ${n}`, { time: noon + n * 1000 }), n);
  const first = correspondence.list(mailbox, { ...page, limit: 2 }, reader);
  take(pdusOf('late', { time: noon + 9000 }), 9);
  const second = correspondence.list(mailbox, { ...page, limit: 2, before: first.next }, reader);
  const third = correspondence.list(mailbox, { ...page, limit: 2, before: second.next }, reader);
  expect([texts(first), texts(second), texts(third)]).toEqual([['text 4', 'text 3'], ['text 2', 'text 1'], ['text 0']]);
  expect(third.next).toBeNull();
  expect(correspondence.list(mailbox, { ...page, direction: 'out' }, reader).messages).toEqual([]);
});

test('an answer on a shared number is for those who texted that peer, and for nobody else', () => {
  const { correspondence, join, take } = build('shared');
  const [one, two, three] = [join('free'), join('free'), join('free')];
  for (const { account, mailbox } of [one, two]) correspondence.send(mailbox, account, { to: peer, text: 'hello' });
  take(pdusOf('an answer', { from: peer }));
  take(pdusOf('from a stranger', { from: '+15550000000' }), 1);
  const inbound = [one, two, three].map(({ mailbox }) =>
    correspondence.list(mailbox, { ...page, direction: 'in' }, reader).messages.map(({ text }) => text),
  );
  expect(inbound).toEqual([['an answer'], ['an answer'], []]);
});

test('a long message that becomes whole after the line changed hands stays with the one who had its first half', () => {
  const { correspondence, join, take, wait, numbers, store, otp, number, now } = build('lease');
  const first = join('paid');
  const [head = '', tail = ''] = pdusOf('x'.repeat(200));
  take([head]);
  wait(600_001);
  giveOutPartial({ store, otp, numbers, committed: () => {} }, now(), 600_000);
  const [partial] = correspondence.list(first.mailbox, page, reader).messages;
  expect(partial).toMatchObject({ partial: true });
  numbers.release(first.account.id, number, reader);
  const second = join('paid');
  wait(10_000);
  take([tail], 5);
  expect(correspondence.list(second.mailbox, page, reader).messages).toEqual([]);
  expect(store.mailboxMessages.get(first.mailbox.n, partial?.id ?? '')).toMatchObject({
    partial: false,
    text: 'x'.repeat(200),
  });
});

test('a long message whose last part comes after the line changed hands is for the one who had its first', () => {
  const { correspondence, join, take, wait, numbers, store, number } = build('lease');
  const first = join('paid');
  const [head = '', tail = ''] = pdusOf('x'.repeat(200));
  take([head]);
  wait(100);
  numbers.release(first.account.id, number, reader);
  const second = join('paid');
  wait(100);
  take([tail], 5);
  expect(correspondence.list(second.mailbox, page, reader).messages).toEqual([]);
  expect(store.mailboxMessages.list(first.mailbox.n, page)).toMatchObject([{ text: 'x'.repeat(200) }]);
});

test('reading a code leaves one line in the audit trail, however often it is read', () => {
  const { correspondence, join, take, accounts } = build('lease');
  const { account, mailbox } = join('paid');
  take(pdusOf('Your code is 481920.'));
  const [message] = correspondence.list(mailbox, page, reader).messages;
  correspondence.get(mailbox, message?.id ?? '', reader);
  const reads = accounts.audit(100).filter(({ action }) => action === 'code.read');
  expect(reads).toMatchObject([{ account: account.id, subject: message?.id, via: 'op' }]);
  expect(JSON.stringify(accounts.audit(100))).not.toContain('481920');
});

test('a message that waits says why and until when, and one that was sent does not', () => {
  const { correspondence, join, store } = build('lease');
  const { account, mailbox } = join('paid');
  const { id, n } = correspondence.send(mailbox, account, { to: peer, text: 'hello' });
  const why = { status: 'queued', queuedReason: 'retry_at', retryAt: noon + 5 };
  expect(correspondence.get(mailbox, id, reader).outbound).toMatchObject(why);
  expect(correspondence.list(mailbox, page, reader).messages[0]?.outbound).toMatchObject(why);
  store.outbox.settle(n, { status: 'sent', error: null, at: noon });
  expect(correspondence.get(mailbox, id, reader).outbound).not.toHaveProperty('queuedReason');
});
