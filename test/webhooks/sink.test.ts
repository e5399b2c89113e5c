import { describe, expect, it } from 'vitest';
import { addMailbox, everything, openStage, owner, receiveFor, sendFrom, tell } from './stage.ts';

const url = 'http://example.com/';

describe('the webhook sink', () => {
  it('queues an event once, however often it is given', async () => {
    const stage = openStage();
    const mailbox = addMailbox(stage.store);
    const { webhook } = stage.webhooks.create(mailbox, { url, events: everything }, owner);
    const event = receiveFor(stage.store, [mailbox]);
    for (let again = 0; again < 3; again++) await tell(stage, event);
    await tell(stage, receiveFor(stage.store, [mailbox]));
    expect(stage.webhooks.deliveries('acc-1', webhook.id, 10)).toHaveLength(2);
  });

  it('queues it for every mailbox that sees the message, and for no other', async () => {
    const stage = openStage();
    const mailboxes = ['acc-1', 'acc-2', 'acc-3'].map((account) => addMailbox(stage.store, account));
    const ids = mailboxes.map((mailbox) => {
      const actor = { account: mailbox.account, via: 'op' };
      return stage.webhooks.create(mailbox, { url, events: everything }, actor).webhook.id;
    });
    await tell(stage, receiveFor(stage.store, mailboxes.slice(0, 2)));
    const queued = mailboxes.map(
      ({ account }, index) => stage.webhooks.deliveries(account, ids[index] ?? '', 10).length,
    );
    expect(queued).toEqual([1, 1, 0]);
  });

  it('queues only the events a webhook asks for', async () => {
    const stage = openStage();
    const mailbox = addMailbox(stage.store);
    const { webhook } = stage.webhooks.create(mailbox, { url, events: ['message.failed'] }, owner);
    const status = sendFrom(stage.store, mailbox);
    await tell(stage, receiveFor(stage.store, [mailbox]));
    await tell(stage, status('sent'));
    await tell(stage, status('failed'));
    expect(stage.webhooks.deliveries('acc-1', webhook.id, 10).map(({ event }) => event)).toEqual(['message.failed']);
  });

  it('writes nothing while there is no webhook', async () => {
    const stage = openStage();
    const mailbox = addMailbox(stage.store);
    const changes = stage.store.db.prepare<[], { n: number }>('SELECT total_changes() AS n');
    const event = receiveFor(stage.store, [mailbox]);
    const before = changes.get();
    await tell(stage, event);
    expect(changes.get()).toEqual(before);
  });

  it('lets the pump offer an event again that the store does not take', async () => {
    const stage = openStage();
    const mailbox = addMailbox(stage.store);
    stage.webhooks.create(mailbox, { url, events: everything }, owner);
    const event = receiveFor(stage.store, [mailbox]);
    stage.store.db
      .prepare("CREATE TRIGGER full BEFORE INSERT ON deliveries BEGIN SELECT RAISE(ABORT, 'full'); END")
      .run();
    await expect(tell(stage, event)).rejects.toThrow('full');
  });
});
