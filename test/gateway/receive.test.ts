import fc from 'fast-check';
import { expect, test } from 'vitest';
import { giveOutPartial } from '../../src/gateway/partial.ts';
import { receive } from '../../src/gateway/receive.ts';
import type { Store } from '../../src/store/store.ts';
import { tempFolder } from '../temp-folder.ts';
import { noon, openStage, pdusOf, received } from './stage.ts';

const long = 'Hillside Clinic: your appointment is confirmed. '.repeat(8);

const log = (store: Store) => store.events.after(0, 1000);
const types = (store: Store) => log(store).map(({ body }) => body.type);
const texts = (store: Store) => log(store).flatMap(({ body }) => ('text' in body ? [body.text] : []));

test('a message becomes a row, an event, and a second event for its code, all with one id', () => {
  const stage = openStage();
  const [pdu = ''] = pdusOf('Your Acme code is 481920', { from: 'Acme' });
  receive(stage, [received(pdu)]);
  const [sms, otp] = log(stage.store);
  expect(sms).toMatchObject({
    seq: 1,
    modem: 'm1',
    body: {
      type: 'sms_received',
      to: '+14165551234',
      from: 'Acme',
      text: 'Your Acme code is 481920',
      parts: 1,
      encoding: 'gsm7',
      partial: false,
      otp: { code: '481920' },
    },
  });
  expect(otp).toMatchObject({
    seq: 2,
    id: sms?.id,
    body: { type: 'otp_received', messageId: sms?.id, expires: noon + 600_000 },
  });
  expect(stage.store.messages.get(sms?.id ?? '')).toMatchObject({
    peer: 'Acme',
    direction: 'in',
    otp: { code: '481920' },
  });
});

test('the same slot read again after a crash makes no second message', () => {
  const folder = tempFolder();
  const [pdu = ''] = pdusOf('once');
  receive(openStage(folder), [received(pdu, 4)]);
  const again = openStage(folder);
  receive(again, [received(pdu, 4)]);
  expect(texts(again.store)).toEqual(['once']);
});

test('the same text sent twice makes two messages', () => {
  const stage = openStage();
  const [pdu = ''] = pdusOf('twice');
  receive(stage, [received(pdu, 1), received(pdu, 2)]);
  stage.store.slots.release('8944', [{ storage: 'SM', index: 1 }]);
  receive(stage, [received(pdu, 1)]);
  expect(texts(stage.store)).toEqual(['twice', 'twice', 'twice']);
  expect(new Set(log(stage.store).map(({ id }) => id)).size).toBe(3);
});

test('a listing is taken in the order of the service centre, not of the slots', () => {
  const stage = openStage();
  const at = (text: string, seconds: number) => pdusOf(text, { time: noon + seconds * 1000 })[0] ?? '';
  receive(stage, [received(at('third', 3), 0), received(at('first', 1), 1), received(at('second', 2), 2)]);
  expect(texts(stage.store)).toEqual(['first', 'second', 'third']);
});

test('parts in any order, with repeats, restarts and other messages between them, give one whole text', () => {
  fc.assert(
    fc.property(fc.shuffledSubarray([0, 1, 2, 0, 1, 2], { minLength: 6 }), fc.nat(5), (order, restart) => {
      const parts = pdusOf(long);
      expect(parts).toHaveLength(3);
      const folder = tempFolder();
      let stage = openStage(folder);
      for (const [slot, part] of order.entries()) {
        if (slot === restart) {
          receive(stage, [received(pdusOf('between', { reference: 7 })[0] ?? '', 99)]);
          stage = openStage(folder);
        }
        receive(stage, [received(parts[part] ?? '', slot)]);
      }
      expect(texts(stage.store).filter((text) => text !== 'between')).toEqual([long]);
    }),
    { numRuns: 10 },
  );
});

test('a message that waits too long is given out partial, then whole under the same id when the rest comes', () => {
  const stage = openStage();
  const [first = '', second = '', third = ''] = pdusOf(long);
  receive(stage, [received(first, 0), received(third, 1)]);
  giveOutPartial(stage, noon + 600_000, 600_000);
  expect(types(stage.store)).toEqual([]);
  giveOutPartial(stage, noon + 600_001, 600_000);
  giveOutPartial(stage, noon + 900_000, 600_000);
  expect(types(stage.store)).toEqual(['sms_partial']);
  expect(texts(stage.store)[0]).toBe(`${long.slice(0, 153)}[…]${long.slice(306)}`);
  receive(stage, [received(second, 2)]);
  expect(types(stage.store)).toEqual(['sms_partial', 'sms_received']);
  expect(texts(stage.store)[1]).toBe(long);
  expect(new Set(log(stage.store).map(({ id }) => id)).size).toBe(1);
  const rows = stage.store.db.prepare('SELECT text, partial, parts FROM messages').all();
  expect(rows).toEqual([{ text: long, partial: 0, parts: 3 }]);
});

test('a PDU that cannot be read is kept as it came and announced, and those beside it arrive', () => {
  const stage = openStage();
  const [good = ''] = pdusOf('good');
  receive(stage, [received('07912143', 0), received(good, 1), received('zz', 2)]);
  expect(types(stage.store)).toEqual(['sms_undecodable', 'sms_undecodable', 'sms_received']);
  expect(log(stage.store)[0]).toMatchObject({ body: { pdu: '07912143' } });
  expect(stage.store.db.prepare('SELECT pdu FROM undecodable ORDER BY id').all()).toEqual([
    { pdu: '07912143' },
    { pdu: 'zz' },
  ]);
});

test('any bytes from a modem end in an event or in nothing, never in an exception', () => {
  const stage = openStage();
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 180 }), fc.nat(255), (octets, slot) => {
      receive(stage, [received(Buffer.from(octets).toString('hex'), slot)]);
    }),
    { numRuns: 300 },
  );
});

test('when the store refuses, nothing of the batch is kept and the caller hears of it', () => {
  const stage = openStage();
  const [one = '', two = ''] = [pdusOf('one')[0], pdusOf('two')[0]];
  const failing = {
    ...stage,
    otp: { ...stage.otp, extract: (message: { from: string; text: string }) => fail(message.text) },
  };
  function fail(text: string): null {
    if (text === 'two') throw new Error('disk full, as it were');
    return null;
  }
  expect(() => receive(failing, [received(one, 0), received(two, 1)])).toThrow('disk full');
  expect(log(stage.store)).toEqual([]);
  receive(stage, [received(one, 0), received(two, 1)]);
  expect(texts(stage.store)).toEqual(['one', 'two']);
});

// From the tests of oFono (test_wap_push) and the Android Open Source Project (testUdh).
const mmsOfOnePart =
  '0791947122725014440185F039F501801140311480720605040B8423F00106246170706C69636174696F6E2F766E642E7761702E6D6D732D6D65737361676500AF84B4868C82984F67514B4B42008D9089088045726F74696B009650696E2D557073008A808E0240008805810303F48083687474703A2F2F657073332E64652F4F2F5A39495A4F00';
const mmsOfTwoParts = [
  '07914140279510F6440A8111110301003BF56080207130138A8C0B05040B8423F000032A02010106276170706C69636174696F6E2F766E642E7761702E6D6D732D6D65737361676500AF848D0185B4848C8298524E453955304A6D713551414142666C414141414D7741414236514141414141008D908918802B31353132323937373638332F545950453D504C4D4E008A808E022B918805810306977F83687474703A2F2F36',
  '07914140279510F6440A8111110301003BF56080207130238A3B0B05040B8423F000032A0202362E3130322E3137312E3135302F524E453955304A6D713551414142666C414141414D774141423651414141414100',
];

test('a notification of an MMS is announced as such, once, whether it came in one part or in two', () => {
  const stage = openStage();
  receive(stage, [received(mmsOfOnePart, 0), ...mmsOfTwoParts.map((pdu, part) => received(pdu, part + 1))]);
  expect(types(stage.store)).toEqual(['mms_notification', 'mms_notification']);
  const data = log(stage.store).map(({ body }) =>
    'data' in body ? Buffer.from(body.data, 'hex').toString('latin1') : '',
  );
  expect(data.some((text) => text.includes('http://eps3.de/O/Z9IZO'))).toBe(true);
  expect(data.some((text) => text.includes('http://66.102.171.150/RNE9U0Jmq5QAABflAAAAMwAAB6QAAAAA'))).toBe(true);
});
