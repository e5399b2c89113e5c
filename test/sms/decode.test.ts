import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GatewayError } from '../../src/errors.ts';
import { type Deliver, decodePdu, type StatusReport, type Submit, type UserData } from '../../src/sms/sms.ts';
import { hexOf, outcome, vectors } from './vectors.ts';

type Expected = Readonly<Record<string, unknown>>;

function addressOf(message: Deliver | Submit | StatusReport) {
  if (message.type === 'SMS-DELIVER') return message.from;
  return message.type === 'SMS-SUBMIT' ? message.to : message.recipient;
}

function vpOf({ vp }: Submit): unknown {
  if (vp === null) return undefined;
  if (vp.format === 'relative') return { format: 'relative', value: vp.value, seconds: vp.duration / 1000 };
  if (vp.format === 'absolute') return vp;
  return { format: 'enhanced', hex: hexOf(vp.octets) };
}

function userDataFacts(ud: UserData): Expected {
  const { concat, ports } = ud;
  return {
    udl: ud.udl,
    text: ud.text,
    dataHex: hexOf(ud.data),
    udh: ud.udh.map(({ iei, data }) => ({ iei, hex: hexOf(data) })),
    concat: concat && {
      ref: concat.reference,
      refBits: concat.bits,
      total: concat.total,
      seq: concat.sequence,
    },
    ports: ports && { bits: ports.bits, dst: ports.destination, src: ports.source },
  };
}

/** A message in the words of the vectors. */
function facts(message: Deliver | Submit | StatusReport): Expected {
  const userData = message.type === 'SMS-STATUS-REPORT' ? message.userData : message;
  return {
    ...message,
    ...(userData && userDataFacts(userData)),
    smsc: message.smsc?.value ?? null,
    address: addressOf(message),
    dcs: message.dcs?.value,
    alphabet: message.dcs?.alphabet,
    vp: message.type === 'SMS-SUBMIT' ? vpOf(message) : undefined,
  };
}

describe('each known PDU decodes to every field its source states', () => {
  for (const vector of vectors<{ expect: Expected }>('decode')) {
    it(vector.id, () => {
      const result = outcome(() => decodePdu(vector.hex, { direction: vector.direction, smsc: vector.smscPresent }));
      if ('error' in result && vector.tolerance === 'lenient') {
        expect(result.error).toMatchObject({ code: 'sms.bad_pdu' });
        return;
      }
      if ('error' in result) throw result.error;
      const { address, ...expected } = vector.expect as { address: Record<string, unknown> };
      const { also: _also, ...exactAddress } = address;
      expect(facts(result.value)).toMatchObject({ ...expected, address: exactAddress });
      // A key the vector does not have is a thing the PDU does not have.
      for (const absent of ['concat', 'ports', 'vp']) {
        if (!(absent in expected)) expect(facts(result.value)[absent] ?? null).toBeNull();
      }
      expect(result.value.trailingOctets).toBe(vector.expect.trailingOctets ?? result.value.trailingOctets);
    });
  }
});

describe('each PDU that is not whole ends in sms.bad_pdu', () => {
  for (const vector of vectors('invalid')) {
    it(vector.id, () => {
      const result = outcome(() => decodePdu(vector.hex, { direction: vector.direction, smsc: vector.smscPresent }));
      if ('value' in result) {
        expect(vector.mayDecode).toBe(true);
        return;
      }
      expect(result.error).toBeInstanceOf(GatewayError);
      expect(result.error).toMatchObject({
        code: 'sms.bad_pdu',
        transient: false,
        details: { field: expect.any(String), offset: expect.any(Number) },
      });
    });
  }
});

describe('decodePdu', () => {
  const directions = fc.constantFrom('MT' as const, 'MO' as const);

  function expectMessageOrBadPdu(hex: string, direction: 'MT' | 'MO', smsc: boolean) {
    const result = outcome(() => decodePdu(hex, { direction, smsc }));
    if ('error' in result) {
      expect(result.error).toBeInstanceOf(GatewayError);
      expect((result.error as GatewayError).code).toBe('sms.bad_pdu');
    } else {
      expect(result.value.type).toMatch(/^SMS-/);
      expect(JSON.stringify(result.value)).not.toContain('undefined');
    }
  }

  it('gives a message or sms.bad_pdu for any octets', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), directions, fc.boolean(), (data, direction, smsc) => {
        expectMessageOrBadPdu(hexOf(data), direction, smsc);
      }),
      { numRuns: 2000 },
    );
  });

  it('gives a message or sms.bad_pdu for any string', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), directions, fc.boolean(), (text, direction, smsc) => {
        expectMessageOrBadPdu(text, direction, smsc);
      }),
    );
  });

  it('gives a message or sms.bad_pdu for a real PDU with any octets changed', () => {
    const real = vectors('decode').map((vector) => vector.hex);
    const change = fc.tuple(fc.nat(175), fc.nat(255));
    fc.assert(
      fc.property(
        fc.constantFrom(...real),
        fc.array(change, { maxLength: 3 }),
        directions,
        (hex, changes, direction) => {
          const changed = hex.match(/../g) ?? [];
          for (const [at, octet] of changes) changed[at % changed.length] = octet.toString(16).padStart(2, '0');
          expectMessageOrBadPdu(changed.join(''), direction, true);
        },
      ),
      { numRuns: 5000 },
    );
  });

  it('takes hex in either case', () => {
    const hex = '07919746121611F1040D91945121436587F90000621121913054000161';
    expect(decodePdu(hex.toLowerCase(), { direction: 'MT', smsc: true })).toEqual(
      decodePdu(hex, { direction: 'MT', smsc: true }),
    );
  });

  it('refuses a character that is no digit wherever it stands, and an odd count', () => {
    const hex = '07919746121611F1040D91945121436587F90000621121913054000161';
    for (let i = 0; i < hex.length; i++) {
      for (const other of ['G', ' ', '\u0130', '\uFF11']) {
        const changed = hex.slice(0, i) + other + hex.slice(i + 1);
        expect(outcome(() => decodePdu(changed, { direction: 'MT', smsc: true }))).toMatchObject({
          error: { code: 'sms.bad_pdu', details: { field: 'hex', offset: i >> 1 } },
        });
      }
    }
    expect(outcome(() => decodePdu(`${hex}0`, { direction: 'MT', smsc: true }))).toMatchObject({
      error: { code: 'sms.bad_pdu', details: { field: 'hex', offset: 29 } },
    });
  });

  it('refuses a header that ends one octet beyond the user data', () => {
    const hex = '07919746121611F1440D91945121436587F900046211219130540003037001';
    expect(outcome(() => decodePdu(`${hex}AA`, { direction: 'MT', smsc: true }))).toMatchObject({
      error: { code: 'sms.bad_pdu', details: { field: 'udh', offset: 28 } },
    });
  });

  it('names the field and the octet where a PDU breaks off, and nothing of its content', () => {
    const cut = '07919746121611F1040D91945121436587F9000062112191305400127479';
    const result = outcome(() => decodePdu(cut, { direction: 'MT', smsc: true }));
    expect(result).toMatchObject({ error: { details: { field: 'ud', offset: 28 } } });
    const { message, details } = (result as { error: GatewayError }).error;
    expect(message + JSON.stringify(details)).not.toContain('4915123456789');
  });

  it('counts the octets of the service centre in neither offset nor length of a TPDU without them', () => {
    const message = decodePdu('040D91945121436587F90000621121913054000161', { direction: 'MT', smsc: false });
    expect(message).toMatchObject({ smsc: null, tpduLength: 21, trailingOctets: 0 });
  });

  it('reads only received types as received and only sent types as sent', () => {
    const submit = '0001000D91945121436587F900000178';
    const deliver = '00040D91945121436587F90000621121913054000178';
    expect(outcome(() => decodePdu(submit, { direction: 'MT', smsc: true }))).toMatchObject({
      error: { details: { field: 'mti', offset: 1 } },
    });
    expect(outcome(() => decodePdu(deliver, { direction: 'MO', smsc: true }))).toMatchObject({
      error: { details: { field: 'mti', offset: 1 } },
    });
  });

  it('keeps a status report whose optional tail is cut', () => {
    const report = decodePdu('0242049136195150713220052351408132200542AB04', { direction: 'MT', smsc: false });
    expect(report).toMatchObject({
      type: 'SMS-STATUS-REPORT',
      mr: 0x42,
      status: 0xab,
      userData: null,
      trailingOctets: 1,
    });
  });

  it('reads the tail of a status report behind a parameter indicator of two octets', () => {
    const report = decodePdu('06070491361951507132200523514081322005420082004101', { direction: 'MT', smsc: false });
    expect(report).toMatchObject({ status: 0, pid: null, dcs: { value: 0x41 }, trailingOctets: 1 });
  });

  it('tells a flash message by its class', () => {
    const flash = decodePdu('07919746121611F1040D91945121436587F9001062112191305400056676788E06', {
      direction: 'MT',
      smsc: true,
    });
    expect(flash).toMatchObject({ text: 'flash', dcs: { messageClass: 0 } });
  });

  it('gives compressed text as octets', () => {
    const hex = '07919746121611F1040D91945121436587F9002062112191305400051234567890';
    const message = decodePdu(hex, { direction: 'MT', smsc: true }) as Deliver;
    expect(message.text).toBeNull();
    expect(hexOf(message.data)).toBe('1234567890');
  });

  it('lets a part of a long message end inside a UCS-2 character, but not a message of one part', () => {
    const part = '07919746121611F1440D91945121436587F9000862112191305400090500035502010061D8';
    expect(decodePdu(part, { direction: 'MT', smsc: true })).toMatchObject({ text: 'a' });
    const single = '07919746121611F1040D91945121436587F9000862112191305400030061D8';
    expect(outcome(() => decodePdu(single, { direction: 'MT', smsc: true }))).toMatchObject({
      error: { code: 'sms.bad_pdu', details: { field: 'ud' } },
    });
  });
});
