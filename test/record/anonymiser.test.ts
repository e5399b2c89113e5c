import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { anonymise, type Block } from '../../scripts/record/anonymiser.ts';
import { digitsIn, survivorsIn } from '../../scripts/record/digits.ts';
import { encodeDeliver } from '../../src/simulator/pdu.ts';
import { decodePdu } from '../../src/sms/sms.ts';

const block = (command: string | null, ...lines: string[]): Block => ({ command, lines });
const made = (...blocks: Block[]) => anonymise(blocks).blocks.flatMap(({ lines }) => lines);

/** What somebody who reads the file could look for: digits as they are, as semi-octets, as UCS-2. */
const plain = (digits: string) => digits;
const swapped = (digits: string) => (digits.length % 2 === 0 ? digits : `${digits}F`).replace(/(.)(.)/g, '$2$1');
const wide = (digits: string) => Buffer.from(digits, 'utf16le').swap16().toString('hex').toUpperCase();

const digits = (minLength: number, maxLength: number) =>
  fc.string({ unit: fc.constantFrom(...'0123456789'), minLength, maxLength }).filter((one) => new Set(one).size >= 4);

const luhn = (number: string) =>
  [...number].reverse().reduce((sum, digit, at) => {
    const value = at % 2 === 0 ? Number(digit) : Number(digit) * 2;
    return sum + (value > 9 ? value - 9 : value);
  }, 0) % 10;

/** Lines with a number in them, by what asked for them. */
const forms: readonly ((number: string) => Block)[] = [
  (n) => block('AT+CGSN', n),
  (n) => block('AT+CGSN', `+CGSN: "${n}"`),
  (n) => block('AT+CIMI', n),
  (n) => block('AT+CCID', `+CCID: ${n}F`),
  (n) => block('AT^ICCID?', `^ICCID: "${n}"`),
  (n) => block('AT+CNUM', `+CNUM: "Me","+${n}",145`),
  (n) => block('AT+CNUM', `+CNUM: "${wide('Me')}","${wide(`+${n}`)}",145`),
  (n) => block('AT+CSCA?', `+CSCA: "+${n}",145`),
  (n) => block('AT+CRSM=176,12258,0,0,10', `+CRSM: 144,0,"${swapped(n)}"`),
  (n) => block('ATI', 'Maker', `IMEI: ${n}`, `S/N: X${n}Y`),
  (n) => block(null, `+CLIP: "${n}",129,"",,"",0`),
  (n) => block(null, `MISSED_CALL: 11:01AM ${n}`),
  (n) => block(null, `+CUSD: 0,"Your number is ${n}",15`),
  (n) => block(null, `+CUSD: 0,"${wide(`Number ${n}`)}",72`),
  (n) => block(null, `^WHATEVER: 1,X${n},${wide(n)}`),
  (n) => block(null, `+CMT: "+${n}",,"26/08/24,20:47:42+32"`, `call me at ${n}`, 'OK'),
  (n) => block(null, `\x81garbled ${n.slice(0, 5)}\xfe${n.slice(5)}`),
  (n) => block('AT+CMGL=4', '+CMGL: 1,1,,30', '07911326040000F0040B9113', n, swapped(n), 'OK'),
];

test.each(forms.map((form, at) => [form('1234567890').lines.join(' / '), at]))(
  'no seven digits of a number survive in %s',
  (_, at) => {
    fc.assert(
      fc.property(digits(7, 20), digits(7, 15), (number, other) => {
        const text = made((forms[Number(at)] as (n: string) => Block)(number), block('AT+CIMI', other)).join('\n');
        for (const one of [number, other]) expectGone(text, one);
      }),
      { numRuns: 60 },
    );
  },
);

function expectGone(text: string, number: string): void {
  for (let at = 0; at + 7 <= number.length; at += 1) {
    const piece = number.slice(at, at + 7);
    // Filling is not told from filling.
    if ([...new Set(piece)].some((digit) => piece.replaceAll(digit, '').length < 2)) continue;
    expect(text).not.toContain(plain(piece));
    expect(text.toUpperCase()).not.toContain(wide(piece));
    for (const hex of text.match(/[0-9A-F]{8,}/gi) ?? []) {
      for (const from of [hex, hex.slice(1)]) expect(from.replace(/(.)(.)/g, '$2$1')).not.toContain(piece);
    }
  }
}

describe('a message', () => {
  const texts = fc.oneof(
    fc.string({ unit: fc.constantFrom(...'abc DEF,.123€[]äß\n'), minLength: 1, maxLength: 200 }),
    fc.string({ unit: fc.constantFrom(...'привет МИР 0912 مرحبا 你好 😀'), minLength: 1, maxLength: 90 }),
  );

  test('stays one that can be decoded, with another number and text of the same length and alphabet', () => {
    fc.assert(
      fc.property(digits(8, 15), digits(7, 9), texts, (from, code, text) => {
        const message = { from: `+${from}`, text: `${code} ${text}`, smsc: '+447785016005', reference: 7 };
        const pdus = encodeDeliver({ ...message, time: new Date('2026-03-04T05:06:07Z') });
        const lines = pdus.flatMap((pdu, at) => [`+CMGL: ${at},1,,${pdu.length / 2 - 8}`, pdu]);
        const [result, ...others] = [anonymise([block('AT+CMGL=4', ...lines)])];
        expect([result.undecoded, others.length]).toEqual([0, 0]);
        const after = result.blocks[0]?.lines ?? [];
        for (const [at, pdu] of pdus.entries()) {
          const old = decodePdu(pdu, { direction: 'MT', smsc: true });
          const fresh = decodePdu(after[at * 2 + 1] ?? '', { direction: 'MT', smsc: true });
          if (old.type !== 'SMS-DELIVER' || fresh.type !== 'SMS-DELIVER') throw new Error('another type');
          expect([fresh.udl, fresh.udhLength, fresh.concat, fresh.dcs, fresh.text?.length, fresh.tpduLength]).toEqual([
            ...[old.udl, old.udhLength, old.concat, old.dcs, old.text?.length, old.tpduLength],
          ]);
          expect(fresh.from.value.length).toBe(old.from.value.length);
          expect(fresh.from.value).not.toContain(from.slice(-7));
          expect(fresh.text).not.toContain(code);
          expect(fresh.timestamp).not.toBe(old.timestamp);
        }
        expectGone(after.join('\n'), from);
      }),
      { numRuns: 150 },
    );
  });

  // TS 23.040 9.2.3.24, WAP-230 8.2.4: an MMS notification of +15551234567 at mms.example.com.
  test('that announces an MMS still does', () => {
    const from = '2B31353535313233343536372F545950453D504C4D4E00';
    const body = `80B4818C82983132330089${(from.length / 2 + 1).toString(16).padStart(2, '0')}80${from}8E020BB883687474703A2F2F6D6D732E6578616D706C652E636F6D2F31323334353637383900`;
    const data = `0605040B8423F00106246170706C69636174696F6E2F766E642E7761702E6D6D732D6D657373616765000081EA${body}`;
    const pdu =
      `07911326040000F0440B915155214365F70004620131900000${'00'}${(data.length / 2).toString(16).padStart(2, '0')}${data}`.toUpperCase();
    expect(decodePdu(pdu, { direction: 'MT', smsc: true })).toMatchObject({ trailingOctets: 0 });
    const result = anonymise([block(null, `+CMT: ,${pdu.length / 2 - 8}`, pdu)]);
    const fresh = result.blocks[0]?.lines[1] ?? '';
    expect([result.undecoded, fresh.length]).toEqual([0, pdu.length]);
    const bytes = Buffer.from(fresh, 'hex').toString('latin1');
    expect(bytes).toContain('application/vnd.wap.mms-message');
    expect(bytes).not.toMatch(/5551234567|example|123456789/);
  });

  test('that cannot be decoded becomes zeros of the same length, and is counted', () => {
    const short = '07911326040000F0040B9113466100';
    const result = anonymise([block('AT+CMGR=1', '+CMGR: 1,,30', short, 'OK')]);
    expect(result.blocks[0]?.lines).toEqual(['+CMGR: 1,,30', '0'.repeat(short.length), 'OK']);
    expect(result.undecoded).toBe(1);
  });

  test('on the line of its header, one of our own and a report are known too', () => {
    const report = '07914356060013F1065A098136395339F6219011700463802190117004638030';
    const own = '0011000B914477009004560000AA04D4F29C0E';
    const lines = made(
      block(
        'AT+CMGR=3',
        `+CMGR: 1,,147 ${encodeDeliver({ from: '+447700900456', text: 'on one line', time: new Date(), smsc: '+447785016005', reference: 1 })[0]}`,
      ),
      block('AT+CMGR=4', '+CMGR: 2,,18', own),
      block(null, '+CDS: 24', report),
    );
    expect(lines[0]).toMatch(/^\+CMGR: 1,,147 0791[0-9A-F]+$/);
    expect(decodePdu(lines[2] ?? '', { direction: 'MO', smsc: true })).toMatchObject({ type: 'SMS-SUBMIT', udl: 4 });
    const told = decodePdu(lines[4] ?? '', { direction: 'MT', smsc: true });
    expect(told).toMatchObject({ type: 'SMS-STATUS-REPORT', mr: 0x5a, status: 0x30 });
    expect(lines.join()).not.toMatch(/44770090|7400940|6391353|F29C0E/);
  });

  test('read twice is the same message twice', () => {
    const pdu =
      encodeDeliver({ from: 'Bank', text: 'hello', time: new Date(), smsc: '+447785016005', reference: 1 })[0] ?? '';
    const lines = made(block('AT+CMGL=4', '+CMGL: 1,0,,30', pdu), block('AT+CMGR=1', '+CMGR: 1,,30', pdu));
    expect(lines[1]).toBe(lines[3]);
    expect(lines[1]).not.toBe(pdu);
  });
});

test('a short sender is the same one in every message', () => {
  const pdus = ['one', 'two'].flatMap((text) =>
    encodeDeliver({ from: '82736', text, time: new Date(), smsc: '+447785016005', reference: 1 }),
  );
  const lines = made(block('AT+CMGL=4', ...pdus.flatMap((pdu, at) => [`+CMGL: ${at},1,,30`, pdu])));
  const [one, two] = [lines[1], lines[3]].map((pdu = '') => decodePdu(pdu, { direction: 'MT', smsc: true }));
  if (one?.type !== 'SMS-DELIVER' || two?.type !== 'SMS-DELIVER') throw new Error('another type');
  expect(one.from.value).toMatch(/^\d{5}$/);
  expect(one.from).toEqual(two.from);
});

describe('a number', () => {
  test('is the same invented one in every form', () => {
    const [imei, short, spaced, iccid, bare, card, number, national] = made(
      block('AT+CGSN', '356938035643809'),
      block('ATI', 'IMEI: 35693803564380'),
      block(null, '^SOMETHING: 35-693803-564380-9'),
      block('AT+CCID', '+CCID: 8944110068256270054'),
      block('AT^ICCID?', '8944110068256270054F'),
      block('AT+CRSM=176,12258,0,0,10', '+CRSM: 144,0,"984411008652260750F4"'),
      block('AT+CNUM', '+CNUM: ,"+447700900456",145'),
      block(null, '+CLIP: "07700900456",129'),
    );
    expect(luhn(imei ?? '1')).toBe(0);
    expect(imei).toMatch(/^35\d{13}$/);
    expect(short).toBe(`IMEI: ${imei?.slice(0, 14)}`);
    expect(spaced?.replace(/\D/g, '')).toBe(imei);
    expect(iccid).toMatch(/^\+CCID: 8944\d{15}$/);
    expect(bare).toBe(`${iccid?.slice(7)}F`);
    expect(card).toBe(`+CRSM: 144,0,"${swapped(iccid?.slice(7) ?? '')}"`);
    expect(number).toMatch(/^\+CNUM: ,"\+44\d{10}",145$/);
    expect(national).toBe(`+CLIP: "0${number?.slice(-15, -5)}",129`);
  });

  test('keeps its country and its length, an IMSI its network', () => {
    const [imsi, one, two, three] = made(
      block('AT+CIMI', '234157700900123'),
      ...['+12025550123', '+447700900456', '+420777123456'].map((n) => block('AT+CSCA?', `+CSCA: "${n}",145`)),
    );
    expect(imsi).toMatch(/^23415\d{10}$/);
    expect(one).toMatch(/^\+CSCA: "\+1\d{10}",145$/);
    expect(two).toMatch(/^\+CSCA: "\+44\d{10}",145$/);
    expect(three).toMatch(/^\+CSCA: "\+420\d{9}",145$/);
  });
});

test('places, names, serial numbers and what the network says to the user are invented', () => {
  const lines = [
    ...[
      '+CREG: 2,1,"D509","80D413D",7',
      '+CEREG: 5,"D509","80D413D",7',
      '+CGREG: 2,5,0A,3799B',
      '+CREG: 2,1,"0000","FFFFFFFF"',
    ],
    ...[
      '+CNUM: "Mary Smith","",129',
      '+CLIP: "555",129,"",,"Mum",0',
      'FSN: LF6402001Q',
      '+CUSD: 1,"Dear Mary',
      'pin AB12",15',
    ],
  ];
  const [creg, urc, bare, empty, owner, clip, serial, ussd, more] = made(
    ...lines.slice(0, 7).map((line) => block(null, line)),
    block(null, ...lines.slice(7)),
  );
  const cell = /^\+CREG: 2,1,("[0-9A-F]{4}","[0-9A-F]{7}"),7$/.exec(creg ?? '')?.[1];
  expect(cell).not.toBe('"D509","80D413D"');
  expect(urc).toBe(`+CEREG: 5,${cell},7`);
  expect(bare).toMatch(/^\+CGREG: 2,5,[0-9A-F]{2},[0-9A-F]{5}$/);
  expect(bare).not.toContain('3799B');
  expect(empty).toBe('+CREG: 2,1,"0000","FFFFFFFF"');
  expect(owner).toMatch(/^\+CNUM: "[A-Z][a-z]{3} [A-Z][a-z]{4}","",129$/);
  expect(clip).toMatch(/^\+CLIP: "\d{3}",129,"",,"[A-Z][a-z]{2}",0$/);
  expect(clip).not.toContain('555');
  expect(serial).toMatch(/^FSN: [A-Z]{2}\d{7}[A-Z]$/);
  expect(ussd).toMatch(/^\+CUSD: 1,"[A-Z][a-z]{3} [A-Z][a-z]{3}$/);
  expect(more).toMatch(/^[a-z]{3} [A-Z]{2}\d{2}",15$/);
  for (const gone of ['Mary', 'Smith', 'Mum', 'LF6402001Q', 'Dear', 'AB12'])
    expect([owner, clip, serial, ussd, more].join()).not.toContain(gone);
});

test('everything else stays as it was', () => {
  const lines = [
    ...[
      '+COPS: 0,2,"310260",0',
      '+COPS: 0,0,"CHN-UNICOM",7',
      'EC25EFAR06A10M4G',
      'Revision:1418B04SIM800C24',
      '+CSQ: 28,99',
    ],
    ...['SWI9X30C_02.33.03.00 r8209 CARMD-EV-FRMWR2 2019/08/28 20:59:30', '+CPMS: "SM_P",0,40,"SM_P",0,40,"SM_P",0,40'],
    ...[
      '+CMTI: "ME",-1',
      '+CMS ERROR: 321',
      '',
      '> ',
      'COMMAND NOT SUPPORT',
      '^HCSQ:"LTE",48,39,71,22',
      '+CBC: 0,100,4213',
    ],
    ...[
      '^NWTIME:18/12/13,06:20:08+28,00',
      '+CCLK: "26/10/05,12:33:44+08"',
      'AT+CNMI=2,1,0,1,0',
      'A110B01A7670M7_F',
      '+SMS FULL',
    ],
  ];
  expect(made(block(null, ...lines))).toEqual(lines);
});

test('what is left of a number is found in every form, and filling is no number', () => {
  const secret = '447700900456';
  const hidden = [
    'x7700900y',
    '"00770090"',
    '0791777009F0',
    'AB77000940',
    '0037003700300030003900300030',
    'F0037003700300030003900300030',
  ];
  expect(hidden.map((text) => survivorsIn(text, [secret]).length > 0)).toEqual([true, false, false, true, true, true]);
  expect(survivorsIn('0000000 1111111 00000001', ['8900000000111111100000001'])).toEqual([]);
  expect(digitsIn('+CNUM: "0037003700300030003900300030",129')).toEqual(['7700900']);
  expect(digitsIn('+COPS: 0,2,"3102600000",0')).toEqual([]);
});
