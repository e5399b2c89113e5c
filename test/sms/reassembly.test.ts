import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeDcs } from '../../src/sms/dcs.ts';
import { decodeSeptets, defaultShift, encodeSeptets } from '../../src/sms/gsm7.ts';
import { packSeptets } from '../../src/sms/septets.ts';
import {
  concatKey,
  type Deliver,
  decodePdu,
  encodeSubmit,
  joinParts,
  type MessagePart,
  type OpenParts,
  type Reassembled,
  reassemble,
} from '../../src/sms/sms.ts';
import { octets, vectors } from './vectors.ts';

function deliver(hex: string): Deliver {
  return decodePdu(hex, { direction: 'MT', smsc: true }) as Deliver;
}

/** What comes out, in order, and what still waits. */
function run(parts: readonly Deliver[]): { messages: Reassembled[]; open: OpenParts } {
  let open: OpenParts = new Map();
  const messages: Reassembled[] = [];
  for (const part of parts) {
    const step = reassemble(open, part);
    open = step.open;
    messages.push(...step.messages);
  }
  return { messages, open };
}

interface Known {
  readonly pdus: readonly string[];
  readonly text?: string;
  readonly messages?: readonly string[];
  readonly parts: readonly string[];
}

describe('each known sequence of parts gives the known messages', () => {
  for (const vector of vectors<Known>('segment').filter(({ kind }) => kind === 'reassembly')) {
    it(vector.id, () => {
      const { messages } = run(vector.pdus.map(deliver));
      expect(messages.every(({ complete }) => complete)).toBe(true);
      const texts = messages.map(({ parts }) => joinParts(parts).text);
      expect(texts).toEqual(vector.messages ?? [vector.text]);
    });
  }

  for (const vector of vectors<Known>('segment').filter(({ kind }) => kind === 'reassemblyUd')) {
    it(vector.id, () => {
      const parts = vector.parts.map((hex, i) =>
        part({ sequence: i + 1, total: vector.parts.length, data: octets(hex) }),
      );
      expect(joinParts(parts)).toMatchObject({ text: vector.text, encoding: 'ucs2' });
    });
  }
});

/** A UCS-2 part with the given octets. */
function part({ sequence, total, data }: { sequence: number; total: number; data: Uint8Array }): Deliver {
  const hex = (value: number) => value.toString(16).padStart(2, '0');
  const body = Array.from(data, hex).join('');
  return deliver(
    `07919746121611F1440D91945121436587F9000862112191305400${hex(data.length + 6)}050003AA${hex(total)}${hex(sequence)}${body}`,
  );
}

/** A part in the default alphabet with the given septets behind a header of six octets. */
function septetPart(septets: Uint8Array, sequence: number): MessagePart {
  const packed = new Uint8Array(200);
  const used = packSeptets(septets, packed, { offset: 0, skipBits: 1 });
  const concat = { reference: 1, bits: 8, total: 7, sequence } as const;
  const base = {
    dcs: decodeDcs(0),
    udh: [],
    ports: null,
    shift: defaultShift,
    text: decodeSeptets(septets, defaultShift),
  };
  return { ...base, udl: 7 + septets.length, udhLength: 6, concat, data: packed.subarray(0, used) };
}

const emojiHalf1 = '07919746121611F1440D91945121436587F90008621121913054000C05000355020100610062D83D';
const emojiHalf2 = '07919746121611F1440D91945121436587F90008621121913054000C050003550202DE0000630064';
const euroHalf1 = '07919746121611F1440D91945121436587F90000621121913054000B050003560201C2E2F106';

describe('joinParts', () => {
  it('joins any text cut at any octets', () => {
    const cuts = fc.array(fc.nat(1000), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1, maxLength: 60 }), cuts, (text, places) => {
        const data = Uint8Array.from([...Buffer.from(text, 'utf16le').swap16()]);
        const bounds = [0, ...places.map((place) => place % data.length), data.length].sort((a, b) => a - b);
        const total = bounds.length - 1;
        const parts = bounds
          .slice(1)
          .map((end, i) => part({ sequence: i + 1, total, data: data.subarray(bounds[i], end) }));
        expect(joinParts(parts).text).toBe(text);
      }),
    );
  });

  it('joins any text of the default alphabet cut at any septets', () => {
    const text = fc.string({ unit: fc.constantFrom(...'@ab{€Δ'), minLength: 1, maxLength: 200 });
    fc.assert(
      fc.property(text, fc.array(fc.nat(1000), { maxLength: 6 }), (whole, places) => {
        const septets = encodeSeptets(whole, defaultShift) ?? new Uint8Array(0);
        const bounds = [0, ...places.map((place) => place % septets.length), septets.length].sort((a, b) => a - b);
        const parts = bounds.slice(1).map((end, i) => septetPart(septets.subarray(bounds[i], end), i + 1));
        expect(joinParts(parts)).toMatchObject({ text: whole, encoding: 'gsm7' });
      }),
    );
  });

  it('gives well-formed text where the other half of a pair is missing', () => {
    expect(joinParts([deliver(emojiHalf1)]).text).toBe('ab\uFFFD');
    expect(joinParts([deliver(emojiHalf2)]).text).toBe('\uFFFDcd');
  });

  it('does not complete a character with a part that is not the next', () => {
    const third = deliver('07919746121611F1440D91945121436587F900006211219130540009050003560303CA64');
    const first = deliver(euroHalf1.replace('560201', '560301'));
    expect(joinParts([first, third]).text).toBe('abc ed');
  });

  it('puts parts in sequence whatever order they are handed in', () => {
    expect(joinParts([deliver(emojiHalf2), deliver(emojiHalf1)]).text).toBe('ab😀cd');
  });

  it('gives the octets of an 8-bit message, and no text', () => {
    const message = deliver('07919746121611F1040D91945121436587F90004621121913054000400FF8041');
    expect(joinParts([message])).toEqual({ text: '', encoding: '8bit', data: Uint8Array.of(0x00, 0xff, 0x80, 0x41) });
  });

  it('gives nothing of no parts', () => {
    expect(joinParts([])).toEqual({ text: '', encoding: '8bit', data: new Uint8Array(0) });
  });
});

describe('concatKey', () => {
  it.each([
    ['a message of one part', '07919746121611F1040D91945121436587F90000621121913054000161'],
    ['a part number 0', '07919746121611F1440D91945121436587F90000621121913054000B050003010200F465F91B'],
    ['a part number above the total', '07919746121611F1440D91945121436587F90000621121913054000B050003010203DEF6B21C'],
    ['a total of 0', '07919746121611F1440D91945121436587F90000621121913054000B050003010000DC6F7719'],
    ['a total of 1', '07919746121611F1440D91945121436587F90000621121913054000B050003010101DC6F7719'],
  ])('is null for %s, which is then shown alone', (_what, hex) => {
    const message = deliver(hex);
    expect(concatKey(message)).toBeNull();
    expect(reassemble(new Map(), message).messages).toEqual([{ parts: [message], complete: true }]);
  });
});

describe('reassemble', () => {
  /** Parts as received, made of what `encodeSubmit` splits. */
  function received(text: string, reference: number): Deliver[] {
    const { parts } = encodeSubmit({ to: '+4915123456789', text, reference });
    return parts.map(({ pdu }) => {
      const submit = decodePdu(pdu, { direction: 'MO', smsc: true });
      const { pid, dcs, udl, udh, udhLength, concat, ports, shift, data } = submit;
      const base = deliver('07919746121611F1040D91945121436587F90000621121913054000161');
      return { ...base, pid, dcs, udl, udh, udhLength, concat, ports, shift, data, text: submit.text };
    });
  }

  it('gives one message of parts in any order and with repeats', () => {
    const text = fc.string({ unit: fc.constantFrom(...'ab{€ж', '😀'), minLength: 161, maxLength: 900 });
    fc.assert(
      fc.property(text, fc.array(fc.nat(100)), fc.infiniteStream(fc.nat()), (whole, repeats, order) => {
        const parts = received(whole, 7);
        const shuffled = parts
          .map((one) => ({ one, at: order.next().value ?? 0 }))
          .sort((a, b) => a.at - b.at)
          .map(({ one }) => one);
        const last = shuffled.pop();
        const again = repeats.flatMap((i) => shuffled[i % Math.max(1, shuffled.length)] ?? []);
        const arriving = [...shuffled, ...again, ...(last === undefined ? [] : [last])];
        const { messages, open } = run(arriving);
        expect(messages).toHaveLength(1);
        expect(messages[0]).toMatchObject({ complete: true });
        expect(joinParts(messages[0]?.parts ?? []).text).toBe(whole);
        expect(open.size).toBe(0);
      }),
      { numRuns: 200 },
    );
  });

  it('hands out the older parts, incomplete, when their reference is used again', () => {
    const [old1] = received(`${'o'.repeat(160)}ld`, 7);
    const [new1, new2] = received(`${'n'.repeat(160)}ew`, 7);
    if (old1 === undefined || new1 === undefined || new2 === undefined) throw new Error('two parts each');
    const { messages } = run([old1, new1, new2]);
    expect(messages).toMatchObject([{ complete: false }, { complete: true }]);
    expect(joinParts(messages[1]?.parts ?? []).text).toBe(`${'n'.repeat(160)}ew`);
  });

  it('tells a repeat from the same words sent again by the time of the service centre', () => {
    const [first] = received('x'.repeat(200), 7);
    if (first === undefined) throw new Error('two parts');
    expect(run([first, first]).messages).toEqual([]);
    const later = { ...first, timestamp: '2026-11-13T19:03:45+00:00' };
    expect(run([first, later]).messages).toEqual([{ parts: [first], complete: false }]);
  });

  it('leaves what it is given as it was', () => {
    const parts = received('x'.repeat(400), 7);
    const [first, second] = parts;
    if (first === undefined || second === undefined) throw new Error('three parts');
    const { open } = reassemble(new Map(), first);
    reassemble(open, second);
    expect([...open.values()]).toEqual([[first]]);
  });
});
