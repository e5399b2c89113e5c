import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { OtpFinding } from '../../src/domain/message.ts';
import { eventPayload } from '../../src/mqtt/payload.ts';
import { mask, maskCode, type Privacy } from '../../src/mqtt/privacy.ts';
import { eventOf } from './stage.ts';

const full: Privacy = { otp: 'full', text: 'full' };
const otp: OtpFinding = { code: '123456', rule: 'generic', confidence: 0.9, service: 'Bank' };

const sms = eventOf(3, {
  type: 'sms_received',
  to: '+14165550001',
  from: 'Bank',
  text: 'Bank: 123-456 is your code, not 9.',
  parts: 1,
  encoding: 'gsm7',
  smscTime: null,
  partial: false,
  otp,
});

const found = eventOf(4, { type: 'otp_received', to: null, from: 'Bank', otp, messageId: 'msg_3', expires: 600_000 });

describe('an event as JSON', () => {
  test('of a message with a code', () => {
    expect(eventPayload(sms, 'gw', full)).toEqual({
      event_type: 'sms_received',
      id: 'msg_3',
      seq: 3,
      time: '2025-01-02T03:04:05.006Z',
      gateway: 'gw',
      modem: 'm1',
      to: '+14165550001',
      from: 'Bank',
      text: 'Bank: 123-456 is your code, not 9.',
      parts: 1,
      encoding: 'gsm7',
      smsc_time: null,
      partial: false,
      otp: { code: '123456', rule: 'generic', service: 'Bank' },
    });
  });

  test('of a code', () => {
    expect(eventPayload(found, 'gw', full)).toEqual({
      event_type: 'otp_received',
      id: 'msg_4',
      seq: 4,
      time: '2025-01-02T03:04:05.006Z',
      gateway: 'gw',
      modem: 'm1',
      to: null,
      from: 'Bank',
      code: '123456',
      rule: 'generic',
      service: 'Bank',
      confidence: 0.9,
      message_id: 'msg_3',
      expires: '1970-01-01T00:10:00.000Z',
    });
  });

  test('of an outbound message: the kind of event is its status', () => {
    const error = { code: 'cms.38', message: 'network out of order', retryable: true } as const;
    const event = eventOf(5, {
      type: 'failed',
      messageId: 'msg_1',
      to: '+1',
      text: 'hi',
      segments: 2,
      reference: 0,
      error,
    });
    expect(eventPayload(event, 'gw', full)).toMatchObject({
      event_type: 'failed',
      message_id: 'msg_1',
      to: '+1',
      text: 'hi',
      status: 'failed',
      segments: 2,
      reference: 0,
      error: { code: 'cms.38', message: 'network out of order', retryable: true },
    });
    const sent = eventOf(6, { type: 'queued', messageId: 'msg_1', to: '+1', text: 'hi', segments: 1 });
    expect(Object.keys(eventPayload(sent, 'gw', full))).not.toContain('error');
    expect(Object.keys(eventPayload(sent, 'gw', full))).not.toContain('reference');
  });

  test('of a modem that came names it, and an alert its hint', () => {
    expect(eventPayload(eventOf(7, { type: 'modem_added', subject: 'm9' }, null), 'gw', full)).toMatchObject({
      event_type: 'modem_added',
      modem: 'm9',
    });
    const alert = eventOf(8, { type: 'alert', code: 'disk', message: 'full', hint: 'make room' }, null);
    expect(eventPayload(alert, 'gw', full)).toMatchObject({
      modem: null,
      code: 'disk',
      message: 'full',
      hint: 'make room',
    });
  });

  test('of what is not a text', () => {
    expect(
      eventPayload(eventOf(9, { type: 'mms_notification', to: null, from: '+1', data: '8C82' }), 'gw', full),
    ).toMatchObject({
      event_type: 'mms_notification',
      from: '+1',
      data: '8C82',
    });
    const bad = eventOf(10, { type: 'sms_undecodable', to: null, pdu: '00FF', reason: 'short' });
    expect(eventPayload(bad, 'gw', full)).toMatchObject({ pdu: '00FF', reason: 'short' });
    const ussd = eventOf(11, { type: 'ussd', text: 'Balance: 5', replyExpected: true });
    expect(eventPayload(ussd, 'gw', full)).toMatchObject({
      event_type: 'ussd',
      text: 'Balance: 5',
      reply_expected: true,
    });
    const over = eventOf(12, { type: 'ussd', text: '', replyExpected: false, ended: 'not_supported' });
    expect(eventPayload(over, 'gw', full)).toMatchObject({ text: '', reply_expected: false, ended: 'not_supported' });
  });
});

describe('privacy', () => {
  test('a masked code is masked where it stands, and in the text', () => {
    const privacy: Privacy = { otp: 'masked', text: 'full' };
    expect(eventPayload(found, 'gw', privacy)).toMatchObject({ code: '******', rule: 'generic' });
    expect(eventPayload(sms, 'gw', privacy)).toMatchObject({
      text: 'Bank: ***-*** is your code, not 9.',
      otp: { code: '******', rule: 'generic', service: 'Bank' },
    });
  });

  test('a code that is off is left out, and masked in the text; the event stays', () => {
    const privacy: Privacy = { otp: 'off', text: 'full' };
    expect(eventPayload(found, 'gw', privacy)).not.toHaveProperty('code');
    expect(eventPayload(found, 'gw', privacy)).toMatchObject({
      event_type: 'otp_received',
      seq: 4,
      message_id: 'msg_3',
    });
    const payload = eventPayload(sms, 'gw', privacy);
    expect(payload).toMatchObject({ text: 'Bank: ***-*** is your code, not 9.', otp: { rule: 'generic' } });
    expect(payload.otp).not.toHaveProperty('code');
  });

  test('a masked text keeps its shape only', () => {
    expect(eventPayload(sms, 'gw', { otp: 'full', text: 'masked' })).toMatchObject({
      text: '****: ***-*** ** **** ****, *** *.',
      otp: { code: '123456' },
    });
  });

  test('a text that is off is left out of every kind of event', () => {
    const privacy: Privacy = { otp: 'full', text: 'off' };
    const bodies = [
      sms.body,
      { type: 'sent', messageId: 'msg_1', to: '+1', text: 'secret', segments: 1 },
      { type: 'ussd', text: 'secret', replyExpected: false },
      { type: 'mms_notification', to: null, from: '+1', data: 'secret' },
      { type: 'sms_undecodable', to: null, pdu: 'secret', reason: 'short' },
    ] as const;
    for (const [seq, body] of bodies.entries()) {
      const payload = eventPayload(eventOf(seq, body), 'gw', privacy);
      expect(JSON.stringify(payload)).not.toMatch(/secret|is your code/);
      expect(payload.seq).toBe(seq);
    }
  });

  test.each([
    ['code 123456.', '123456', 'code ******.'],
    ['code 123 456', '123456', 'code *** ***'],
    ['code 1 2 3 4 5 6', '123456', 'code * * * * * *'],
    ['code 123 – 456', '123456', 'code *** – ***'],
    ['twice 4711 and 4711', '4711', 'twice **** and ****'],
    ['ab-12 AB12', 'AB12', '**-** ****'],
    ['كود ١٢٣٤', '1234', 'كود ****'],
    ['wide １２３４', '1234', 'wide ****'],
    ['hidden 12\u200b34', '1234', 'hidden **\u200b**'],
    ['nothing 12 here 34', '1234', 'nothing 12 here 34'],
    ['no code', '', 'no code'],
  ])('the code in %j', (text, code, masked) => {
    expect(maskCode(text, code)).toBe(masked);
  });

  test('masking leaves no letter and no digit of any script', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(mask(text)).not.toMatch(/[\p{L}\p{N}]/u);
      }),
    );
  });

  test('a code is never readable in a text that holds it, whatever stands around it', () => {
    const digits = fc.stringMatching(/^[0-9]{4,8}$/);
    fc.assert(
      fc.property(digits, fc.string(), fc.string(), (code, before, after) => {
        expect(maskCode(`${before}${code}${after}`, code)).not.toContain(code);
      }),
    );
  });
});
