import { describe, expect, it } from 'vitest';
import { addMailbox, everything, openStage, owner, receiveFor, sendFrom, tell } from './stage.ts';

const anyId = '00000000-0000-7000-8000-000000000000';
const uuid = /[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}/g;

function prepare() {
  const stage = openStage();
  const mailbox = addMailbox(stage.store);
  const { webhook } = stage.webhooks.create(mailbox, { url: 'http://example.com/', events: everything }, owner);
  const bodies = () =>
    stage.store.db
      .prepare<[], { body: string }>('SELECT body FROM deliveries ORDER BY seq')
      .all()
      .map(({ body }) => body.replace(uuid, anyId));
  return { ...stage, mailbox, webhook, bodies };
}

describe('the payload of a webhook', () => {
  it('of a message that came in is the documented one, byte for byte', async () => {
    const { bodies, mailbox, ...stage } = prepare();
    const event = receiveFor(stage.store, [mailbox]);
    await tell(stage, event);
    expect(bodies()).toEqual([
      `{"id":"evt_${anyId}","type":"message.received","created_at":"2026-05-20T12:00:02","data":{"id":"${event.id}",` +
        '"direction":"inbound","to":"+14165551234","from":"+15551234567","body":"hi back","received_at":"2026-05-20T12:00:00"}}',
    ]);
  });

  it('says that parts of a message are missing, and comes again when it is whole', async () => {
    const { bodies, mailbox, ...stage } = prepare();
    const partial = receiveFor(stage.store, [mailbox], { text: 'half […]', partial: true });
    await tell(stage, partial);
    await tell(stage, {
      ...partial,
      seq: partial.seq + 1,
      body: { ...partial.body, type: 'sms_received', text: 'half and half', partial: false } as never,
    });
    const [half, whole] = bodies().map((body) => JSON.parse(body).data);
    expect(half).toEqual({ ...whole, body: 'half […]', partial: true });
    expect(whole).toEqual({
      id: partial.id,
      direction: 'inbound',
      to: '+14165551234',
      from: '+15551234567',
      body: 'half and half',
      received_at: '2026-05-20T12:00:00',
    });
  });

  it('carries the one-time code where one was found', async () => {
    const { bodies, mailbox, ...stage } = prepare();
    await tell(
      stage,
      receiveFor(stage.store, [mailbox], { text: 'code 428193', otp: { code: '428193', rule: 'en', confidence: 1 } }),
    );
    expect(JSON.parse(bodies()[0] ?? '').data).toMatchObject({ body: 'code 428193', otp_code: '428193' });
  });

  it('of a message that was sent has the fields of the message', async () => {
    const { bodies, mailbox, ...stage } = prepare();
    const sent = sendFrom(stage.store, mailbox)('sent');
    await tell(stage, sent);
    expect(JSON.parse(bodies()[0] ?? '')).toEqual({
      id: `evt_${anyId}`,
      type: 'message.sent',
      created_at: '2026-05-20T12:00:03',
      data: {
        id: sent.id,
        direction: 'outbound',
        to: '+14155559999',
        from: '+14165551234',
        body: 'See you on Tuesday.',
        status: 'sent',
        created_at: '2026-05-20T12:00:00',
        sent_at: '2026-05-20T12:00:03',
        error: null,
      },
    });
  });

  it.each([
    ['failed', { code: 'cms.38', message: 'network out of order', retryable: false }, 'network out of order'],
    [
      'expired',
      { code: 'message.expired', message: 'not sent before its not_after', retryable: false },
      'not sent before its not_after',
    ],
    [
      'unknown',
      { code: 'message.outcome_unknown', message: 'the gateway stopped', retryable: false },
      'it is not known whether it was sent: the gateway stopped',
    ],
    ['failed', undefined, 'no reason is known'],
  ] as const)('of a message that is %s says why', async (status, error, reason) => {
    const { bodies, mailbox, ...stage } = prepare();
    await tell(stage, sendFrom(stage.store, mailbox)(status, error));
    const { type, data } = JSON.parse(bodies()[0] ?? '');
    expect({ type, status: data.status, sent_at: data.sent_at, error: data.error }).toEqual({
      type: 'message.failed',
      status: 'failed',
      sent_at: null,
      error: reason,
    });
  });

  it('never comes of what is only on its way, or was sent and not delivered', async () => {
    const { bodies, mailbox, ...stage } = prepare();
    const status = sendFrom(stage.store, mailbox);
    for (const type of ['queued', 'sending', 'delivered'] as const) await tell(stage, status(type));
    await tell(stage, status('failed', { code: 'tp-st.70', message: 'given up', retryable: false }));
    expect(bodies()).toEqual([]);
  });
});
