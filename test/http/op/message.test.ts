import { describe, expect, it } from 'vitest';
import type { MailboxMessage } from '../../../src/domain/number.ts';
import { wireMessage } from '../../../src/http/dialects/op/message.ts';

const at = Date.parse('2026-05-20T19:14:52.987Z');
const base: MailboxMessage = {
  n: 7,
  id: 'msg_1',
  direction: 'out',
  number: '+16176088932',
  peer: '+15551234567',
  text: 'hi',
  createdAt: at,
  partial: false,
  otp: null,
  outbound: null,
};

type Outbound = NonNullable<MailboxMessage['outbound']>;

function outbound(change: Partial<Outbound>): MailboxMessage {
  return { ...base, outbound: { status: 'queued', error: null, sentAt: null, delivery: null, ...change } };
}

describe('an outbound message on the wire', () => {
  it.each<readonly [shown: object, of: Partial<Outbound>]>([
    [{ status: 'queued', error: null, sent_at: null, delivery: null }, { status: 'queued' }],
    [{ status: 'sending', error: null, sent_at: null, delivery: null }, { status: 'sending' }],
    [
      { status: 'sent', sent_at: '2026-05-20T19:14:52', delivery: null },
      { status: 'sent', sentAt: at },
    ],
    [
      { status: 'sent', error: null, delivery: 'delivered' },
      { status: 'delivered', sentAt: at, delivery: 'delivered' },
    ],
    [
      { status: 'sent', error: null, delivery: 'failed' },
      {
        status: 'failed',
        sentAt: at,
        delivery: 'failed',
        error: { code: 'tp-st.70', message: 'not delivered', retryable: false },
      },
    ],
    [
      { status: 'failed', error: 'the network is out of order (cms.38)', delivery: null },
      { status: 'failed', error: { code: 'cms.38', message: 'the network is out of order', retryable: true } },
    ],
    [
      { status: 'failed', error: 'not sent in time' },
      { status: 'expired', error: { code: 'message.expired', message: 'not sent in time', retryable: false } },
    ],
    [
      {
        status: 'failed',
        error: expect.stringMatching(/^The outcome is not known, and it is not sent again: it died/),
      },
      { status: 'unknown', error: { code: 'message.outcome_unknown', message: 'it died', retryable: false } },
    ],
  ])('is %o', (shown, of) => {
    expect(wireMessage(outbound(of))).toMatchObject(shown);
  });

  it('has no field of an inbound one', () => {
    expect(Object.keys(wireMessage(outbound({})))).toEqual([
      'id',
      'status',
      'direction',
      'to',
      'from',
      'body',
      'created_at',
      'sent_at',
      'error',
      'delivery',
    ]);
  });
});

describe('an inbound message on the wire', () => {
  it('is received, with the code that was found', () => {
    const otp = { code: '481920', rule: 'en.named', confidence: 0.9 };
    expect(wireMessage({ ...base, direction: 'in', otp })).toEqual({
      id: 'msg_1',
      status: 'received',
      direction: 'inbound',
      to: '+16176088932',
      from: '+15551234567',
      body: 'hi',
      created_at: '2026-05-20T19:14:52',
      sent_at: null,
      error: null,
      received_at: '2026-05-20T19:14:52',
      otp_code: '481920',
    });
  });

  it('says that parts are missing, where they are', () => {
    expect(wireMessage({ ...base, direction: 'in', partial: true })).toMatchObject({ partial: true, otp_code: null });
    expect(wireMessage({ ...base, direction: 'in' })).not.toHaveProperty('partial');
  });
});
