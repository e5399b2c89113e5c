import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodePdu, encodeSubmit, joinParts, type SubmitMessage } from '../../src/sms/sms.ts';
import { outcome, vectors } from './vectors.ts';

interface Params {
  readonly smsc: string | null;
  readonly to: string;
  readonly text: string;
  readonly mr: number;
  readonly pid: number;
  readonly dcs: number;
  readonly srr: boolean;
  readonly rd: boolean;
  readonly rp: boolean;
  readonly alphabet: 'gsm7' | 'ucs2';
  readonly vp?: { readonly format: 'relative' | 'absolute'; readonly value: number; readonly time: string };
  readonly concatRef?: number;
  readonly refBits?: 8 | 16;
  readonly mrStep?: number;
}

const durations: Readonly<Record<number, number>> = { 0: 300_000, 167: 86_400_000, 255: 38_102_400_000 };

function messageOf({ vp, ...params }: Params): SubmitMessage {
  return {
    to: params.to,
    text: params.text,
    smsc: params.smsc,
    encoding: params.alphabet,
    statusReport: params.srr,
    rejectDuplicates: params.rd,
    replyPath: params.rp,
    pid: params.pid,
    reference: params.concatRef ?? 0,
    referenceBits: params.refBits ?? 8,
    messageReference: params.mrStep === 1 ? params.mr : [params.mr, params.mr, params.mr],
    ...(vp?.format === 'absolute' && { validUntil: vp.time }),
    ...(vp?.format === 'relative' && { validity: durations[vp.value] ?? Number.NaN }),
    ...((params.dcs & 0x10) !== 0 && { messageClass: 0 as const }),
  };
}

describe('each known message encodes to exactly its PDUs', () => {
  const known = vectors<{ params: Params; pdus: string[]; tpduLengths: number[]; partTexts?: string[] }>('encode');
  for (const { id, params, pdus, tpduLengths, partTexts } of known) {
    it(id, () => {
      const { encoding, parts } = encodeSubmit(messageOf(params));
      expect(parts.map((part) => part.pdu)).toEqual(pdus);
      expect(parts.map((part) => part.tpduLength)).toEqual(tpduLengths);
      if (partTexts !== undefined) expect(parts.map((part) => part.text)).toEqual(partTexts);
      expect(parts.map((part) => part.text).join('')).toBe(params.text);
      expect(encoding).toBe(params.alphabet);
    });
  }
});

describe('encodeSubmit', () => {
  const gsmText = fc.string({ unit: fc.constantFrom(...'@£$ èÇ\n\rΔΩΞß!0aZà{}[]~|^\\€\f'), maxLength: 700 });
  const anyText = fc.oneof(gsmText, fc.string({ unit: 'binary', maxLength: 400 }), fc.string({ maxLength: 400 }));
  const number = fc.string({ unit: fc.constantFrom(...'0123456789*#abc'), minLength: 1, maxLength: 20 });
  const address = fc.tuple(fc.constantFrom('', '+'), number).map(([plus, digits]) => plus + digits);

  it('makes PDUs that decode to the same text and addresses, whatever they are', () => {
    fc.assert(
      fc.property(
        anyText,
        address,
        address,
        fc.constantFrom(8 as const, 16 as const),
        (text, to, smsc, referenceBits) => {
          const { parts, encoding } = encodeSubmit({
            to,
            text,
            smsc,
            referenceBits,
            reference: 0x1234,
            statusReport: true,
          });
          const decoded = parts.map((part) => decodePdu(part.pdu, { direction: 'MO', smsc: true }));
          expect(joinParts(decoded)).toMatchObject({ text: text.toWellFormed(), encoding });
          decoded.forEach((message, index) => {
            expect(message).toMatchObject({
              type: 'SMS-SUBMIT',
              smsc: { value: smsc },
              to: { value: to },
              srr: true,
              vp: null,
            });
            expect(message).toMatchObject({
              text: parts[index]?.text,
              tpduLength: parts[index]?.tpduLength,
              trailingOctets: 0,
            });
            expect(message.udl).toBeLessThanOrEqual(encoding === 'gsm7' ? 160 : 140);
            expect(message.concat).toEqual(
              parts.length === 1
                ? null
                : {
                    reference: referenceBits === 8 ? 0x34 : 0x1234,
                    bits: referenceBits,
                    total: parts.length,
                    sequence: index + 1,
                  },
            );
          });
        },
      ),
      { numRuns: 300 },
    );
  });

  it('makes PDUs in every pair of national tables that decode to the same text', () => {
    const indic = fc.string({ unit: fc.constantFrom(...'नमस्ते 123!?abc{}ABC*।५€\n'), maxLength: 400 });
    fc.assert(
      fc.property(indic, fc.constantFrom(0, 6), fc.constantFrom(6), (text, lockingShift, singleShift) => {
        const { parts } = encodeSubmit({ to: '1', text, lockingShift, singleShift });
        const decoded = parts.map((part) => decodePdu(part.pdu, { direction: 'MO', smsc: true }));
        expect(joinParts(decoded).text).toBe(text);
      }),
    );
  });

  it('rounds a validity up to what the service centre can be told', () => {
    const octet = (validity: number) => {
      const pdu = encodeSubmit({ to: '1', text: '', validity }).parts[0]?.pdu ?? '';
      return (decodePdu(pdu, { direction: 'MO', smsc: true }).vp as { duration: number }).duration;
    };
    const minute = 60_000;
    expect(octet(0)).toBe(5 * minute);
    expect(octet(5 * minute + 1)).toBe(10 * minute);
    expect(octet(12 * 60 * minute)).toBe(12 * 60 * minute);
    expect(octet(12 * 60 * minute + 1)).toBe(12.5 * 60 * minute);
    expect(octet(24 * 60 * minute + 1)).toBe(48 * 60 * minute);
    expect(octet(30 * 24 * 60 * minute + 1)).toBe(35 * 24 * 60 * minute);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 38_102_400_000 }), (validity) => {
        expect(octet(validity)).toBeGreaterThanOrEqual(validity);
      }),
    );
  });

  it.each(['', '+', '++1', '1+', 'Alice', '12 34', '123456789012345678901', '+4915123456789\n', 'ABC'])(
    'refuses %j as an address with sms.bad_address',
    (to) => {
      expect(outcome(() => encodeSubmit({ to, text: 'x' }))).toMatchObject({ error: { code: 'sms.bad_address' } });
    },
  );

  it('refuses a bad service centre with sms.bad_address', () => {
    expect(outcome(() => encodeSubmit({ to: '1', text: 'x', smsc: '+' }))).toMatchObject({
      error: { code: 'sms.bad_address' },
    });
  });

  it.each([-1, Number.NaN, Number.POSITIVE_INFINITY, 38_102_400_001])('refuses a validity of %d ms', (validity) => {
    expect(outcome(() => encodeSubmit({ to: '1', text: 'x', validity }))).toMatchObject({
      error: { code: 'sms.unencodable', details: { field: 'vp' } },
    });
  });

  it.each([
    'tomorrow',
    '2026-02-30T00:00:00+00:00',
    '2026-01-01T00:00:00Z',
    '2026-01-01T00:00:00+00:07',
    '2190-01-01T00:00:00+00:00',
  ])('refuses %j as the end of the validity', (validUntil) => {
    expect(outcome(() => encodeSubmit({ to: '1', text: 'x', validUntil }))).toMatchObject({
      error: { code: 'sms.unencodable', details: { field: 'vp' } },
    });
  });
});
